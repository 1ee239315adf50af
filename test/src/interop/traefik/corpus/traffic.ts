import type { KubernetesObject } from '@portolan/resources/kinds/object';
import type { Behaviour, Case, Fixture } from '../fixture.ts';
import { certificateFile } from '../certificates.ts';
import { answered, fixture, get, metadata, service, to, traefik } from './build.ts';

type Spec = Readonly<Record<string, unknown>>;

const TEXT = 'compressible '.repeat(400);
const GZIP = [['Accept-Encoding', 'gzip']] as const;

const BODIES: readonly Behaviour[] = [
  { body: TEXT },
  { body: 'short' },
  { body: TEXT, headers: [['Content-Type', 'image/png']] },
  {
    body: TEXT,
    headers: [
      ['Content-Type', 'application/json'],
      ['ETag', '"v1"'],
      ['Vary', 'Cookie'],
    ],
  },
  {
    body: TEXT,
    headers: [
      ['Content-Type', 'text/html'],
      ['Cache-Control', 'max-age=1, No-Transform'],
    ],
  },
  {
    body: TEXT,
    headers: [
      ['Content-Type', 'text/html'],
      ['Content-Encoding', 'br'],
    ],
  },
  { body: TEXT, headers: [['Content-Type', 'text/event-stream']] },
  { body: TEXT, headers: [['Content-Type', 'application/grpc']] },
  { body: TEXT, headers: [] },
  {
    body: TEXT,
    status: 206,
    headers: [
      ['Content-Type', 'text/plain'],
      ['Content-Range', 'bytes 0-1/9'],
    ],
  },
  { body: TEXT, status: 404 },
  {
    body: TEXT,
    headers: [
      ['Content-Type', 'text/plain'],
      ['Vary', 'Cookie'],
      ['Vary', 'Origin'],
    ],
  },
];

const COMPRESS: Readonly<Record<string, Spec>> = {
  compress: {},
  'compress-excluded': { excludedContentTypes: ['text/plain'] },
  'compress-included': { includedContentTypes: ['application/json'] },
  'compress-min': { minResponseBodyBytes: 3 },
  'compress-encodings': { encodings: ['br', 'gzip'] },
  'compress-default': { defaultEncoding: 'gzip' },
};

const ACCEPTED: readonly (string | null)[] = [
  'gzip',
  'br',
  'zstd',
  'gzip, br, zstd',
  'gzip;q=0.5, br;q=1',
  'gzip;q=0',
  'identity',
  '*',
  'deflate',
  null,
];

const PAGE = {
  status: 200,
  headers: [
    ['Content-Type', 'text/html'],
    ['X-Page', '1'],
    ['ETag', '"p"'],
  ],
  body: '<p>page',
} as const;

const ERRORS: readonly Case[] = [
  ...[200, 302, 404, 418, 500, 503].map((status) => get('/x?y=1', {}, { main: { status }, error: PAGE })),
  get('/x', {}, { main: { status: 401, headers: [['WWW-Authenticate', 'Basic realm="a"']] }, error: PAGE }),
  get(
    '/x',
    {},
    {
      main: {
        status: 429,
        headers: [
          ['Retry-After', '7'],
          ['Set-Cookie', 'a=1'],
        ],
      },
      error: PAGE,
    },
  ),
  get('/x', {}, { main: { status: 500 }, error: { status: 404 } }),
  get('/x', {}, { main: { status: 500 }, error: { breaks: 9 } }),
  get('/x', {}, { main: { breaks: 9 }, error: PAGE }),
  get(
    '/x?token=s',
    {
      headers: [
        ['Authorization', 'Basic x'],
        ['Cookie', 'a=1'],
        ['X-Api-Key', 'k'],
        ['Accept', 'text/html'],
      ],
    },
    { main: { status: 500 }, error: PAGE },
  ),
  get('/x', { method: 'POST', body: 'hello' }, { main: { status: 500 }, error: PAGE }),
  get('/x', { method: 'HEAD' }, { main: { status: 500 }, error: PAGE }),
  get('/x', {}, { main: { status: 500, trailers: [['X-T', '1']] }, error: PAGE }),
];

const ERROR_SPECS: Readonly<Record<string, Spec>> = {
  errors: { status: ['400-599'], query: '/{status}.html' },
  'errors-one': { status: ['404', '500-502'], query: '/e?code={status}&url={url}' },
  'errors-all': { status: ['300-599'], query: '/' },
};

