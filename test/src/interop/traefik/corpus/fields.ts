import type { Behaviour, Case, Field, Fixture } from '../fixture.ts';
import { answered, fixture, get, withFields } from './build.ts';

type Spec = Readonly<Record<string, unknown>>;

const FROM_ORIGIN: readonly Case[] = [
  get('/'),
  get('/', { headers: [['Origin', 'https://a.test']] }),
  get('/', { headers: [['Origin', 'https://b.test']] }),
  get('/', { headers: [['Origin', 'null']] }),
  get('/', {
    method: 'OPTIONS',
    headers: [
      ['Origin', 'https://a.test'],
      ['Access-Control-Request-Method', 'PUT'],
    ],
  }),
  get('/', {
    method: 'OPTIONS',
    headers: [
      ['Origin', 'https://b.test'],
      ['Access-Control-Request-Method', 'PUT'],
      ['Access-Control-Request-Headers', 'X-A, X-B'],
    ],
  }),
  get('/', { method: 'OPTIONS', headers: [['Origin', 'https://a.test']] }),
  get('/', { method: 'OPTIONS' }),
  answered({ headers: [['Vary', 'Cookie']] }, { headers: [['Origin', 'https://a.test']] }),
  answered(
    {
      headers: [
        ['Vary', 'Cookie'],
        ['Vary', 'Accept-Language'],
      ],
    },
    { headers: [['Origin', 'https://a.test']] },
  ),
  answered(
    { headers: [['Access-Control-Allow-Origin', 'https://up.test']] },
    { headers: [['Origin', 'https://a.test']] },
  ),
];

const PLAIN: readonly Case[] = [
  get('/'),
  withFields(['X-Tenant', 'south'], ['X-Debug', '1']),
  answered({
    headers: [
      ['X-Up', '1'],
      ['Server', 'up'],
      ['X-Frame-Options', 'SAMEORIGIN'],
    ],
  }),
  answered({ status: 404 }),
  answered({ status: 204, headers: [] }),
  get('/', { method: 'HEAD' }),
  get('/', { via: 'https' }),
  get('/', { via: 'h2' }),
  withFields(['X-Forwarded-Proto', 'https']),
  get('/', { headers: [['X-Forwarded-Proto', 'https']], isTrusted: true }),
];

const HEADERS: Readonly<Record<string, { readonly spec: Spec; readonly cases: readonly Case[] }>> = {
  custom: {
    spec: {
      customRequestHeaders: { 'X-Tenant': 'north', 'X-Debug': '', 'X-New': 'yes' },
      customResponseHeaders: { 'X-Up': '', 'X-Added': 'yes', Server: 'gateway' },
    },
    cases: PLAIN,
  },
  'custom-host': { spec: { customRequestHeaders: { Host: 'edited.test' } }, cases: PLAIN.slice(0, 3) },
  'custom-forwarded': {
    spec: {
      customRequestHeaders: { 'X-Forwarded-Proto': 'https', 'X-Forwarded-For': '', 'X-Real-Ip': '9.9.9.9' },
    },
    cases: PLAIN,
  },
  'custom-utf8': {
    spec: { customRequestHeaders: { 'X-A': 'é' }, customResponseHeaders: { 'X-B': 'отчёт' } },
    cases: PLAIN.slice(0, 4),
  },
  sts: { spec: { stsSeconds: 3600, stsIncludeSubdomains: true, stsPreload: true }, cases: PLAIN },
  'sts-forced': { spec: { stsSeconds: 60, forceSTSHeader: true }, cases: PLAIN },
  frame: { spec: { frameDeny: true, contentTypeNosniff: true, browserXssFilter: true }, cases: PLAIN },
  'frame-custom': {
    spec: { frameDeny: true, customFrameOptionsValue: 'SAMEORIGIN' },
    cases: PLAIN.slice(0, 4),
  },
  policies: {
    spec: {
      contentSecurityPolicy: "default-src 'self'",
      contentSecurityPolicyReportOnly: "script-src 'none'",
      referrerPolicy: 'no-referrer',
      permissionsPolicy: 'camera=()',
      customBrowserXSSValue: '1; report=x',
    },
    cases: PLAIN.slice(0, 6),
  },
  'cors-list': {
    spec: {
      accessControlAllowOriginList: ['https://a.test', 'https://c.test'],
      accessControlAllowMethods: ['GET', 'PUT'],
      accessControlAllowHeaders: ['X-A', 'X-B'],
      accessControlExposeHeaders: ['X-Up'],
      accessControlMaxAge: 100,
      addVaryHeader: true,
    },
    cases: FROM_ORIGIN,
  },
  'cors-any': {
    spec: {
      accessControlAllowOriginList: ['*'],
      accessControlAllowMethods: ['*'],
      accessControlAllowHeaders: ['*'],
    },
    cases: FROM_ORIGIN,
  },
  'cors-any-credentials': {
    spec: { accessControlAllowOriginList: ['*'], accessControlAllowCredentials: true },
    cases: FROM_ORIGIN,
  },
  'cors-regex': {
    spec: {
      accessControlAllowOriginListRegex: ['^https://[ac]\\.test$'],
      accessControlAllowCredentials: true,
      accessControlMaxAge: 0,
    },
    cases: FROM_ORIGIN,
  },
  'cors-methods-only': {
    spec: { accessControlAllowMethods: ['GET'], addVaryHeader: true },
    cases: FROM_ORIGIN,
  },
};

