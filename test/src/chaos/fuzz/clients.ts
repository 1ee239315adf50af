import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { FIELD_NAMES, requestBytes } from './http1-messages.ts';
import type { Random } from './random.ts';

/** One way into the system. */
export interface Door {
  readonly name: string;
  readonly port: number;
  /** Names that lead to a service there. */
  readonly hosts: readonly string[];
  readonly speaks: 'http1' | 'tls' | 'both';
}

const LIFETIME_MS = 3_000;

/** Sends one exchange's worth of bytes through a door; resolves when its connection is closed, whatever became of it. */
export async function attack(door: Door, random: Random): Promise<string> {
  const host = random.pick(door.hosts);
  if (door.speaks === 'tls') {
    if (random.chance(0.1)) return garbage(tcp(door), random);
    const protocol = random.pick(['h2', 'http/1.1']);
    const socket = connectTls({
      socket: tcp(door),
      servername: host,
      rejectUnauthorized: false,
      ALPNProtocols: [protocol],
    });
    return protocol === 'h2' ? http2(socket, random, host) : http1(socket, random, host);
  }
  if (door.speaks === 'both' && random.chance(0.3)) return http2(tcp(door), random, host);
  return random.chance(0.05) ? garbage(tcp(door), random) : http1(tcp(door), random, host);
}

function tcp({ port }: Door): Socket {
  return connect({ port, host: '127.0.0.1', allowHalfOpen: true });
}

async function http1(socket: Socket, random: Random, host: string): Promise<string> {
  send(socket, random, requestBytes(random, host));
  return `http1 ${await outcome(socket, random)}`;
}

async function garbage(socket: Socket, random: Random): Promise<string> {
  const start = random.pick([
    Buffer.from('\x16\x03\x01\x02\0\x01', 'latin1'),
    Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    Buffer.from('GET /tunnel/x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n'),
  ]);
  send(socket, random, Buffer.concat([start, random.bytes(random.below(600))]));
  return `garbage ${await outcome(socket, random)}`;
}

/** In pieces, and with one of several endings. */
function send(socket: Socket, random: Random, bytes: Buffer): void {
  const pieces = random.chance(0.6) ? 1 : 1 + random.below(6);
  const ending = random.below(6);
  let at = 0;
  const next = () => {
    if (socket.destroyed || socket.writableEnded) return;
    const end = at >= bytes.length ? at : Math.min(bytes.length, at + Math.ceil(bytes.length / pieces));
    socket.write(bytes.subarray(at, end));
    at = end;
    if (at < bytes.length) setTimeout(next, random.below(10));
    else if (ending === 0) socket.end();
    else if (ending === 1) setTimeout(() => socket.destroy(), random.below(60));
    else if (ending === 2 && 'resetAndDestroy' in socket && socket.remoteAddress) {
      setTimeout(() => void (socket.destroyed || socket.destroy()), random.below(20));
    }
  };
  next();
}

/** Reads at some speed until the connection closes or its time is over. */
function outcome(socket: Socket, random: Random): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const pauseMs = random.pick([0, 0, 0, 1, 20, 200]);
  let status = '';
  const timer = setTimeout(
    () => {
      status ||= 'silent';
      socket.destroy();
    },
    500 + random.below(LIFETIME_MS),
  );
  socket.on('data', (piece: Buffer) => {
    status ||= /^HTTP\/1\.[01] (\d{3})/.exec(piece.toString('latin1', 0, 16))?.[1] ?? 'other';
    if (pauseMs === 0) return;
    socket.pause();
    setTimeout(() => socket.resume(), pauseMs);
  });
  socket.on('end', () => socket.end());
  socket.on('error', () => undefined);
  socket.on('close', () => {
    clearTimeout(timer);
    resolve(status || 'closed');
  });
  return promise;
}

async function http2(socket: Socket, random: Random, host: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const session = connectHttp2(`http://${host}`, { createConnection: () => socket });
  let status = '';
  session.on('error', () => undefined);
  socket.on('error', () => undefined);
  for (let streams = 1 + random.below(5); streams > 0; streams -= 1)
    request(session, random, host, (code) => (status ||= code));
  const timer = setTimeout(
    () => session.destroy(),
    200 + random.below(random.chance(0.2) ? LIFETIME_MS : 200),
  );
  session.on('close', () => {
    clearTimeout(timer);
    socket.destroy();
    resolve(`http2 ${status || 'closed'}`);
  });
  return promise;
}

function request(
  session: ClientHttp2Session,
  random: Random,
  host: string,
  onStatus: (status: string) => void,
): void {
  const extra = Object.fromEntries(random.some(FIELD_NAMES, 0.05).map((name) => [name.toLowerCase(), 'x']));
  try {
    const stream = session.request(
      {
        ':method': random.mostly(random.pick(['GET', 'POST']), ['CONNECT', 'OPTIONS']),
        ':path': random.mostly('/', ['//', '/%', '*', '/a?b', '/\u00e9']),
        ':authority': random.mostly(host, ['unknown.test', '[']),
        ...extra,
      },
      { endStream: random.chance(0.5), waitForTrailers: true },
    );
    stream.on('error', () => undefined);
    stream.on('response', (headers) => onStatus(String(headers[':status'])));
    stream.on('wantTrailers', () =>
      sendTrailers(
        () => stream.sendTrailers({ 'x-t': 'y', ...extra }),
        () => stream.close(),
      ),
    );
    if (random.chance(0.8)) stream.resume();
    if (stream.writable) stream.write(Buffer.alloc(random.pick([1, 5_000, 80_000])));
    if (random.chance(0.3)) setTimeout(() => stream.close(random.below(14)), random.below(40));
    else if (random.chance(0.8)) stream.end();
  } catch {
    // a field that Node does not send
  }
}

function sendTrailers(send: () => void, giveUp: () => void): void {
  try {
    send();
  } catch {
    giveUp();
  }
}
