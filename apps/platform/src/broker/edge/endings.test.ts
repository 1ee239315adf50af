import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpEdge } from './http-edge.ts';
import { EDGE_LIMITS } from './edge-limits.ts';
import { SocketStream } from './socket-stream.ts';
import { splice } from './splice.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

const portOf = (server: Server) => (server.address() as AddressInfo).port;

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => server.close());
  return portOf(server);
}

async function origin(onConnection: (socket: Socket) => void): Promise<number> {
  return listen(
    createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => undefined);
      ends.push(() => socket.destroy());
      onConnection(socket);
    }),
  );
}

/** Joins each connection with one to `target`, as an edge does after it has read what it must. */
async function relay(target: number): Promise<number> {
  return listen(
    createServer({ allowHalfOpen: true }, (socket) => {
      const upstream = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true });
      splice(new SocketStream(socket), new SocketStream(upstream));
    }),
  );
}

/** Reads all there is, pausing after each piece, and returns how it ended. */
async function readSlowly(socket: Socket, pauseMs = 0): Promise<{ bytes: Buffer; how: string }> {
  const pieces: Buffer[] = [];
  const { promise, resolve } = Promise.withResolvers<string>();
  socket.on('data', (piece: Buffer) => {
    pieces.push(piece);
    socket.pause();
    setTimeout(() => socket.resume(), pauseMs);
  });
  socket.on('end', () => resolve('end'));
  socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  return { how: await promise, bytes: Buffer.concat(pieces) };
}

const content = randomBytes(6_000_000);

describe('spliced connections', () => {
  it('deliver the last byte when the sender is reset after its end', async () => {
    const target = await origin((socket) => {
      // Unread bytes at the time of closing make the kernel send RST behind the FIN.
      socket.end(content, () => socket.destroySoon());
    });
    const socket = connect({ port: await relay(target), host: '127.0.0.1', allowHalfOpen: true });
    socket.write('question');
    const { bytes, how } = await readSlowly(socket);
    expect(how).toBe('end');
    expect(bytes.equals(content)).toBe(true);
    socket.destroy();
  });

  it('show a cut as a reset', async () => {
    const target = await origin((socket) => {
      socket.write(content.subarray(0, 1_000), () => socket.resetAndDestroy());
    });
    const socket = connect({ port: await relay(target), host: '127.0.0.1', allowHalfOpen: true });
    expect((await readSlowly(socket)).how).toBe('ECONNRESET');
  });
});

describe('the plain edge', () => {
  async function edge(target: number, stallMs = 60_000): Promise<number> {
    const { server, close } = createHttpEdge({
      router: {
        findTarget: () => ({ clusterId: 'c', isHttpsOnly: false }),
        async open() {
          const stream = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true });
          return { stream: new SocketStream(stream), pathId: 'p', isUsable: () => true };
        },
        findChallenge: () => null,
        isDraining: () => false,
        isReady: () => true,
      },
      limits: { ...EDGE_LIMITS, stallMs },
      events: {
        request: () => undefined,
        refused: () => undefined,
        retried: () => undefined,
        bytes: () => undefined,
        failed: (error) => {
          throw error;
        },
      },
    });
    ends.push(close);
    return listen(server);
  }

  it('sends the whole of a last response to a reader that takes longer than it lingers', async () => {
    const head = `HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: ${content.length}\r\n\r\n`;
    const target = await origin((socket) =>
      socket.once('data', () => socket.end(head + content.toString('latin1'), 'latin1')),
    );
    const socket = connect({ port: await edge(target), host: '127.0.0.1' });
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    const { bytes, how } = await readSlowly(socket, 35);
    expect(how).toBe('end');
    expect(bytes.length).toBe(head.length + content.length);
  });

  it('resets a response whose upstream is cut off, however its body ends', async () => {
    const target = await origin((socket) =>
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\n\r\nhalf', () => socket.resetAndDestroy())),
    );
    const socket = connect({ port: await edge(target), host: '127.0.0.1' });
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    expect((await readSlowly(socket)).how).toBe('ECONNRESET');
  });
});