/** Responses as gateways may damage them. */
const RESPONSES: readonly Behaviour[] = [
  {},
  { status: 201, headers: [['Location', '/x']] },
  { status: 204, headers: [] },
  { status: 304, headers: [['ETag', '"a"']] },
  { status: 400 },
  {
    status: 401,
    headers: [
      ['WWW-Authenticate', 'Basic realm="a"'],
      ['WWW-Authenticate', 'Bearer'],
    ],
  },
  { status: 404 },
  { status: 418 },
  { status: 500 },
  { status: 502 },
  { status: 503, headers: [['Retry-After', '5']] },
  { status: 599 },
  { headers: [] },
  {
    headers: [
      ['Set-Cookie', 'a=1'],
      ['Set-Cookie', 'b=2; Path=/'],
    ],
  },
  {
    headers: [
      ['X-A', '1'],
      ['X-A', '2'],
      ['x-a', '3'],
    ],
  },
  {
    headers: [
      ['Connection', 'X-Hop, close'],
      ['X-Hop', '1'],
      ['X-End', '2'],
    ],
  },
  {
    headers: [
      ['Connection', 'X-Hop'],
      ['Connection', 'X-More'],
      ['X-Hop', '1'],
      ['X-More', '2'],
    ],
  },
  {
    headers: [
      ['Keep-Alive', 'timeout=5'],
      ['Proxy-Connection', 'close'],
      ['X-End', '1'],
    ],
  },
  {
    headers: [
      ['Proxy-Authenticate', 'Basic'],
      ['Upgrade', 'h2c'],
      ['TE', 'trailers'],
    ],
  },
  { headers: [['Trailer', 'X-T']], trailers: [['X-T', '1']] },
  {
    trailers: [
      ['X-Checksum', 'abc'],
      ['X-Other', 'é'],
    ],
  },
  { headers: [['Content-Disposition', 'attachment; filename="Ð¾.txt"']] },
  { headers: [['X-Note', 'caf\xe9']] },
  {
    headers: [
      ['X-Empty', ''],
      ['X-Space', 'a  b'],
    ],
  },
  { headers: [['Content-Type', 'application/octet-stream']], body: '\x00\x01\xfe\xff' },
  { body: '' },
  { body: 'x'.repeat(100_000) },
  { headers: [['X-Long', 'y'.repeat(20_000)]] },
  {
    headers: [
      ['Date', 'Mon, 01 Jan 2024 00:00:00 GMT'],
      ['Via', '1.1 up'],
      ['Age', '3'],
    ],
  },
  { earlyHints: '</a.css>; rel=preload', headers: [['Content-Type', 'text/html']] },
  {
    headers: [
      ['X-Forwarded-For', '1.1.1.1'],
      ['Strict-Transport-Security', 'max-age=1'],
    ],
  },
  {
    headers: [
      ['Alt-Svc', 'h3=":443"'],
      ['Server', 'up/1.0'],
      ['X-Powered-By', 'up'],
    ],
  },
];

