import { once, type EventEmitter } from 'node:events';
import {
  connect as connectHttp2,
  createServer as createHttp2Server,
  type ServerHttp2Stream,
} from 'node:http2';
import { connect, createServer as createTcpServer, type Server } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import type { MiddlewareSpec } from '@portolan/resources/model/middleware';
import {
  forwardAuth,
  headers,
  model,
  portOf,
  route,
  service,
  serviceTarget,
  toService,
} from './testing/models.ts';
import { ask, startGateway } from './testing/servers.ts';

/** A small generator, so that a failure can be repeated by its seed (mulberry32). */
function generator(seed: number) {
  let state = seed;
  const below = (n: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % n;
  };
  const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T;
  return { below, pick };
}

const NAMES =
  'connection keep-alive transfer-encoding content-length upgrade te trailer http2-settings expect cookie set-cookie content-type content-encoding etag vary authorization x-forwarded-for x-a x_b content-disposition location date www-authenticate range accept-encoding cache-control age retry-after link'.split(
    ' ',
  );
/** Node's own client and server refuse to send these. */
const OVER_HTTP2 = NAMES.filter(
  (name) =>
    !/^(?:connection|keep-alive|transfer-encoding|upgrade|te|http2-settings|content-length|expect)$/.test(
      name,
    ),
);
const VALUES = [
  '',
  'x',
  'close',
  'chunked',
  'gzip',
  '5',
  '-1',
  'websocket',
  '100-continue',
  'trailers',
  'a, b',
].concat([
  'keep-alive, x-a',
  '"q"',
  '\u00e9',
  'no-transform',
  'bytes=0-1',
  '<a>; rel=preload',
  'x'.repeat(3000),
  '*',
]);
const STATUSES = [200, 200, 200, 204, 304, 206, 301, 401, 404, 416, 426, 500, 101, 100, 103, 199, 600, 999];
const METHODS = ['GET', 'GET', 'POST', 'HEAD', 'PUT', 'OPTIONS', 'CONNECT', 'TRACE'];
const UPGRADE =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n';
const ROUTES = 18;

type Random = ReturnType<typeof generator>;

function fieldLines({ below, pick }: Random, max: number): string {
  return Array.from({ length: below(max) }, () => `${pick(NAMES)}: ${pick(VALUES)}\r\n`).join('');
}

function chunks(random: Random): string {
  const sizes = Array.from({ length: random.below(4) }, () => 1 + random.below(2000));
  const body = sizes.map((size) => `${size.toString(16)}\r\n${'y'.repeat(size)}\r\n`).join('');
  return `${body}0\r\n${fieldLines(random, 4)}\r\n`;
}

function anyResponse(random: Random): string {
  const { below, pick } = random;
  const interim = below(5) === 0 ? `HTTP/1.1 ${pick([100, 102, 103])} I\r\n${fieldLines(random, 3)}\r\n` : '';
  const head = `${interim}HTTP/1.${pick([1, 1, 1, 0])} ${pick(STATUSES)} X\r\n${fieldLines(random, 8)}`;
  const size = below(5000);
  const told = size + (below(6) === 0 ? below(50) - 25 : 0);
  return pick([
    `${head}Transfer-Encoding: chunked\r\n\r\n${chunks(random)}`,
    `${head}Content-Length: ${told}\r\n\r\n${'z'.repeat(size)}`,
    `${head}Connection: close\r\n\r\n${'w'.repeat(size)}`,
    `${head}\r\n`,
  ]);
}

function anyRequest(random: Random): string {
  const { below, pick } = random;
  const path = `/${below(ROUTES)}/a`;
  const target = pick([path, path, `${path}?`, '/', '*', 'x', 'http://a/1/', '//']);
  const host = below(12) === 0 ? '' : 'Host: a\r\n';
  const head = `${pick(METHODS)} ${target} HTTP/1.${pick([1, 1, 1, 0, 2])}\r\n${host}${fieldLines(random, 6)}`;
  const size = below(4000);
  return pick([
    `${head}Transfer-Encoding: chunked\r\n\r\n${chunks(random)}`,
    `${head}Content-Length: ${size}\r\n\r\n${'k'.repeat(size)}`,
    `${head}${UPGRADE}frames`,
    `${head}\r\n`,
  ]);
}

async function listen(server: Server | ReturnType<typeof createHttp2Server>): Promise<{ port: number }> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { port: portOf(server) };
}

