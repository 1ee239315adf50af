import { once } from 'node:events';
import {
  createServer as createHttp2Server,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { FIELD_NAMES, responseBytes } from './http1-messages.ts';
import { Random } from './random.ts';

export interface HostileUpstreams {
  /** Where services of HTTP/1.1 and of HTTP/2 without TLS listen, on loopback. */
  readonly http1: number;
  readonly http2: number;
  close(): void;
}

/** Services whose responses follow from the seed and the number of the connection or stream. */
export async function startHostileUpstreams(seed: number): Promise<HostileUpstreams> {
  const sockets = new Set<Socket>();
  let responses = 0;
  const http1 = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', () => {
      responses += 1;
      respond(socket, new Random(seed ^ 0x5555, responses));
    });
    socket.on('end', () => socket.end());
  });
  const sessions = new Set<ServerHttp2Session>();
  const http2 = createHttp2Server();
  http2.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => undefined);
    session.on('close', () => sessions.delete(session));
  });
  http2.on('stream', (stream) => {
    responses += 1;
    stream.on('error', () => undefined);
    try {
      respondByStream(stream, new Random(seed ^ 0x3333, responses));
    } catch {
      stream.destroy(); // a field that Node does not send
    }
  });
  return {
    http1: await listen(http1),
    http2: await listen(http2),
    close() {
      for (const socket of sockets) socket.destroy();
      for (const session of sessions) session.destroy();
      http1.close();
      http2.close();
    },
  };
}

async function listen(server: Server | ReturnType<typeof createHttp2Server>): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function respond(socket: Socket, random: Random): void {
  if (socket.writableEnded || socket.destroyed) return;
  const bytes = responseBytes(random);
  const ending = random.below(10);
  const sent = ending === 0 ? bytes.subarray(0, random.below(bytes.length)) : bytes;
  const half = random.below(sent.length + 1);
  socket.write(sent.subarray(0, half));
  const finish = () => {
    if (socket.destroyed || socket.writableEnded) return;
    socket.write(sent.subarray(half));
    if (ending <= 1) socket.resetAndDestroy();
    else if (ending <= 4) socket.end();
  };
  if (random.chance(0.3)) setTimeout(finish, random.below(30));
  else finish();
}

function respondByStream(stream: ServerHttp2Stream, random: Random): void {
  const kind = random.below(10);
  if (kind === 0) return stream.close(random.below(14));
  if (kind === 1) return stream.session?.destroy();
  if (kind === 2) return stream.session?.goaway(random.below(14));
  if (kind === 3) stream.additionalHeaders({ ':status': 103, link: 'x' });
  const trailers = Object.fromEntries(random.some(FIELD_NAMES, 0.1).map((name) => [name.toLowerCase(), 'x']));
  stream.respond(
    { ':status': random.pick([200, 200, 204, 404, 500]), 'x-a': 'b' },
    { waitForTrailers: random.chance(0.5) },
  );
  stream.on('wantTrailers', () => {
    try {
      stream.sendTrailers(trailers);
    } catch {
      stream.close(2);
    }
  });
  if (!stream.writable) return;
  stream.write(Buffer.alloc(random.pick([0, 10, 70_000])));
  if (kind === 4) stream.close(random.below(14));
  else if (kind !== 5) stream.end();
  else setTimeout(() => stream.destroy(), random.below(50));
}