/** Request fields that gateways write, drop or must pass. */
const REQUESTS: readonly (readonly Field[])[] = [
  [],
  [['X-Forwarded-For', '203.0.113.7']],
  [
    ['X-Forwarded-For', '203.0.113.7'],
    ['X-Forwarded-For', '203.0.113.8, 203.0.113.9'],
  ],
  [['X-Forwarded-For', '203.0.113.7:4711']],
  [['X-Forwarded-Proto', 'https']],
  [['X-Forwarded-Proto', 'wss']],
  [['X-Forwarded-Proto', 'gopher']],
  [['X-Forwarded-Host', 'public.test']],
  [['X-Forwarded-Port', '8443']],
  [['X-Forwarded-Server', 'edge-1']],
  [['X-Forwarded-Prefix', '/p']],
  [['X-Forwarded-Uri', '/other']],
  [['X-Forwarded-Method', 'DELETE']],
  [
    ['X-Forwarded-Tls-Client-Cert', 'abc'],
    ['X-Forwarded-Tls-Client-Cert-Info', 'x'],
  ],
  [['X-Real-Ip', '203.0.113.7']],
  [
    ['X_Forwarded_For', '203.0.113.7'],
    ['X_Real_Ip', '1.2.3.4'],
    ['X-Forwarded_Host', 'x'],
  ],
  [['Forwarded', 'for=203.0.113.7;proto=https']],
  [
    ['X-Original-Url', '/admin'],
    ['X-Rewrite-Url', '/admin'],
  ],
  [['Via', '1.1 edge']],
  [
    ['Connection', 'close, X-Hop'],
    ['X-Hop', '1'],
    ['X-End', '2'],
  ],
  [
    ['Connection', 'X-Forwarded-For, X-Real-Ip, Authorization'],
    ['Authorization', 'Bearer x'],
  ],
  [
    ['Connection', 'keep-alive'],
    ['Connection', 'X-Second'],
    ['X-Second', '1'],
  ],
  [
    ['Keep-Alive', 'timeout=5'],
    ['Proxy-Connection', 'keep-alive'],
  ],
  [
    ['Proxy-Authorization', 'Basic x'],
    ['Proxy-Authenticate', 'x'],
  ],
  [['TE', 'trailers, deflate']],
  [['TE', 'gzip']],
  [
    ['Upgrade', 'h2c'],
    ['Connection', 'Upgrade, HTTP2-Settings'],
    ['HTTP2-Settings', 'AAMAAABkAAQAAP__'],
  ],
  [['Trailer', 'X-T']],
  [
    ['Authorization', 'Basic YTpi'],
    ['Cookie', 'a=1; b=2'],
  ],
  [
    ['Cookie', 'a=1'],
    ['Cookie', 'b=2'],
  ],
  [
    ['X-A', '1'],
    ['X-A', '2'],
    ['x-a', '3'],
  ],
  [['X-Note', 'caf\xe9']],
  [['X-Empty', '']],
  [['X-Space', '  a  b  ']],
  [
    ['User-Agent', 'a'],
    ['User-Agent', 'b'],
  ],
  [['User-Agent', '']],
  [
    ['Accept-Encoding', 'gzip'],
    ['Accept', '*/*'],
  ],
  [
    ['Range', 'bytes=0-1'],
    ['If-None-Match', '"a"'],
  ],
  [['Max-Forwards', '1']],
  [['Expect', '100-continue']],
  [['Content-Type', 'text/plain']],
  [['X-Long', 'z'.repeat(8_000)]],
  [['Sec-WebSocket-Key', 'x']],
];