/** Responds with anything, sometimes cut off. */
function rawServer(random: Random): Server {
  return createTcpServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () => {
      const response = anyResponse(random);
      const isCut = random.below(4) === 0;
      if (!socket.writable) return;
      socket.write(isCut ? response.slice(0, random.below(response.length)) : response, 'latin1');
      if (isCut || random.below(2) === 0) socket.end();
    });
  });
}

function http2Server({ below, pick }: Random): ReturnType<typeof createHttp2Server> {
  const respond = (stream: ServerHttp2Stream): void => {
    const fields = Object.fromEntries(
      Array.from({ length: below(5) }, () => [pick(OVER_HTTP2), pick(VALUES)] as const),
    );
    stream.respond({ ...fields, ':status': pick([200, 204, 304, 404, 500]) }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ [pick(['x-t', 'etag', 'set-cookie'])]: 'a' }));
    if (below(6) === 0) stream.close(below(14));
    else stream.end('q'.repeat(below(5000)));
  };
  return createHttp2Server().on('stream', (stream) => {
    stream.on('error', () => undefined);
    stream.resume();
    respond(stream);
  });
}

function middlewaresOf({ below }: Random, authPort: number): readonly MiddlewareSpec[] {
  const all: readonly MiddlewareSpec[] = [
    {
      kind: 'compress',
      excludedContentTypes: [],
      includedContentTypes: [],
      minResponseBodyBytes: 0,
      encodings: ['gzip', 'br', 'zstd'],
      defaultEncoding: null,
    },
    {
      kind: 'errors',
      status: ['400-599'],
      service: serviceTarget('raw'),
      query: '/{status}?{url}',
      requestHeaders: null,
    },
    headers({ 'X-A': '\u043e' }, { 'X-Out': '\u043e', ETag: '' }),
    forwardAuth(`http://127.0.0.1:${authPort}/`, { authResponseHeadersRegex: '^x-' }),
    { kind: 'retry', attempts: 3, initialIntervalMs: 1 },
    { kind: 'buffering', maxRequestBodyBytes: 3000, maxResponseBodyBytes: 3000 },
    { kind: 'stripPrefix', prefixes: ['/1'], forceSlash: false },
  ];
  return all.filter(() => below(4) === 0);
}

const closed = (stream: EventEmitter): Promise<void> =>
  new Promise((resolve) => stream.once('close', resolve));

it('no message, whatever its form, is a fault of the gateway or leaves anything behind', async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const random = generator(seed);
  const [raw, auth] = [await listen(rawServer(random)), await listen(rawServer(random))];
  const h2 = await listen(http2Server(random));
  const routes = Array.from({ length: ROUTES }, (_, index) =>
    route({
      id: `r${index}`,
      rule: `PathPrefix(\`/${index}/\`)`,
      target: index % 3 === 0 ? toService('h2', { scheme: 'h2c' }) : toService('raw'),
      middlewares: middlewaresOf(random, auth.port),
    }),
  );
  const { port, logs, records } = await startGateway(
    model(
      [
        ...routes,
        route({ id: 'good', rule: 'Path(`/good`)', target: { kind: 'none', status: 418, reason: '' } }),
      ],
      [service('raw', raw, raw), service('h2', h2)],
    ),
    { limits: { headersTimeoutMs: 500, stallTimeoutMs: 500, upstreamTimeoutMs: 500 } },
  );
  for (let round = 0; round < 150; round++) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined).resume();
    const text = Array.from({ length: 1 + random.below(4) }, () => anyRequest(random)).join('');
    const cut = random.below(text.length);
    socket.write(text.slice(0, cut), 'latin1', () => socket.write(text.slice(cut), 'latin1'));
    const session = connectHttp2(`http://127.0.0.1:${port}`);
    session.on('error', () => undefined);
    const stream = session.request({
      ':path': `/${random.below(ROUTES)}/a`,
      ':method': random.pick(['GET', 'POST']),
    });
    stream.on('error', () => undefined).resume();
    stream.end('d'.repeat(random.below(3000)));
    // Some are never complete; those are left alone.
    await Promise.race([closed(stream), closed(socket), once(AbortSignal.timeout(100), 'abort')]);
    if (random.below(2) === 0) socket.destroy();
    else socket.end();
    session.destroy();
  }
  expect((await ask(port, { path: '/good' })).status).toBe(418);
  const faults = logs.filter((line) => line.includes('gateway.fault'));
  expect([seed, faults]).toEqual([seed, []]);
  expect(records.length).toBeGreaterThan(50);
}, 120_000);
