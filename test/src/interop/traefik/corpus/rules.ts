import * as fc from 'fast-check';
import type { Case, Fixture, Request } from '../fixture.ts';
import { fixture, get, HOST_RULE, type RouteSpec } from './build.ts';

/** Targets at the edges of what rules and paths are. */
const TARGETS: readonly string[] = [
  '/',
  '/api',
  '/api/',
  '/api/v1',
  '/apiv1',
  '/API',
  '/api?',
  '/api?x=1',
  '/api?x=1&x=2',
  '/api?x',
  '/api?x=',
  '/api?y=%31',
  '/api?x=a+b',
  '/api?x=a%20b',
  '/api?x=1;y=2',
  '/api??x=1',
  '/?',
  '/api/../b',
  '/api/%2e%2e/b',
  '/api/./v1',
  '/api/..',
  '/../api',
  '//api',
  '/api//v1',
  '/api/v1//',
  '/%61pi',
  '/%61%70%69/v1',
  '/api%2Fv1',
  '/api%2fv1',
  '/api/%2F/x',
  '/api%3Fx=1',
  '/api%23x',
  '/api%25',
  '/api%00',
  '/api%5Cx',
  '/api\\x',
  '/api;v=1',
  '/api%3Bv=1',
  '/my%20files/a',
  '/my+files/a',
  '/caf%C3%A9/menu',
  '/caf%c3%a9/menu',
  '/caf%E9',
  '/api/{id}',
  '/api/%7Bid%7D',
  '/api|x',
  "/api/'x'",
  '/api/(x)',
  '/api/a,b',
  '/api/a:b@c',
  '/api/~x',
  '/api/%7Ex',
  '/api/x.json',
  '/b/api',
  '/api/%',
  '/api/%zz',
];

const ATOMS: readonly string[] = [
  'Path(`/api`)',
  'Path(`/api/`)',
  'Path(`/`)',
  'Path(`/api/v1`)',
  'Path(`/my files/a`)',
  'Path(`/café/menu`)',
  'Path(`/caf%C3%A9/menu`)',
  'PathPrefix(`/`)',
  'PathPrefix(`/api`)',
  'PathPrefix(`/api/`)',
  'PathPrefix(`/my files`)',
  'PathPrefix(`/café`)',
  'PathPrefix(`/api%2Fv1`)',
  'PathPrefix(`/api/{id}`)',
  'PathRegexp(`^/api/v[0-9]+`)',
  'PathRegexp(`(?i)^/API`)',
  'PathRegexp(`\\.json$`)',
  'PathRegexp(`[^a-z/]`)',
  'Method(`GET`)',
  'Method(`POST`)',
  'Method(`get`)',
  'Method(`HEAD`)',
  'Header(`X-Color`, `red`)',
  'Header(`x-color`, `blue`)',
  'HeaderRegexp(`X-Color`, `^(red|blue)$`)',
  'HeaderRegexp(`X-Color`, `e`)',
  'Query(`x`, `1`)',
  'Query(`x`)',
  'Query(`x`, `a b`)',
  'Query(`y`, `1`)',
  'QueryRegexp(`x`, `^[0-9]$`)',
  'QueryRegexp(`x`, `.`)',
  'ClientIP(`127.0.0.1`)',
  'ClientIP(`127.0.0.0/8`)',
  'ClientIP(`127.0.0.2/32`)',
  'ClientIP(`203.0.113.0/24`)',
  'ClientIP(`::1`)',
];

const V2_ATOMS: readonly string[] = [
  'Path(`/api`, `/api/v1`)',
  'Path(`/api/{id}`)',
  'Path(`/{name:[a-z]+}`)',
  'PathPrefix(`/api`, `/b`)',
  'PathPrefix(`/{any:(api|b)}`)',
  'Method(`GET`, `HEAD`)',
  'Headers(`X-Color`, `red`)',
  'HeadersRegexp(`X-Color`, `^r`)',
  'Query(`x=1`)',
  'Query(`x={v:[0-9]}`, `y=1`)',
  'ClientIP(`127.0.0.1`, `127.0.0.2`)',
];