/** Requests by their form: methods, bodies, versions, upgrades. */
const FORMS: readonly Case[] = [
  get('/', { method: 'POST', body: 'hello' }),
  get('/', { method: 'POST', body: '' }),
  get('/', { method: 'PUT', body: 'x'.repeat(70_000) }),
  get('/', { method: 'DELETE', body: 'x' }),
  get('/', { body: 'get with body' }),
  get('/', { method: 'PATCH' }),
  get('/', { method: 'OPTIONS' }),
  get('/', { method: 'TRACE' }),
  get('/', { method: 'PROPFIND' }),
  get('/', { method: 'QUERY', body: 'q' }),
  get('/', { method: 'FOO' }),
  get('/', { method: 'get' }),
  get('/', { version: '1.0' }),
  get('/', { version: '1.0', headers: [['Connection', 'keep-alive']] }),
  get('/', { method: 'POST', body: 'a', trailers: [['X-T', '1']], headers: [['Trailer', 'X-T']] }),
  get('/', { method: 'POST', body: 'a', trailers: [['X-T', '1']] }),
  get('/', { method: 'POST', body: '', trailers: [] }),
  get('/', {
    method: 'POST',
    body: 'a',
    trailers: [
      ['X-Forwarded-For', '9.9.9.9'],
      ['Authorization', 'x'],
      ['X-T', '1'],
    ],
    headers: [['Trailer', 'X-Forwarded-For, Authorization, X-T']],
  }),
  get('/', {
    headers: [
      ['Connection', 'Upgrade'],
      ['Upgrade', 'echo'],
    ],
  }),
  get('/', {
    headers: [
      ['Connection', 'upgrade'],
      ['Upgrade', 'websocket'],
      ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
      ['Sec-WebSocket-Version', '13'],
    ],
  }),
  get(
    '/',
    {
      headers: [
        ['Connection', 'Upgrade'],
        ['Upgrade', 'websocket'],
        ['Sec-WebSocket-Protocol', 'chat'],
      ],
    },
    {
      main: {
        headers: [
          ['Sec-WebSocket-Protocol', 'chat'],
          ['X-Up', '1'],
        ],
      },
    },
  ),
  get(
    '/',
    {
      headers: [
        ['Connection', 'Upgrade'],
        ['Upgrade', 'websocket'],
      ],
    },
    { main: { status: 403 } },
  ),
  get('/', {
    headers: [
      ['Content-Length', '3'],
      ['Content-Length', '4'],
    ],
  }),
  get('/', { headers: [['Content-Length', 'x']] }),
  get('/', { headers: [['Transfer-Encoding', 'gzip']] }),
  get('/', { headers: [['Bad Name', 'x']] }),
  get('/', { headers: [['X-Nul', 'a\x00b']] }),
  get('/ x'),
  get('nothing'),
  get('/#x'),
  get('/a#b?c'),
  get(`/${'a'.repeat(7_000)}`),
  get('/?q=%zz&b=\xe9'),
  get('/?a=1&a=2;c=|{}'),
  get('/', { via: 'h2c', method: 'POST', body: 'h2' }),
  get('/', {
    via: 'h2c',
    headers: [
      ['cookie', 'a=1'],
      ['cookie', 'b=2'],
      ['te', 'trailers'],
    ],
  }),
  get('/', { via: 'h2c', method: 'POST', body: 'a', trailers: [['x-t', '1']] }),
  get('/x?', { via: 'h2c' }),
  get('/a b', { via: 'h2c' }),
  get('/', { via: 'h2c', method: 'HEAD' }),
  get('/', { via: 'h2' }),
  get('/', { via: 'h2', headers: [['x-forwarded-for', '1.1.1.1']] }),
  get('/', { via: 'https' }),
  get('/', { via: 'https', headers: [['X-Forwarded-Proto', 'http']] }),
];

/** Fields both ways, as the gateway itself treats them. */
export function fieldFixtures(): Fixture[] {
  const trusted = REQUESTS.map((headers) => get('/', { headers, isTrusted: true }));
  return [
    fixture({ name: 'responses', cases: RESPONSES.map((behaviour) => answered(behaviour)) }),
    fixture({
      name: 'responses-head',
      cases: RESPONSES.slice(0, 12).map((item) => answered(item, { method: 'HEAD' })),
    }),
    fixture({
      name: 'responses-h2',
      cases: RESPONSES.map((behaviour) => answered(behaviour, { via: 'h2c' })),
    }),
    fixture({ name: 'requests', cases: REQUESTS.map((headers) => withFields(...headers)) }),
    fixture({ name: 'requests-trusted', cases: trusted }),
    fixture({ name: 'forms', cases: FORMS }),
    ...Object.entries(HEADERS).map(([name, { spec, cases }]) =>
      fixture({
        name: `headers-${name}`,
        middlewares: { m: { headers: spec } },
        routes: [{ middlewares: ['m'] }],
        cases,
      }),
    ),
  ];
}
