import type { Behaviour, Case, Field, Fixture } from '../fixture.ts';
import { fixture, get } from './build.ts';

type Spec = Readonly<Record<string, unknown>>;

const CREDENTIALS: readonly Field[] = [
  ['Authorization', 'Bearer t'],
  ['Cookie', 'a=1; b=2'],
  ['X-Remote-User', 'root'],
  ['X-Forwarded-Uri', '/other'],
  ['X-Real-Ip', '9.9.9.9'],
  ['X-A', '1'],
  ['X-A', '2'],
];

const ASKED: readonly Case[] = [
  get('/'),
  get('/x/y?a=1&b=%20', { headers: CREDENTIALS }),
  get('/x?', { headers: CREDENTIALS, isTrusted: true }),
  get('/x', { method: 'POST', body: 'hello', headers: [['Content-Type', 'text/plain']] }),
  get('/x', {
    headers: [
      ['X-Forwarded-For', '203.0.113.7'],
      ['X-Forwarded-Proto', 'https'],
      ['X-Forwarded-Host', 'p.test'],
      ['X-Forwarded-Method', 'PUT'],
    ],
  }),
  get('/x', {
    isTrusted: true,
    headers: [
      ['X-Forwarded-For', '203.0.113.7'],
      ['X-Forwarded-Proto', 'https'],
      ['X-Forwarded-Host', 'p.test'],
      ['X-Forwarded-Method', 'PUT'],
      ['X-Forwarded-Uri', '/u'],
    ],
  }),
  get('/x', {
    headers: [
      ['Connection', 'close, X-Hop'],
      ['X-Hop', '1'],
      ['TE', 'trailers'],
      ['Proxy-Authorization', 'x'],
      ['Upgrade', 'h2c'],
    ],
  }),
  get('/x', {
    headers: [
      ['User-Agent', 'a'],
      ['From', 'a@a'],
      ['From', 'b@b'],
      ['Accept', '*/*'],
    ],
  }),
  get('/%61/../b//c'),
  get('/x', { via: 'https' }),
  get('/x', { method: 'HEAD' }),
  get('/x', {
    method: 'OPTIONS',
    headers: [
      ['Origin', 'https://a.test'],
      ['Access-Control-Request-Method', 'PUT'],
    ],
  }),
];

/** Verdicts of an auth server. */
const VERDICTS: readonly Behaviour[] = [
  {
    headers: [
      ['X-Remote-User', 'ada'],
      ['X-Other', '1'],
      ['Set-Cookie', 'session=1; Path=/'],
    ],
  },
  {
    headers: [
      ['X-Remote-Group', 'crew'],
      ['X-Remote-Group', 'ops, night'],
      ['X-Remote-User', 'ada'],
    ],
  },
  { headers: [['x-remote-user', '']] },
  { status: 204, headers: [['X-Remote-User', 'ada']] },
  { status: 299, headers: [['X-Remote-User', 'ada']] },
  { status: 302, headers: [['Location', '/login?x=1']], body: '' },
  { status: 302, headers: [['Location', 'https://idp.test/']], body: 'go' },
  {
    status: 401,
    headers: [
      ['WWW-Authenticate', 'Basic realm="a"'],
      ['WWW-Authenticate', 'Bearer'],
      ['X-Why', 'no'],
    ],
    body: 'who?',
  },
  {
    status: 403,
    headers: [
      ['Content-Type', 'application/json'],
      ['Set-Cookie', 'a=1'],
      ['Set-Cookie', 'b=2'],
      ['Connection', 'X-Hop'],
      ['X-Hop', '1'],
    ],
    body: '{}',
  },
  { status: 500, body: 'broken' },
  { breaks: 9 },
];

const AUTH = 'http://127.0.0.1:@port:auth@/check?from=gateway';