/** Middlewares that look at bodies, answers and failures. */
export function trafficFixtures(): Fixture[] {
  const one = (name: string, middleware: Spec, cases: readonly Case[]): Fixture =>
    fixture({ name, middlewares: { m: middleware }, routes: [{ middlewares: ['m'] }], cases });
  const compress = Object.entries(COMPRESS).map(([name, spec]) =>
    one(name, { compress: spec }, [
      ...BODIES.map((behaviour) => answered(behaviour, { headers: GZIP })),
      ...ACCEPTED.map((value) =>
        answered({ body: TEXT }, value === null ? {} : { headers: [['Accept-Encoding', value]] }),
      ),
      answered({ body: TEXT }, { headers: GZIP, method: 'HEAD' }),
    ]),
  );
  const errors = Object.entries(ERROR_SPECS).map(([name, spec]) =>
    fixture({
      name,
      services: ['main', 'error'],
      middlewares: { m: { errors: { ...spec, service: to('error') } } },
      routes: [{ middlewares: ['m'] }],
      cases: ERRORS,
    }),
  );
  const broken = (breaks: number, request = {}): Case => answered({ breaks }, request);
  return [
    ...compress,
    ...errors,
    one('buffering', { buffering: { maxRequestBodyBytes: 10 } }, [
      get('/', { method: 'POST', body: 'short' }),
      get('/', { method: 'POST', body: 'x'.repeat(10) }),
      get('/', { method: 'POST', body: 'x'.repeat(11) }),
      get('/', { method: 'POST', body: 'x'.repeat(50), trailers: [] }),
      get('/'),
    ]),
    one('buffering-response', { buffering: { maxResponseBodyBytes: 10 } }, [
      answered({ body: 'short' }),
      answered({ body: 'x'.repeat(11) }),
      answered({ status: 204, headers: [] }),
      answered({ body: 'short', trailers: [['X-T', '1']] }),
    ]),
    one('buffering-retry', { buffering: { retryExpression: 'IsNetworkError() && Attempts() < 2' } }, [
      get('/'),
      broken(1),
    ]),
    one('retry', { retry: { attempts: 3, initialInterval: '1ms' } }, [
      get('/'),
      broken(1),
      broken(2),
      broken(3),
      broken(9),
      broken(1, { method: 'POST', body: 'x' }),
      answered({ status: 500 }),
      answered({ status: 503 }),
    ]),
    fixture({ name: 'no-retry', cases: [broken(1), broken(9), broken(1, { method: 'POST', body: 'x' })] }),
    one(
      'circuitBreaker',
      {
        circuitBreaker: {
          expression: 'ResponseCodeRatio(500, 600, 0, 600) > 0.5',
          checkPeriod: '1ms',
          fallbackDuration: '1h',
        },
      },
      [get('/'), answered({ status: 200, headers: [['X-A', '1']] })],
    ),
    one('circuitBreaker-closed', { circuitBreaker: { expression: 'NetworkErrorRatio() > 0.9' } }, [
      get('/'),
      answered({ status: 500 }),
    ]),
    one('contentType', { contentType: {} }, [
      answered({ headers: [], body: '<html><body>x' }),
      answered({ headers: [], body: '{"a":1}' }),
      answered({ headers: [], body: '' }),
      answered({ headers: [['Content-Type', 'x/y']], body: 'x' }),
    ]),
    one('inFlightReq', { inFlightReq: { amount: 1 } }, [get('/', { times: 3 })]),
    one('inFlightReq-at-once', { inFlightReq: { amount: 2 } }, [
      { request: { target: '/', times: 5, isAtOnce: true }, behaviour: { main: { waitsFor: 3 } } },
      get('/'),
    ]),
    one('inFlightReq-none', { inFlightReq: { amount: 0 } }, [get('/', { times: 2 })]),
  ];
}

