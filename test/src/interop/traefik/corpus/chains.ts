import * as fc from 'fast-check';
import type { Behaviour, Case, Field, Fixture } from '../fixture.ts';
import { fixture, to } from './build.ts';

type Spec = Readonly<Record<string, unknown>>;

/** Middlewares whose order matters, one of each kind and more. */
const MIDDLEWARES: readonly Spec[] = [
  { stripPrefix: { prefixes: ['/api'] } },
  { stripPrefix: { prefixes: ['/v1'] } },
  { addPrefix: { prefix: '/api' } },
  { addPrefix: { prefix: '/v2' } },
  { replacePath: { path: '/r' } },
  { replacePathRegex: { regex: '^/api/(.*)$', replacement: '/v1/$1' } },
  { redirectRegex: { regex: '^(https?://[^/]+)/v2/(.*)$', replacement: '$1/new/$2' } },
  { redirectScheme: { scheme: 'https' } },
  { headers: { customRequestHeaders: { 'X-A': 'one', 'X-B': '' }, customResponseHeaders: { 'X-C': 'two' } } },
  { headers: { customRequestHeaders: { 'X-A': '', 'X-B': 'three' }, customResponseHeaders: { 'X-C': '' } } },
  { headers: { frameDeny: true, contentTypeNosniff: true } },
  { errors: { status: ['404', '500-599'], query: '/{status}', service: to('error') } },
  { forwardAuth: { address: 'http://127.0.0.1:@port:auth@/check', authResponseHeaders: ['X-A', 'X-User'] } },
  { ipAllowList: { sourceRange: ['127.0.0.1'] } },
  { buffering: { maxRequestBodyBytes: 4 } },
  { compress: { minResponseBodyBytes: 3, encodings: ['gzip'] } },
  { retry: { attempts: 2, initialInterval: '1ms' } },
];

const TARGETS: readonly string[] = [
  '/',
  '/api',
  '/api/',
  '/api/v1/x',
  '/v1/api/y?q=1',
  '/v2/z',
  '/v1',
  '/api/v2/z?',
];

const FIELDS: readonly (readonly Field[])[] = [
  [],
  [],
  [
    ['X-A', 'client'],
    ['X-B', 'client'],
    ['X-User', 'root'],
  ],
  [['X-Forwarded-Proto', 'https']],
  [['Accept-Encoding', 'gzip']],
];

const MAIN: readonly Behaviour[] = [
  {},
  {},
  {
    headers: [
      ['Content-Type', 'text/plain'],
      ['X-C', 'server'],
      ['X-Frame-Options', 'SAMEORIGIN'],
    ],
  },
  { status: 404 },
  {
    status: 500,
    headers: [
      ['Content-Type', 'text/html'],
      ['X-C', 'server'],
    ],
  },
];

const AUTH: readonly Behaviour[] = [
  {
    headers: [
      ['X-A', 'auth'],
      ['X-User', 'ada'],
    ],
  },
  { headers: [] },
  {
    status: 401,
    headers: [
      ['WWW-Authenticate', 'Basic'],
      ['X-C', 'auth'],
    ],
  },
];

const request: fc.Arbitrary<Case> = fc
  .record({
    target: fc.constantFrom(...TARGETS),
    method: fc.constantFrom('GET', 'GET', 'GET', 'POST', 'HEAD'),
    headers: fc.constantFrom(...FIELDS),
    isTrusted: fc.constantFrom(false, false, false, true),
    main: fc.constantFrom(...MAIN),
    auth: fc.constantFrom(...AUTH),
  })
  .map(({ target, method, headers, isTrusted, main, auth }) => ({
    request: {
      target,
      ...(method === 'GET' ? {} : { method }),
      ...(method === 'POST' ? { body: 'hello'.slice(0, target.length) } : {}),
      ...(headers.length === 0 ? {} : { headers }),
      ...(isTrusted ? { isTrusted } : {}),
    },
    behaviour: { main, auth },
  }));

/** Random middlewares in random order, and random requests and responses. */
export function chainFixtures(seed: number): Fixture[] {
  const arbitrary = fc.record({
    specs: fc.array(fc.constantFrom(...MIDDLEWARES), { minLength: 2, maxLength: 4 }),
    cases: fc.array(request, { minLength: 10, maxLength: 10 }),
  });
  return fc.sample(arbitrary, { seed, numRuns: 40 }).map(({ specs, cases }, index) =>
    fixture({
      name: `random-chain-${index}`,
      services: ['main', 'error'],
      middlewares: Object.fromEntries(specs.map((spec, position) => [`m${position}`, spec])),
      routes: [{ middlewares: specs.map((_, position) => `m${position}`) }],
      cases,
    }),
  );
}
