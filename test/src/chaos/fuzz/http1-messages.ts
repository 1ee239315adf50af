import type { Random } from './random.ts';

const METHODS = [
  'GET',
  'GET',
  'GET',
  'POST',
  'PUT',
  'HEAD',
  'OPTIONS',
  'CONNECT',
  'TRACE',
  'PRI',
  'M-SEARCH',
  'get',
  'G\0T',
];
const TARGETS = [
  '/',
  '/',
  '/a?b=c',
  '//',
  '//[',
  '///x',
  '*',
  'x',
  'http://',
  'http://[',
  'http://a.test/',
  '/%',
  '/%zz',
  '/%00',
  '/%c0%ae%c0%ae/',
  '/..;/..%2f..%5c',
  '/\\',
  '/?%',
  '/a#b',
  '/\u00e9',
  'a.test:443',
  '/internal/v1/relay',
  '/internal/v1/brokers',
  '/agent/v1/link',
  '/tunnel/x',
  '/tunnel/%',
  '/peer/x',
  '/api/v1/',
  '/oidc/%',
  '/healthz',
];
/** Names that mean something to some parser, in heads and in trailers. */
export const FIELD_NAMES = [
  'Keep-Alive',
  'HTTP2-Settings',
  'Connection',
  'Proxy-Connection',
  'Transfer-Encoding',
  'Content-Length',
  'Upgrade',
  'TE',
  'Trailer',
  'Host',
  ':path',
  'Expect',
  'Content-Encoding',
  'Content-Type',
  'Authorization',
  'Cookie',
  'Set-Cookie',
  'Date',
  'X-Forwarded-For',
  'Forwarded',
  'Grpc-Status',
  'Sec-WebSocket-Key',
  'Portolan-Client',
  'Portolan-Cluster',
  '__proto__',
  'constructor',
];
const VALUES = [
  'x',
  '',
  'close',
  'chunked',
  'gzip, chunked',
  '0',
  '-1',
  '1e9',
  '99999999999999999999',
  'trailers',
  'é',
  '\u0001',
  '"',
  ',',
  'AAMAAABkAAQCAAAA',
  'Bearer pta_x',
  'Bearer',
  'a=b; c',
  '%',
  '[::1]:x',
  '100-continue',
];
const UPGRADES = ['websocket', 'h2c', 'x', 'portolan-agent', 'portolan-edge', 'WebSocket, h2c', 'TLS/1.0'];

/** One to four requests in a row, most of them nearly right. */
export function requestBytes(random: Random, host: string): Buffer {
  const messages = Array.from({ length: 1 + random.below(random.chance(0.3) ? 4 : 1) }, () =>
    oneRequest(random, host),
  );
  if (random.chance(0.1)) messages.push(random.bytes(random.below(200)));
  return Buffer.concat(messages);
}

function oneRequest(random: Random, host: string): Buffer {
  const isUpgrade = random.chance(0.3);
  const lines = [
    `${random.mostly(random.pick(['GET', 'POST']), METHODS)} ${random.mostly('/', TARGETS)} HTTP/${random.mostly('1.1', ['1.0', '2.0', '1.2', ''])}`,
    ...(random.chance(0.95)
      ? [`Host: ${random.mostly(host, ['unknown.test', '[', `${host}:x`, `${host}:80`, ''])}`]
      : []),
    ...(isUpgrade
      ? [
          `Connection: ${random.pick(['Upgrade', 'upgrade, keep-alive', 'Upgrade, HTTP2-Settings'])}`,
          `Upgrade: ${random.pick(UPGRADES)}`,
        ]
      : random.some(['Connection: close', 'Connection: keep-alive', 'Connection: close, x-a'], 0.2)),
    ...random.some(
      [
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
        'HTTP2-Settings: AAMAAABkAAQCAAAA',
      ],
      isUpgrade ? 0.7 : 0.05,
    ),
    ...random.some(
      ['Expect: 100-continue', 'TE: trailers', 'Accept-Encoding: gzip, br, zstd', 'Range: bytes=0-1'],
      0.15,
    ),
    ...Array.from(
      { length: random.below(3) },
      () => `${random.mostly('X-Plain', FIELD_NAMES)}: ${random.mostly('x', VALUES)}`,
    ),
    ...(random.chance(0.03) ? [`X-Large: ${'x'.repeat(random.below(70_000))}`] : []),
    ...(random.chance(0.02) ? Array.from({ length: random.below(600) }, (_, index) => `X-${index}: y`) : []),
  ];
  const framed = withBody(random, lines);
  return random.chance(0.05) ? mutated(random, framed) : framed;
}