const FIELDS: readonly NonNullable<Request['headers']>[] = [
  [],
  [],
  [],
  [['X-Color', 'red']],
  [['X-Color', 'blue']],
  [['X-Color', 'red, blue']],
  [
    ['X-Color', 'green'],
    ['X-Color', 'red'],
  ],
  [['x-color', 'Red']],
  [['X-Forwarded-For', '203.0.113.9']],
];

const atoms = (pool: readonly string[]): fc.Arbitrary<string> => {
  const { tree } = fc.letrec<{ tree: string }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      { arbitrary: fc.constantFrom(...pool), weight: 4 },
      { arbitrary: tie('tree').map((rule) => `!(${rule})`), weight: 1 },
      { arbitrary: fc.constantFrom(...pool).map((rule) => `!${rule}`), weight: 1 },
      { arbitrary: fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => `(${a} && ${b})`), weight: 2 },
      { arbitrary: fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => `${a} || ${b}`), weight: 2 },
    ),
  }));
  return tree;
};

const request: fc.Arbitrary<Case> = fc
  .record({
    target: fc.constantFrom(...TARGETS),
    method: fc.constantFrom('GET', 'GET', 'GET', 'POST', 'HEAD', 'PUT', 'OPTIONS'),
    headers: fc.constantFrom(...FIELDS),
    isTrusted: fc.constantFrom(false, false, false, true),
  })
  .map((parts) => ({
    request: {
      target: parts.target,
      ...(parts.method === 'GET' ? {} : { method: parts.method }),
      ...(parts.headers.length === 0 ? {} : { headers: parts.headers }),
      ...(parts.isTrusted ? { isTrusted: true } : {}),
    },
  }));

/** Random rules of one syntax, two for each host, and random requests. */
function randomRules(syntax: 'v2' | 'v3', count: number, seed: number): Fixture[] {
  const rule = atoms(syntax === 'v3' ? ATOMS : V2_ATOMS);
  // Traefik does not define which of two routes of one priority gets a request.
  const priorities = fc.constantFrom([undefined, 7], [undefined, 1000], [7, 1000], [undefined, undefined]);
  const routes = fc
    .tuple(rule, rule, priorities)
    .filter(([a, b, [, second]]) => second !== undefined || Buffer.byteLength(a) !== Buffer.byteLength(b))
    .map(([a, b, [first, second]]) => [
      { rule: a, priority: first },
      { rule: b, priority: second },
    ]);
  const arbitrary = fc.record({
    routes,
    cases: fc.array(request, { minLength: 14, maxLength: 14 }),
  });
  return fc.sample(arbitrary, { seed, numRuns: count }).map(({ routes, cases }, index) =>
    fixture({
      name: `random-rules-${syntax}-${index}`,
      routes: routes.map(({ rule: text, priority: weight }, position): RouteSpec => ({
        match: `${HOST_RULE} && (${text})`,
        ...(weight === undefined ? {} : { priority: weight }),
        ...(syntax === 'v2' ? { syntax } : {}),
        to: position === 0 ? 'main' : 'other',
      })),
      cases,
    }),
  );
}

const HOSTS: readonly Case[] = [
  get('/'),
  get('/', { host: '@host@:80' }),
  get('/', { host: '@host@:8080' }),
  get('/', { host: '@HOST@' }),
  get('/', { host: '@host@.' }),
  get('/', { host: '@host@.:80' }),
  get('/', { host: 'a.@host@' }),
  get('/', { host: 'A.@HOST@' }),
  get('/', { host: 'a.b.@host@' }),
  get('/', { host: 'x@host@' }),
  get('/', { host: '@host@.evil.test' }),
  get('/', { host: null, version: '1.0' }),
  get('/', { host: null }),
  get('/', { host: '' }),
  get('/', { host: '@host@', headers: [['Host', 'other.test']] }),
  get('/', { headers: [['X-Forwarded-Host', 'other.test']] }),
  get('/', { host: 'other.test', headers: [['X-Forwarded-Host', '@host@']], isTrusted: true }),
  get('http://@host@/', { host: 'other.test' }),
  get('http://@host@', { host: '@host@' }),
  get('http://@host@:81/x?y', { host: '@host@' }),
  get('https://@host@/', { host: '@host@' }),
  get('*', { method: 'OPTIONS' }),
  get('/', { host: '[::1]' }),
  get('/', { host: '@host@/x' }),
  get('/', { host: '@host@,other.test' }),
  get('/', { via: 'h2c' }),
  get('/', { via: 'h2' }),
  get('/', { via: 'h2', host: '@host@:443' }),
  get('/', { via: 'https' }),
];