/** Services by weight, with cookies, and mirrors. */
export function serviceFixtures(): Fixture[] {
  const objects = [
    ...service('blue'),
    ...service('green'),
    ...service('gone', []),
    ...service('pair', ['blue', 'green']),
  ];
  const traefikService = (spec: Spec) => ({
    apiVersion: 'traefik.io/v1alpha1',
    kind: 'TraefikService',
    metadata: { name: '@id@ts', namespace: 'default' },
    spec,
  });
  const through = [{ kind: 'TraefikService', name: '@id@ts' }];
  const weighted = (name: string, services: readonly Spec[], extra: Spec, cases: readonly Case[]): Fixture =>
    fixture({
      name,
      objects: [...objects, traefikService({ weighted: { services, ...extra } })],
      routes: [{ to: through }],
      cases,
    });
  const mirroring = (name: string, spec: Spec, cases: readonly Case[]): Fixture =>
    fixture({
      name,
      objects: [...objects, ...service('mirror'), traefikService({ mirroring: { ...to('blue'), ...spec } })],
      routes: [{ to: through }],
      cases,
    });
  const cookie = {
    sticky: { cookie: { name: 'sticky', path: '/p', httpOnly: true, sameSite: 'lax', maxAge: 60 } },
  };
  const follow = (extra = {}): Case => get('/', { keepsCookies: true, ...extra });
  return [
    weighted('weighted', [to('blue', { weight: 3 }), to('green', { weight: 1 })], {}, [
      get('/', { times: 8 }),
    ]),
    weighted('weighted-zero', [to('blue', { weight: 0 }), to('green', { weight: 1 })], {}, [
      get('/', { times: 4 }),
    ]),
    weighted('weighted-none', [to('blue', { weight: 0 }), to('green', { weight: 0 })], {}, [get('/')]),
    weighted('weighted-gone', [to('blue', { weight: 1 }), to('gone', { weight: 1 })], {}, [
      get('/', { times: 4 }),
    ]),
    weighted('weighted-sticky', [to('blue'), to('green', { weight: 0 })], cookie, [
      follow(),
      follow(),
      get('/', { headers: [['Cookie', 'sticky=0000000000000000']] }),
      get('/', { via: 'https' }),
    ]),
    fixture({
      name: 'sticky-endpoints',
      objects,
      routes: [{ to: [to('pair', { sticky: { cookie: { name: 'stickypair', secure: true } } })] }],
      cases: [follow({ times: 4 }), follow({ times: 4 })],
    }),
    fixture({ name: 'endpoints', objects, routes: [{ to: [to('pair')] }], cases: [get('/', { times: 6 })] }),
    fixture({
      name: 'no-endpoints',
      objects,
      routes: [{ to: [to('gone')] }],
      cases: [get('/'), get('/', { method: 'HEAD' }), get('/', { via: 'h2c' })],
    }),
    fixture({ name: 'no-service', objects: [], routes: [{ to: [to('absent')] }], cases: [get('/')] }),
    fixture({ name: 'no-middleware', routes: [{ middlewares: ['absent'] }], cases: [get('/')] }),
    fixture({
      name: 'no-port',
      objects,
      routes: [{ to: [{ name: '@id@blue', port: 81 }] }],
      cases: [get('/')],
    }),
    fixture({
      name: 'named-port',
      objects,
      routes: [{ to: [{ name: '@id@blue', port: 'http' }] }],
      cases: [get('/')],
    }),
    fixture({
      name: 'route-weights',
      objects,
      routes: [{ to: [to('blue', { weight: 1 }), to('green', { weight: 1 })] }],
      cases: [get('/', { times: 4 })],
    }),
    fixture({
      name: 'passHostHeader',
      objects,
      routes: [{ to: [to('blue', { passHostHeader: false })] }],
      cases: [get('/'), get('/', { host: '@host@:81' })],
    }),
    fixture({
      name: 'noop',
      routes: [{ to: [{ kind: 'TraefikService', name: 'noop@internal' }] }],
      cases: [get('/'), get('/x', { method: 'POST', body: 'x' })],
    }),
    fixture({
      name: 'h2c-upstream',
      services: ['h2c'],
      routes: [{ to: [to('h2c', { scheme: 'h2c' })] }],
      cases: [
        get('/x?y'),
        get('/', { method: 'POST', body: 'x' }),
        get('/', {
          headers: [
            ['Connection', 'X-A'],
            ['X-A', '1'],
            ['TE', 'trailers'],
          ],
        }),
        get('/', {}, { h2c: { status: 404, headers: [['x-a', '1']] } }),
        get('/', { via: 'h2c' }),
      ],
    }),
    ...transports(),
    ...nested(),
    ...foreign(),
    mirroring('mirror', { mirrors: [to('mirror', { percent: 100 })] }, [
      get('/x?y=1', {
        headers: [
          ['X-A', '1'],
          ['X-A', '2'],
          ['Connection', 'X-Hop'],
          ['X-Hop', '1'],
          ['X-Forwarded-For', '9.9.9.9'],
        ],
      }),
      get('/x', { method: 'POST', body: 'hello' }),
      get('/x', { method: 'HEAD' }),
      get('/x?'),
      get('/x', {}, { mirror: { status: 500 } }),
      get('/x', {}, { mirror: { breaks: 1 } }),
      get('/x', {}, { blue: { status: 500 } }),
      get('/x', {
        headers: [
          ['Connection', 'Upgrade'],
          ['Upgrade', 'echo'],
        ],
      }),
    ]),
    mirroring('mirror-never', { mirrors: [to('mirror', { percent: 0 })] }, [get('/')]),
    mirroring('mirror-no-body', { mirrorBody: false, mirrors: [to('mirror', { percent: 100 })] }, [
      get('/', { method: 'POST', body: 'hello' }),
      get('/'),
    ]),
    mirroring('mirror-max-body', { maxBodySize: 4, mirrors: [to('mirror', { percent: 100 })] }, [
      get('/', { method: 'POST', body: 'hi' }),
      get('/', { method: 'POST', body: 'hello' }),
    ]),
    mirroring('mirror-sticky', { mirrors: [to('mirror', { percent: 100, ...cookie })] }, [get('/')]),
  ];
}