function withBody(random: Random, lines: readonly string[]): Buffer {
  const head = (...more: string[]) => Buffer.from(`${[...lines, ...more].join('\r\n')}\r\n\r\n`, 'latin1');
  const kind = random.below(6);
  if (kind <= 2) return head();
  const body = Buffer.alloc(random.pick([0, 1, 100, 5_000, 70_000]), 'b');
  if (kind === 3) return Buffer.concat([head(`Content-Length: ${body.length}`), body]);
  if (kind === 4)
    return Buffer.concat([
      head(`Content-Length: ${random.pick([body.length + 5, 3, '+1', '0x1', '1, 1'])}`),
      body,
    ]);
  const names = random.some(FIELD_NAMES, 0.15);
  return Buffer.concat([
    head('Transfer-Encoding: chunked', ...(random.chance(0.8) ? [`Trailer: ${names.join(', ')}`] : [])),
    chunks(random, body),
    Buffer.from(trailerSection(random, names), 'latin1'),
  ]);
}

/** A chunked body up to its last chunk, most of the time a right one. */
function chunks(random: Random, body: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length;) {
    const length = Math.min(body.length - at, 1 + random.below(20_000));
    const size = random.chance(0.03)
      ? random.pick(['', 'g', '-1', 'fffffffff', '0x5', ' 5'])
      : length.toString(16);
    const extension = random.chance(0.05) ? ';a="\r"' : random.chance(0.05) ? ';x=y' : '';
    parts.push(Buffer.from(`${size}${extension}\r\n`), body.subarray(at, at + length), Buffer.from('\r\n'));
    at += length;
  }
  parts.push(Buffer.from(random.chance(0.05) ? '0' : '0\r\n'));
  return Buffer.concat(parts);
}

/** Trailer fields and the empty line behind them. */
function trailerSection(random: Random, names: readonly string[]): string {
  return `${names.map((name) => `${name}: ${random.mostly('x', VALUES)}\r\n`).join('')}${random.chance(0.95) ? '\r\n' : ''}`;
}

const HEADS = [
  'HTTP/1.1 200 OK',
  'HTTP/1.1 200 OK',
  'HTTP/1.1 204 No Content',
  'HTTP/1.1 304 Not Modified',
  'HTTP/1.0 200 OK',
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket',
  'HTTP/1.1 999 Odd',
  'HTTP/1.1 20',
  'HTTP/2 200',
  'ICY 200 OK',
  'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK',
];

/** What a hostile service sends back. */
export function responseBytes(random: Random): Buffer {
  const names = random.some(FIELD_NAMES, 0.1);
  const body = Buffer.alloc(random.pick([0, 1, 1_000, 65_536, 262_144, 900_000]), 'r');
  const lines = [
    random.mostly('HTTP/1.1 200 OK', HEADS),
    ...Array.from(
      { length: random.below(4) },
      () => `${random.mostly('X-Plain', FIELD_NAMES)}: ${random.mostly('x', VALUES)}`,
    ),
    ...(random.chance(0.05) ? [`X-Large: ${'x'.repeat(random.below(90_000))}`] : []),
    ...random.some(
      [
        'Content-Disposition: attachment; filename="\u00e9"',
        'Set-Cookie: a=b',
        'Cache-Control: no-transform',
        'Connection: close',
      ],
      0.3,
    ),
  ];
  const head = (...more: string[]) => Buffer.from(`${[...lines, ...more].join('\r\n')}\r\n\r\n`, 'latin1');
  const framing = random.below(4);
  const bytes =
    framing === 0
      ? Buffer.concat([head(`Content-Length: ${body.length}`), body])
      : framing === 1
        ? Buffer.concat([
            head(`Content-Length: ${random.pick([body.length + 9, Math.max(0, body.length - 9)])}`),
            body,
          ])
        : framing === 2
          ? Buffer.concat([
              head('Transfer-Encoding: chunked', `Trailer: ${names.join(',')}`),
              chunks(random, body),
              Buffer.from(trailerSection(random, names), 'latin1'),
            ])
          : Buffer.concat([head(), body]);
  return random.chance(0.05) ? mutated(random, bytes) : bytes;
}

/** A few bytes changed, cut out or doubled. */
function mutated(random: Random, bytes: Buffer): Buffer {
  let out = Buffer.from(bytes);
  for (let times = 1 + random.below(4); times > 0 && out.length > 0; times -= 1) {
    const at = random.below(Math.min(out.length, 2_000));
    const kind = random.below(3);
    if (kind === 0) out[at] = random.below(256);
    else if (kind === 1) out = Buffer.concat([out.subarray(0, at), out.subarray(at + 1 + random.below(20))]);
    else out = Buffer.concat([out.subarray(0, at + 1), out.subarray(at)]);
  }
  return out;
}