const FORWARD: Readonly<Record<string, Spec>> = {
  forwardAuth: { address: AUTH },
  'forwardAuth-response': {
    address: AUTH,
    authResponseHeaders: ['X-Remote-User', 'X-Remote-Group', 'X-Absent'],
  },
  'forwardAuth-regex': { address: AUTH, authResponseHeadersRegex: '^X-Remote-' },
  'forwardAuth-request': { address: AUTH, authRequestHeaders: ['X-A', 'Authorization'] },
  'forwardAuth-trust': { address: AUTH, trustForwardHeader: true },
  'forwardAuth-cookies': { address: AUTH, addAuthCookiesToResponse: ['session'] },
  'forwardAuth-location': { address: AUTH, preserveLocationHeader: true },
  'forwardAuth-method': { address: AUTH, preserveRequestMethod: true },
};

const FORWARDED: readonly (readonly Field[])[] = [
  [],
  [['X-Forwarded-For', '203.0.113.7']],
  [['X-Forwarded-For', '203.0.113.7, 198.51.100.1']],
  [['X-Forwarded-For', '198.51.100.1, 203.0.113.7']],
  [['X-Forwarded-For', '203.0.113.7:51234']],
  [['X-Forwarded-For', '2001:db8::17']],
  [['X-Forwarded-For', '[2001:db8::17]:443']],
  [['X-Forwarded-For', '[2001:db8::17]']],
  [['X-Forwarded-For', '2001:DB8:0:0::17']],
  [['X-Forwarded-For', '::ffff:203.0.113.7']],
  [['X-Forwarded-For', '10.0.0.9, 203.0.113.7, 10.0.0.8']],
  [['X-Forwarded-For', '203.0.113.7, 10.0.0.9']],
  [['X-Forwarded-For', '203.0.113.7, 10.0.0.9:40001']],
  [['X-Forwarded-For', '10.0.0.9']],
  [['X-Forwarded-For', 'unknown']],
  [['X-Forwarded-For', '']],
  [['X-Forwarded-For', ' 203.0.113.7 ,']],
  [
    ['X-Forwarded-For', '203.0.113.7'],
    ['X-Forwarded-For', '198.51.100.1'],
  ],
];

const ALLOW: Readonly<Record<string, Spec>> = {
  loopback: { sourceRange: ['127.0.0.0/8'] },
  one: { sourceRange: ['127.0.0.1'] },
  other: { sourceRange: ['203.0.113.0/24', '2001:db8::/32'] },
  'depth-1': { sourceRange: ['203.0.113.0/24', '2001:db8::/32'], ipStrategy: { depth: 1 } },
  'depth-2': { sourceRange: ['203.0.113.0/24', '2001:db8::/32'], ipStrategy: { depth: 2 } },
  excluded: { sourceRange: ['203.0.113.0/24'], ipStrategy: { excludedIPs: ['10.0.0.0/8'] } },
  reject: { sourceRange: ['203.0.113.0/24'], rejectStatusCode: 418 },
};

const often = (times: number, headers: readonly Field[] = [], isTrusted = false): Case =>
  get('/', { times, headers, ...(isTrusted ? { isTrusted } : {}) });

