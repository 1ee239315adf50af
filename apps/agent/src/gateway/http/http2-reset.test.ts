import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import { connect, createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { model, portOf, route, service, toService } from '../testing/models.ts';
import { startGateway } from '../testing/servers.ts';

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const [DATA, HEADERS, RST_STREAM, SETTINGS] = [0, 1, 3, 4];
const [END_STREAM, ACK, END_HEADERS] = [1, 1, 4];

/** RFC 9113 §4.1: length, type, flags, stream; then the payload. */
function frame(type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** Frames by hand: Node ends a stream properly before it resets it. */
function reset(stream: number, code: number): Buffer {
  return frame(RST_STREAM, 0, stream, Buffer.from([0, 0, 0, code]));
}

/** RFC 7541 appendix A: `:method`, `:scheme: http`, `:path: /`, and an `:authority`. */
function request(stream: number, method: 'GET' | 'POST'): Buffer {
  const block = [method === 'GET' ? 0x82 : 0x83, 0x86, 0x84, 0x41, 1, 'x'.charCodeAt(0)];
  return frame(
    HEADERS,
    method === 'GET' ? END_HEADERS | END_STREAM : END_HEADERS,
    stream,
    Buffer.from(block),
  );
}

async function startHttp1(onRequest: (req: IncomingMessage, write: (chunk: Buffer) => boolean) => void) {
  const open = new Set<unknown>();
  const server = createServer((req, res) => {
    open.add(res);
    res.on('close', () => open.delete(res));
    onRequest(req, (chunk) => !res.destroyed && res.write(chunk));
    res.on('drain', () => onRequest(req, (chunk) => !res.destroyed && res.write(chunk)));
  });
  await listen(server);
  return { server, open };
}

async function listen(server: Server): Promise<void> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
}

async function gatewayTo(server: { address(): AddressInfo | string | null }, scheme: 'http' | 'h2c') {
  const target = toService('up', { scheme });
  const { port } = await startGateway(model([route({ target })], [service('up', { port: portOf(server) })]));
  return port;
}

function connectRaw(port: number) {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => undefined);
  socket.resume();
  onTestFinished(() => void socket.destroy());
  socket.write(Buffer.concat([PREFACE, frame(SETTINGS, 0, 0), frame(SETTINGS, ACK, 0)]));
  return socket;
}

const CODES = [
  ['NO_ERROR', 0],
  ['INTERNAL_ERROR', 2],
  ['CANCEL', 8],
] as const;

it.each(CODES)('a request that a client resets with %s ends at its upstream', async (_name, code) => {
  const { server, open } = await startHttp1((_req, write) => {
    while (write(Buffer.alloc(65_536)));
  });
  const client = connectRaw(await gatewayTo(server, 'http'));
  for (const stream of [1, 3, 5]) client.write(request(stream, 'GET'));
  await expect.poll(() => open.size).toBe(3);
  // What the client has not made room for waits in the gateway.
  await expect.poll(() => client.bytesRead).toBeGreaterThan(60_000);
  for (const stream of [1, 3, 5]) client.write(reset(stream, code));
  await expect.poll(() => open.size, { timeout: 10_000 }).toBe(0);
});

it.each(CODES)(
  'a body that a client cuts off with %s does not look whole to the upstream',
  async (_name, code) => {
    const seen = Promise.withResolvers<string>();
    const arrived = Promise.withResolvers<void>();
    const { server } = await startHttp1((req) => {
      req.on('data', () => arrived.resolve());
      req.on('end', () => seen.resolve('whole'));
      req.on('error', () => seen.resolve('cut'));
    });
    const client = connectRaw(await gatewayTo(server, 'http'));
    client.write(Buffer.concat([request(1, 'POST'), frame(DATA, 0, 1, Buffer.from('half of it'))]));
    await arrived.promise;
    client.write(reset(1, code));
    expect(await seen.promise).toBe('cut');
  },
);

it.each(CODES)(
  'a response that an upstream cuts off with %s does not look whole to the client',
  async (_name, code) => {
    const head = frame(HEADERS, END_HEADERS, 1, Buffer.from([0x88]));
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.write(frame(SETTINGS, 0, 0));
      socket.once('data', () => {
        const half = frame(DATA, 0, 1, Buffer.from('half of it'));
        socket.write(Buffer.concat([frame(SETTINGS, ACK, 0), head, half, reset(1, code)]));
      });
      onTestFinished(() => void socket.destroy());
    });
    await listen(server);
    const port = await gatewayTo(server, 'h2c');
    const { promise, resolve } = Promise.withResolvers<string>();
    const req = get({ port, host: '127.0.0.1' }, (res) => {
      res.resume();
      res.on('end', () => resolve('whole'));
      res.on('error', () => resolve('cut'));
    });
    req.on('error', () => resolve('cut'));
    expect(await promise).toBe('cut');
  },
);

/** CVE-2023-44487: a client opens streams and cancels each at once, so that no limit of open streams is reached. */
it('a client that resets streams rapidly is disconnected, and its requests end', async () => {
  const { server, open } = await startHttp1(() => undefined);
  const client = connectRaw(await gatewayTo(server, 'http'));
  const closed = once(client, 'close');
  for (let stream = 1; stream < 8_000; stream += 2)
    client.write(Buffer.concat([request(stream, 'GET'), reset(stream, 8)]));
  await closed;
  await expect.poll(() => open.size, { timeout: 10_000 }).toBe(0);
});