/** HTTPS towards the server, with and without trust in its certificate. */
function transports(): Fixture[] {
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: metadata('upstream-ca'),
    data: { 'ca.crt': Buffer.from(certificateFile('upstream-ca.crt')).toString('base64') },
  };
  const specs: Readonly<Record<string, Spec | null>> = {
    none: null,
    insecure: { insecureSkipVerify: true },
    trusted: { serverName: 'upstream.test', rootCAs: [{ secret: '@id@upstream-ca' }] },
    'other-name': { serverName: 'other.test', rootCAs: [{ secret: '@id@upstream-ca' }] },
    'no-trust': { serverName: 'upstream.test' },
  };
  return Object.entries(specs).map(([name, spec]) =>
    fixture({
      name: `transport-${name}`,
      services: ['tls'],
      objects: spec === null ? [] : [secret, traefik('ServersTransport', 'st', spec)],
      routes: [
        { to: [to('tls', { scheme: 'https', ...(spec === null ? {} : { serversTransport: '@id@st' }) })] },
      ],
      cases: [
        get('/x?y=1'),
        get('/', { method: 'POST', body: 'hello' }),
        get('/', {}, { tls: { status: 404, headers: [['X-A', '1']] } }),
        get('/', {
          headers: [
            ['Connection', 'Upgrade'],
            ['Upgrade', 'websocket'],
          ],
        }),
      ],
    }),
  );
}

/** TraefikServices of TraefikServices, and one that does not exist. */
function nested(): Fixture[] {
  const ts = (name: string): Spec => ({ kind: 'TraefikService', name: `@id@${name}` });
  const inner = traefik('TraefikService', 'inner', {
    weighted: { services: [to('blue'), to('green', { weight: 0 })] },
  });
  const through = (name: string, spec: Spec, cases: readonly Case[]): Fixture =>
    fixture({
      name,
      objects: [
        ...service('blue'),
        ...service('green'),
        ...service('mirror'),
        inner,
        traefik('TraefikService', 'outer', spec),
      ],
      routes: [{ to: [ts('outer')] }],
      cases,
    });
  return [
    through(
      'nested-weighted',
      { weighted: { services: [{ ...ts('inner'), weight: 1 }, to('green', { weight: 1 })] } },
      [get('/', { times: 4 })],
    ),
    through('nested-mirror', { mirroring: { ...ts('inner'), mirrors: [to('mirror', { percent: 100 })] } }, [
      get('/'),
      get('/', { method: 'PUT', body: 'x' }),
    ]),
    through('nested-absent', { weighted: { services: [{ ...ts('absent'), weight: 1 }] } }, [get('/')]),
    through(
      'nested-half-absent',
      { weighted: { services: [{ ...ts('absent'), weight: 1 }, to('blue', { weight: 1 })] } },
      [get('/', { times: 2 })],
    ),
  ];
}

/** References to a Service and a Middleware of another namespace. */
function foreign(): Fixture[] {
  const namespace = '@id@other';
  const there = (object: KubernetesObject): KubernetesObject => ({
    ...object,
    metadata: { ...object.metadata, namespace },
  });
  const objects = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    ...service('there').map(there),
    there(traefik('Middleware', 'm', { addPrefix: { prefix: '/there' } })),
    ...service('main'),
  ];
  const routed = (name: string, route: Spec): Fixture =>
    fixture({
      name: `other-namespace-${name}`,
      routes: [],
      objects: [
        ...objects,
        traefik('IngressRoute', 'route', {
          routes: [{ kind: 'Rule', match: 'Host(`@host@`)', services: [to('main')], ...route }],
        }),
      ],
      cases: [get('/')],
    });
  return [
    routed('service', { services: [to('there', { namespace })] }),
    routed('middleware', { middlewares: [{ name: '@id@m', namespace }] }),
  ];
}