const HOST_RULES: Readonly<Record<string, readonly RouteSpec[]>> = {
  host: [{ match: 'Host(`@host@`)' }],
  'host-upper': [{ match: 'Host(`@HOST@`)' }],
  'host-dot': [{ match: 'Host(`@host@.`)' }],
  'host-port': [{ match: 'Host(`@host@:80`)' }],
  'host-regexp': [{ match: 'HostRegexp(`^[a-z]+\\.@host@$`)' }],
  'host-regexp-open': [{ match: 'HostRegexp(`@host@`)' }],
  'host-not': [{ match: 'HostRegexp(`@host@`) && !Host(`@host@`)' }],
  'host-v2': [{ match: 'HostRegexp(`{sub:[a-z]+}.@host@`)', syntax: 'v2' }],
  'host-v2-any': [{ match: 'Host(`@host@`, `a.@host@`)', syntax: 'v2' }],
  'host-priority': [
    { match: 'HostRegexp(`@host@`)', priority: 1 },
    { match: 'Host(`a.@host@`)', to: 'other' },
  ],
};

/** Two routes of which the priority decides. */
const PRIORITIES: Readonly<Record<string, readonly RouteSpec[]>> = {
  length: [
    { match: `${HOST_RULE} && PathPrefix(\`/\`)` },
    { match: `${HOST_RULE} && PathPrefix(\`/api\`)`, to: 'other' },
  ],
  'length-trap': [
    { match: `${HOST_RULE} && PathPrefix(\`/api/v1\`)` },
    { match: `${HOST_RULE} && PathRegexp(\`^/.*[a-z]*[a-z]*$\`)`, to: 'other' },
  ],
  explicit: [
    { match: `${HOST_RULE} && PathPrefix(\`/api\`)` },
    { match: HOST_RULE, to: 'other', priority: 500 },
  ],
  negative: [
    { match: HOST_RULE, priority: -1 },
    { match: 'HostRegexp(`.*@host@.*`)', to: 'other', priority: -2 },
  ],
  'bytes-not-characters': [
    { match: `${HOST_RULE} && PathPrefix(\`/\`) && !Path(\`/éééé\`)` },
    { match: `${HOST_RULE} && PathPrefix(\`/\`) && !Path(\`/eeeeee\`)`, to: 'other' },
  ],
};

const PATH_RULES: readonly string[] = [
  'Path(`/api`)',
  'PathPrefix(`/api`)',
  'PathPrefix(`/api/`)',
  'PathRegexp(`^/api/v[0-9]+$`)',
  'PathPrefix(`/`)',
  'PathPrefix(`/my files`)',
  'PathPrefix(`/café`)',
  'Path(`/api/{id}`)',
];

/** Rules, and which of them gets a request. */
export function ruleFixtures(seed: number): Fixture[] {
  return [
    ...Object.entries(HOST_RULES).map(([name, routes]) => fixture({ name, routes, cases: HOSTS, route: {} })),
    ...Object.entries(PRIORITIES).map(([name, routes]) =>
      fixture({
        name: `priority-${name}`,
        routes,
        cases: ['/', '/api', '/api/v1', '/api/v1/x', '/b'].map((target) => get(target)),
      }),
    ),
    fixture({
      name: 'query-empty',
      routes: [{ match: `${HOST_RULE} && Query(\`x\`, \`\`)` }],
      cases: [get('/?x='), get('/?x'), get('/?x=1'), get('/')],
    }),
    ...PATH_RULES.map((rule, index) =>
      fixture({
        name: `path-rule-${index}`,
        routes: [{ match: `${HOST_RULE} && ${rule}` }, { match: HOST_RULE, to: 'other', priority: 1 }],
        cases: TARGETS.map((target) => get(target)),
      }),
    ),
    ...randomRules('v3', 55, seed),
    ...randomRules('v2', 10, seed + 1),
  ];
}
