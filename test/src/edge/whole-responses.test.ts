import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { asyncProperty, assert, boolean, constantFrom, oneof, nat, record } from 'fast-check';
import { listTunnels } from '@portolan/contract/clusters';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChaosSystem } from '../chaos/system.ts';
import { until } from '../e2e/until.ts';

/** How long exchanges are tried on each way; a nightly run sets minutes. */
const PROPERTY_MS = Number(process.env['EDGE_PROPERTY_MS'] ?? 6_000);
const IDLE_MS = 20_000;

interface Case {
  /** What tells the client where the body ends; `upgrade`: bytes behind a 101 response. */
  readonly framing: 'length' | 'chunked' | 'close' | 'upgrade';
  readonly bytes: number;
  /** The upstream resets its connection in the middle. */
  readonly isCut: boolean;
  /** The client ends its half behind the request. */
  readonly isHalfClosed: boolean;
  readonly version: '1.0' | '1.1';
  /** A pause after each piece that is read. */
  readonly pauseMs: number;
  /** The upstream waits this long before it responds. */
  readonly delayMs: number;
}

const cases = record({
  framing: constantFrom<Case['framing'][]>('length', 'chunked', 'close', 'upgrade'),
  bytes: oneof(nat(300), constantFrom(65_536, 262_100, 262_143, 262_144, 262_145, 524_288), nat(6_000_000)),
  isCut: oneof({ arbitrary: boolean(), weight: 1 }, { arbitrary: constantFrom(false), weight: 3 }),
  isHalfClosed: boolean(),
  version: constantFrom<Case['version'][]>('1.1', '1.0', '1.1'),
  pauseMs: constantFrom(0, 0, 1, 6),
  delayMs: constantFrom(0, 0, 30),
});

/** Bytes that follow from their position: what is lost, doubled or mixed shows at once. */
const CONTENT = Buffer.alloc(
  6_000_001,
  (() => {
    const period = Buffer.alloc(65_521);
    for (let at = 0; at < period.length; at += 1) period[at] = at * 31 + (at >> 8);
    return period;
  })(),
);

const sockets = new Set<Socket>();
const upstream = createServer({ allowHalfOpen: true }, (socket) => {
  sockets.add(socket);
  socket.on('error', () => undefined);
  socket.on('close', () => sockets.delete(socket));
  let head = '';
  const onData = (piece: Buffer) => {
    head += piece.toString('latin1');
    if (!head.includes('\r\n\r\n')) return;
    socket.off('data', onData);
    socket.resume();
    const [, query = ''] = /\?(\S*) HTTP/.exec(head) ?? [];
    const { framing, bytes, cut, delay } = Object.fromEntries(new URLSearchParams(query));
    setTimeout(
      () => respond(socket, { framing, bytes: Number(bytes), isCut: cut === '1' }),
      Number(delay ?? 0),
    );
  };
  socket.on('data', onData);
});

