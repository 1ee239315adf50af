import type { Duplex } from 'node:stream';
import type { Libp2pMuxer } from '@portolan/tunnel/testing/libp2p-peer';
import type { RawStream } from '@portolan/tunnel/streams/raw-stream';
import { TunnelStream } from '@portolan/tunnel/streams/tunnel-stream';
import type { WebSocket } from 'ws';

/** One stream of whatever is compared, reduced to what the exercises do with it. */
export interface LaneStream {
  /** False: wait for `drain`. */
  write(bytes: Buffer): boolean;
  end(): void;
  close(): void;
  /** Returns whether the chunk is still needed after the call. */
  data: (chunk: Uint8Array) => boolean;
  drain: () => void;
  ended: () => void;
}

function blank(): Pick<LaneStream, 'data' | 'drain' | 'ended'> {
  return { data: () => false, drain: () => undefined, ended: () => undefined };
}

/** A socket or a TunnelStream. */
export function duplexLane(stream: Duplex): LaneStream {
  const lane: LaneStream = {
    ...blank(),
    write: (bytes) => stream.write(bytes),
    end: () => void stream.end(),
    close: () => void stream.destroy(),
  };
  if (stream instanceof TunnelStream) stream.lend((piece) => lane.data(piece));
  else stream.on('data', (chunk: Buffer) => lane.data(chunk));
  stream.on('drain', () => lane.drain());
  stream.on('end', () => lane.ended());
  stream.on('error', () => undefined);
  return lane;
}

/** A stream of the tunnel as brokers relay it. */
export function leanLane(stream: RawStream): LaneStream {
  const lane: LaneStream = {
    ...blank(),
    write: (bytes) => stream.write(bytes),
    end: () => stream.end(),
    close: () => stream.destroy(),
  };
  stream.listen({
    data: (piece) => lane.data(piece),
    end: () => lane.ended(),
    drain: () => lane.drain(),
    broken: () => undefined,
  });
  stream.resume();
  return lane;
}

const WS_BUFFER_BYTES = 1024 * 1024;

/** A WebSocket of the `ws` package as it comes (with bufferutil): one message per write, a text message as end. */
export function wsLane(ws: WebSocket): LaneStream {
  let isFull = false;
  const sent = (): void => {
    if (!isFull || ws.bufferedAmount >= WS_BUFFER_BYTES) return;
    isFull = false;
    lane.drain();
  };
  const lane: LaneStream = {
    ...blank(),
    write(bytes) {
      ws.send(bytes, sent);
      isFull = ws.bufferedAmount >= WS_BUFFER_BYTES;
      return !isFull;
    },
    end: () => ws.send('end'),
    close: () => ws.terminate(),
  };
  ws.on('message', (data: Buffer, isBinary: boolean) => void (isBinary ? lane.data(data) : lane.ended()));
  ws.on('error', () => undefined);
  return lane;
}

type Libp2pStream = Awaited<ReturnType<Libp2pMuxer['createStream']>>;

export function libp2pLane(stream: Libp2pStream): LaneStream {
  const lane: LaneStream = {
    ...blank(),
    write: (bytes) => stream.send(bytes),
    end: () => void stream.close().catch(() => undefined),
    close: () => stream.abort(new Error('closed')),
  };
  stream.addEventListener('message', ({ data }) => lane.data(data.subarray()));
  stream.addEventListener('drain', () => lane.drain());
  stream.addEventListener('remoteCloseWrite', () => lane.ended());
  return lane;
}
