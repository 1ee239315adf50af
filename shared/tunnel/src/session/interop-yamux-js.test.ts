import { afterEach, describe, expect, it, vi } from 'vitest';
import { Client, Server } from 'yamux-js';
import { Flag, FrameType, INITIAL_WINDOW_BYTES } from '../yamux/frame.ts';
import { FrameDecoder } from '../yamux/frame-decoder.ts';
import { Session } from './session.ts';
import { memoryTransportPair } from '../testing/memory-transport.ts';
import { until } from '../testing/session-pair.ts';
import { wireHeader } from '../testing/wire-peer.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  vi.useRealTimers();
  for (const cleanup of cleanups.splice(0)) cleanup();
});

type PeerStream = ReturnType<Client['open']>;
const quiet = { enableKeepAlive: false, logger: () => undefined };

function serverPeer(onStream: (stream: PeerStream) => void): Server {
  return new Server((duplex) => onStream(duplex as PeerStream), quiet);
}

function join(peer: Client | Server, role: 'client' | 'server'): Session {
  const [near, far] = memoryTransportPair();
  peer.on('data', (chunk: Buffer) => far.send({ slab: chunk, start: 0, end: chunk.length }, () => undefined));
  far.start({
    transportData: (chunk) => {
      peer.write(chunk);
      return true;
    },
    transportDrain: () => undefined,
    transportClose: () => undefined,
  });
  const session = new Session(near, { role, keepAliveMs: 0 });
  cleanups.push(() => session.destroy());
  return session;
}

/** Data frames a peer has put on the wire. */
function dataBytesOf(peer: Client | Server): { total: number; credited: number } {
  const seen = { total: 0, credited: 0 };
  const decoder = new FrameDecoder({
    frame: (type, _flags, _id, length) => {
      if (type === FrameType.Data) seen.total += length;
      if (type === FrameType.WindowUpdate) seen.credited += length;
    },
    payload: () => false,
  });
  peer.on('data', (chunk: Buffer) => decoder.push(chunk));
  return seen;
}

describe('yamux-js 0.2.0: what works', () => {
  it('echoes short messages opened by either side, as long as frames arrive whole', async () => {
    const session = join(
      serverPeer((stream) => stream.on('data', (chunk) => stream.write(chunk))),
      'client',
    );
    const stream = await session.open();
    let text = '';
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
    stream.write('one');
    await until(() => text === 'one');

    const client = new Client(quiet);
    const server = join(client, 'server');
    server.on('stream', (accepted) => accepted.pipe(accepted));
    let answer = '';
    client
      .open()
      .on('data', (chunk: Buffer) => (answer += chunk.toString()))
      .write('two');
    await until(() => answer === 'two');
  });
});

describe('yamux-js 0.2.0: why it is not our multiplexer', () => {
  it('drops the rest of a frame that a chunk boundary splits, then reads payload as a header', async () => {
    const peer = serverPeer((stream) => stream.resume());
    const failed = new Promise((resolve) => peer.once('error', resolve));
    peer.write(wireHeader(FrameType.WindowUpdate, Flag.Syn, 1, 0));
    peer.write(Buffer.concat([wireHeader(FrameType.Data, 0, 1, 100), Buffer.alloc(40, 'a')]));
    const next = Buffer.concat([wireHeader(FrameType.Data, 0, 1, 30), Buffer.alloc(30, 'b')]);
    peer.write(Buffer.concat([Buffer.alloc(60, 'a'), next, next]));
    expect(String(await failed)).toMatch(/version/i);
  });

  it('never delivers FIN: a stream we have ended does not end there', async () => {
    const ends: string[] = [];
    let text = '';
    const session = join(
      serverPeer((stream) => {
        stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
        stream.on('end', () => ends.push('end')).on('close', () => ends.push('close'));
      }),
      'client',
    );
    const stream = await session.open();
    stream.end('all of it');
    await until(() => text === 'all of it');
    for (let i = 0; i < 3; i++) await session.ping();
    expect(ends).toEqual([]);
  });

  it('credits its window on receipt: a reader that does not read holds nobody back', () => {
    const peer = serverPeer(() => undefined);
    const seen = dataBytesOf(peer);
    peer.write(wireHeader(FrameType.WindowUpdate, Flag.Syn, 1, 0));
    const frame = Buffer.concat([wireHeader(FrameType.Data, 0, 1, 65_536), Buffer.alloc(65_536)]);
    for (let i = 0; i < 20; i++) peer.write(frame);
    return until(() => seen.credited > 4 * INITIAL_WINDOW_BYTES);
  });

  it('polls every 100 ms while its send window is empty, whatever is granted meanwhile', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const client = new Client(quiet);
    const seen = dataBytesOf(client);
    client.open().write(Buffer.alloc(INITIAL_WINDOW_BYTES + 1000));
    await until(() => seen.total === INITIAL_WINDOW_BYTES);
    client.write(wireHeader(FrameType.WindowUpdate, Flag.Ack, 1, 100_000));
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
    vi.advanceTimersByTime(99);
    await new Promise((resolve) => setImmediate(resolve));
    expect(seen.total).toBe(INITIAL_WINDOW_BYTES);
    vi.advanceTimersByTime(1);
    await until(() => seen.total === INITIAL_WINDOW_BYTES + 1000);
  });
});
