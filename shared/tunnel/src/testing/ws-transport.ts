import type { WebSocket } from 'ws';
import type { Transport, TransportHandlers } from '../yamux/transport.ts';

/**
 * Options both ends of a tunnel give to `ws`: a data frame of hashicorp/yamux is one message of up to a whole
 * window (16 MiB), and compression costs more than it saves on traffic that is compressed or small.
 */
export const WEBSOCKET_OPTIONS = { maxPayload: 17 * 1024 * 1024, perMessageDeflate: false } as const;

/** Two batches: enough to keep the socket busy, little enough that a ping does not queue for long. */
const CONGESTED_BYTES = 512 * 1024;

/** How long a peer may take to answer our close frame. */
const CLOSE_TIMEOUT_MS = 3_000;

const UNSUPPORTED_DATA = 1003;

/**
 * The reference transport: a WebSocket of the `ws` package, against which the product's own framing (SocketTransport) is
 * tested. One binary message per batch; messages are read as a byte stream.
 */
export function websocketTransport(ws: WebSocket, remoteAddress?: string): Transport {
  let handlers: TransportHandlers | undefined;
  let isDrainAwaited = false;
  let failure: Error | undefined;
  ws.binaryType = 'fragments';
  ws.on('error', (error) => (failure = error));
  ws.on('close', (code, reason) => {
    handlers?.transportClose({ code, message: failure?.message ?? reason.toString() });
  });

  const afterSend = (): void => {
    if (!isDrainAwaited || ws.bufferedAmount >= CONGESTED_BYTES) return;
    isDrainAwaited = false;
    handlers?.transportDrain();
  };

  return {
    remoteAddress,
    start(next) {
      handlers = next;
      ws.on('message', (data, isBinary) => {
        if (!isBinary) ws.close(UNSUPPORTED_DATA, 'tunnels carry binary messages only');
        else if (Array.isArray(data)) for (const piece of data) next.transportData(piece);
      });
    },
    get isCongested() {
      if (ws.bufferedAmount < CONGESTED_BYTES) return false;
      isDrainAwaited = true;
      return true;
    },
    send({ slab, start, end }, sent) {
      if (ws.readyState !== ws.OPEN) return;
      ws.send(slab.subarray(start, end), { binary: true }, (error) => {
        if (error) return;
        sent();
        afterSend();
      });
    },
    close(code, reason) {
      const timer = setTimeout(() => ws.terminate(), CLOSE_TIMEOUT_MS);
      ws.once('close', () => clearTimeout(timer));
      ws.close(code, reason);
    },
    destroy: () => ws.terminate(),
  };
}