function respond(
  socket: Socket,
  { framing, bytes, isCut }: { framing: string | undefined; bytes: number; isCut: boolean },
): void {
  const body = CONTENT.subarray(0, bytes);
  const sent = isCut ? body.subarray(0, bytes / 2) : body;
  const heads: Record<string, string> = {
    length: `HTTP/1.1 200 OK\r\nContent-Length: ${bytes}\r\n\r\n`,
    chunked: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
    close: 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n',
    upgrade: 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
  };
  socket.write(heads[framing ?? ''] ?? 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n');
  if (framing === 'chunked' && bytes > 0) {
    socket.write(`${bytes.toString(16)}\r\n`);
    socket.write(sent);
    if (!isCut) socket.write('\r\n0\r\n\r\n');
  } else socket.write(framing === 'chunked' ? '0\r\n\r\n' : sent);
  if (isCut) socket.write('', () => socket.resetAndDestroy());
  else socket.end();
}

type Way = () => Socket;

/** Sends one request and reads until the connection is over. */
async function exchange(way: Way, host: string, one: Case): Promise<{ bytes: Buffer; isWhole: boolean }> {
  const socket = way();
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const pieces: Buffer[] = [];
  socket.setTimeout(IDLE_MS, () => socket.destroy(new Error('nothing came for too long')));
  socket.on('data', (piece: Buffer) => {
    pieces.push(piece);
    if (one.pauseMs === 0) return;
    socket.pause();
    setTimeout(() => socket.resume(), one.pauseMs);
  });
  socket.on('end', () => resolve(true));
  socket.on('error', () => resolve(false));
  socket.on('close', () => resolve(false));
  socket.write(requestOf(host, one));
  if (one.isHalfClosed) socket.end();
  const isWhole = await promise;
  socket.destroy();
  return { bytes: Buffer.concat(pieces), isWhole };
}

function requestOf(host: string, { framing, bytes, isCut, version, delayMs }: Case): string {
  const target = `/?framing=${framing}&bytes=${bytes}&cut=${isCut ? 1 : 0}&delay=${delayMs}`;
  const isUpgrade = framing === 'upgrade';
  return [
    `GET ${target} HTTP/${isUpgrade ? '1.1' : version}`,
    `Host: ${host}`,
    ...(isUpgrade
      ? [
          'Connection: Upgrade',
          'Upgrade: websocket',
          'Sec-WebSocket-Version: 13',
          'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
        ]
      : ['Connection: close']),
    '',
    '',
  ].join('\r\n');
}

/** The body as its framing says, and whether that is all of it: what any client goes by. */
function bodyOf({ bytes, isWhole }: { bytes: Buffer; isWhole: boolean }): { body: Buffer; isWhole: boolean } {
  const end = bytes.indexOf('\r\n\r\n') + 4;
  if (end < 4) return { body: Buffer.alloc(0), isWhole: false };
  const head = bytes.toString('latin1', 0, end);
  const rest = bytes.subarray(end);
  if (head.startsWith('HTTP/1.1 101 ')) return { body: rest, isWhole };
  if (!/^HTTP\/1\.[01] 200 /.test(head)) return { body: Buffer.from(head), isWhole: false };
  if (/^transfer-encoding: chunked/im.test(head)) return dechunk(rest);
  const length = /^content-length: (\d+)/im.exec(head)?.[1];
  return { body: rest, isWhole: length === undefined ? isWhole : rest.length === Number(length) };
}

function dechunk(bytes: Buffer): { body: Buffer; isWhole: boolean } {
  const pieces: Buffer[] = [];
  let at = 0;
  for (;;) {
    const line = bytes.indexOf('\r\n', at);
    const size = line < 0 ? Number.NaN : Number.parseInt(bytes.toString('latin1', at, line), 16);
    if (Number.isNaN(size)) return { body: Buffer.concat(pieces), isWhole: false };
    if (size === 0) return { body: Buffer.concat(pieces), isWhole: true };
    pieces.push(bytes.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
}

let system: ChaosSystem;
let host: string;
let relaying: ChaosSystem['brokers'][number] | undefined;
let holding: ChaosSystem['brokers'][number] | undefined;

beforeAll(async () => {
  upstream.listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  const { port } = upstream.address() as AddressInfo;
  // An agent keeps three tunnels: the fourth broker relays by one of the others.
  system = await ChaosSystem.start(() => undefined, { brokers: 4, upstreamPort: port });
  host = await system.host();
  const { items } = await system.client.call(listTunnels, { params: system.params, query: {} });
  const holders = new Set(items.map(({ brokerId }) => brokerId));
  relaying = system.brokers.find(({ id }) => !holders.has(id));
  holding = system.brokers.find(({ id }) => holders.has(id));
  const plain: Case = {
    framing: 'length',
    bytes: 5,
    isCut: false,
    isHalfClosed: false,
    version: '1.1',
    pauseMs: 0,
    delayMs: 0,
  };
  for (const way of Object.values(ways)) {
    await until('every way leads to the service', 30_000, async () => {
      return bodyOf(await exchange(way, host, plain)).isWhole;
    });
  }
}, 180_000);
afterAll(async () => {
  await system?.close();
  for (const socket of sockets) socket.destroy();
  upstream.close();
}, 60_000);

const tcp = (url: string | undefined): Socket => {
  const { hostname, port } = new URL(url ?? '');
  return connect({ host: hostname, port: Number(port), allowHalfOpen: true });
};
const tls = (url: string | undefined): Socket =>
  connectTls({ socket: tcp(url), servername: host, rejectUnauthorized: false });

const ways = {
  'the gateway': () => tcp(system.gateway),
  'the plain edge': () => tcp(holding?.edgeHttp),
  'the TLS edge': () => tls(holding?.edgeHttps),
  'a relay of the plain edge': () => tcp(relaying?.edgeHttp),
  'a relay of the TLS edge': () => tls(relaying?.edgeHttps),
} satisfies Record<string, Way>;

describe('a response is as whole as the upstream’s own', () => {
  it.each(Object.entries(ways))(
    'through %s',
    async (_name, way) => {
      await assert(
        asyncProperty(cases, async (one) => {
          const { body, isWhole } = bodyOf(await exchange(way, host, one));
          const isContent =
            body.equals(CONTENT.subarray(0, body.length)) || body.toString().startsWith('HTTP/1.1 50');
          expect(isContent).toBe(true);
          // Of nothing there is no half.
          if (one.isCut) expect(isWhole).toBe(one.bytes === 0 && isWhole);
          else expect({ length: body.length, isWhole }).toEqual({ length: one.bytes, isWhole: true });
        }),
        { numRuns: 400, interruptAfterTimeLimit: PROPERTY_MS },
      );
    },
    PROPERTY_MS + 60_000,
  );
});