const LIMITS: Readonly<Record<string, { readonly spec: Spec; readonly cases: readonly Case[] }>> = {
  'rateLimit-burst': { spec: { average: 1, period: '1h', burst: 3 }, cases: [often(6)] },
  'rateLimit-one': {
    spec: { average: 1, period: '1h' },
    cases: [often(3), get('/', { method: 'HEAD' }), get('/', { via: 'h2c' })],
  },
  'rateLimit-none': { spec: { average: 0 }, cases: [often(5)] },
  'rateLimit-header': {
    spec: { average: 1, period: '1h', burst: 1, sourceCriterion: { requestHeaderName: 'X-Key' } },
    cases: [often(2, [['X-Key', 'a']]), often(2, [['X-Key', 'b']]), often(2), often(1, [['x-key', 'a']])],
  },
  'rateLimit-host': {
    spec: { average: 1, period: '1h', burst: 1, sourceCriterion: { requestHost: true } },
    cases: [often(2), get('/', { host: '@host@:81' }), get('/', { host: '@HOST@' })],
  },
  'rateLimit-depth': {
    spec: { average: 1, period: '1h', burst: 1, sourceCriterion: { ipStrategy: { depth: 1 } } },
    cases: [
      often(2, [['X-Forwarded-For', '203.0.113.7']], true),
      often(1, [['X-Forwarded-For', '203.0.113.8']], true),
      often(1, [['X-Forwarded-For', '203.0.113.7:80']], true),
      often(2, [['X-Forwarded-For', '203.0.113.9']]),
      often(1, [['X-Forwarded-For', '203.0.113.10']]),
    ],
  },
  'rateLimit-excluded': {
    spec: {
      average: 1,
      period: '1h',
      burst: 1,
      sourceCriterion: { ipStrategy: { excludedIPs: ['10.0.0.0/8'] } },
    },
    cases: [
      often(2, [['X-Forwarded-For', '203.0.113.7, 10.0.0.1']], true),
      often(1, [['X-Forwarded-For', '203.0.113.8, 10.0.0.1']], true),
    ],
  },
  'rateLimit-subnet': {
    spec: {
      average: 1,
      period: '1h',
      burst: 1,
      sourceCriterion: { ipStrategy: { depth: 1, ipv6Subnet: 64 } },
    },
    cases: [
      often(1, [['X-Forwarded-For', '2001:db8::1']], true),
      often(1, [['X-Forwarded-For', '2001:db8::2']], true),
      often(1, [['X-Forwarded-For', '2001:db8:0:1::2']], true),
    ],
  },
};

/** Middlewares that decide who gets in. */
export function accessFixtures(): Fixture[] {
  const one = (name: string, middleware: Spec, cases: readonly Case[]): Fixture =>
    fixture({ name, middlewares: { m: middleware }, routes: [{ middlewares: ['m'] }], cases });
  const forwardAuth = Object.entries(FORWARD).map(([name, spec]) =>
    one(name, { forwardAuth: spec }, [
      ...ASKED,
      ...VERDICTS.map((auth) =>
        get(
          '/x',
          {
            headers: [
              ['X-Remote-User', 'root'],
              ['Cookie', 'c=1'],
            ],
          },
          { auth },
        ),
      ),
      get(
        '/x',
        {},
        {
          auth: {},
          main: {
            headers: [
              ['Set-Cookie', 'session=up'],
              ['Set-Cookie', 'other=1'],
            ],
          },
        },
      ),
    ]),
  );
  const allow = Object.entries(ALLOW).map(([name, spec]) =>
    one(`ipAllowList-${name}`, { ipAllowList: spec }, [
      ...FORWARDED.map((headers) => get('/', { headers, isTrusted: true })),
      ...FORWARDED.slice(0, 2).map((headers) => get('/', { headers })),
    ]),
  );
  const limits = Object.entries(LIMITS).map(([name, { spec, cases }]) =>
    one(name, { rateLimit: spec }, cases),
  );
  return [...forwardAuth, ...allow, ...limits, ...orders()];
}

/** What an auth server receives after other middlewares. */
function orders(): Fixture[] {
  const forwardAuth = { forwardAuth: { address: AUTH, authResponseHeaders: ['X-Remote-User'] } };
  const before: Readonly<Record<string, Spec>> = {
    headers: { headers: { customRequestHeaders: { 'X-Tenant': 'north', 'X-Debug': '', 'X-New': 'yes' } } },
    stripPrefix: { stripPrefix: { prefixes: ['/api'] } },
    replacePath: { replacePath: { path: '/r?x=1' } },
  };
  const cases = [
    get('/api/x?y=1', {
      headers: [
        ['X-Tenant', 'south'],
        ['X-Debug', '1'],
      ],
    }),
    get(
      '/api/x?y=1',
      { headers: [['X-Remote-User', 'root']] },
      { auth: { headers: [['X-Remote-User', 'ada']] } },
    ),
  ];
  return Object.entries(before).map(([name, spec]) =>
    fixture({
      name: `forwardAuth-after-${name}`,
      middlewares: { a: spec, b: forwardAuth },
      routes: [{ middlewares: ['a', 'b'] }],
      cases,
    }),
  );
}
