import type { Case, Fixture } from '../fixture.ts';
import { fixture, get } from './build.ts';

const TARGETS: readonly string[] = [
  '/',
  '/api',
  '/api/',
  '/api/v1/x',
  '/apiv1',
  '/api?x=1',
  '/api?',
  '/api/..b',
  '/api//b',
  '/api../b',
  '/api%2Fv1/x',
  '/%61pi/x',
  '/my%20files/a',
  '/caf%C3%A9/menu?x=%20',
  '/caf%c3%a9/menu',
  '/b/a+b%2Bc',
  '/ticket=K7?lang=fi',
];

type Spec = Readonly<Record<string, unknown>>;

/** Middlewares that change the path. */
const MIDDLEWARES: Readonly<Record<string, Spec>> = {
  stripPrefix: { stripPrefix: { prefixes: ['/api'] } },
  'stripPrefix-slash': { stripPrefix: { prefixes: ['/api/'] } },
  'stripPrefix-forceSlash': { stripPrefix: { prefixes: ['/api'], forceSlash: true } },
  'stripPrefix-no-slash': { stripPrefix: { prefixes: ['/api/v1', '/api'], forceSlash: false } },
  'stripPrefix-decoded': { stripPrefix: { prefixes: ['/my files', '/café'] } },
  'stripPrefix-encoded': { stripPrefix: { prefixes: ['/my%20files', '/caf%C3%A9'] } },
  stripPrefixRegex: { stripPrefixRegex: { regex: ['^/api/v[0-9]+', '/[a-c]+'] } },
  'stripPrefixRegex-inner': { stripPrefixRegex: { regex: ['/v1'] } },
  'stripPrefixRegex-decoded': { stripPrefixRegex: { regex: ['/café', '/my [a-z]+'] } },
  addPrefix: { addPrefix: { prefix: '/v2' } },
  'addPrefix-slash': { addPrefix: { prefix: '/v2/' } },
  'addPrefix-query': { addPrefix: { prefix: '/v1?x=' } },
  'addPrefix-space': { addPrefix: { prefix: '/my files' } },
  'addPrefix-utf8': { addPrefix: { prefix: '/café' } },
  'addPrefix-escape': { addPrefix: { prefix: '/a%2Fb' } },
  replacePath: { replacePath: { path: '/show' } },
  'replacePath-query': { replacePath: { path: '/show?code=1' } },
  'replacePath-hash': { replacePath: { path: '/show#frag' } },
  'replacePath-space': { replacePath: { path: '/my files' } },
  'replacePath-escape': { replacePath: { path: '/a%20b%2Fc' } },
  'replacePath-percent': { replacePath: { path: '/100%' } },
  'replacePath-bare': { replacePath: { path: 'show' } },
  replacePathRegex: { replacePathRegex: { regex: '^/api/(.*)', replacement: '/v2/$1' } },
  'replacePathRegex-query': { replacePathRegex: { regex: '^/ticket=(.+)$', replacement: '/show?code=$1' } },
  'replacePathRegex-decoded': { replacePathRegex: { regex: '^/café/(.*)', replacement: '/c/$1' } },
  'replacePathRegex-utf8': { replacePathRegex: { regex: '^/api', replacement: '/отчёт' } },
  'replacePathRegex-named': { replacePathRegex: { regex: '^/(?P<first>[a-z]+)', replacement: '/${first}x' } },
  'replacePathRegex-escape': { replacePathRegex: { regex: '^/api', replacement: '/a%2Fb' } },
};

/** Redirects; those with a port look at the Host field too. */
const REDIRECTS: Readonly<Record<string, Spec>> = {
  'redirectScheme-https': { redirectScheme: { scheme: 'https' } },
  'redirectScheme-permanent': { redirectScheme: { scheme: 'https', permanent: true } },
  'redirectScheme-port': { redirectScheme: { scheme: 'https', port: '8443' } },
  'redirectScheme-443': { redirectScheme: { scheme: 'https', port: '443' } },
  'redirectScheme-same': { redirectScheme: { scheme: 'http' } },
  redirectRegex: { redirectRegex: { regex: '^http://([^/]+)/api/(.*)', replacement: 'https://$1/v2/$2' } },
  'redirectRegex-permanent': {
    redirectRegex: {
      regex: '^(https?)://[^/]+/(.*)$',
      replacement: '${1}://other.test/${2}',
      permanent: true,
    },
  },
  'redirectRegex-never': { redirectRegex: { regex: '^ftp://', replacement: 'http://x/' } },
  'redirectRegex-utf8': { redirectRegex: { regex: '/api.*', replacement: '/отчёт/é' } },
  'redirectRegex-same': { redirectRegex: { regex: '^(.*)$', replacement: '$1' } },
};

const REDIRECT_CASES: readonly Case[] = [
  get('/'),
  get('/api/x'),
  get('/api/x?y=1'),
  get('/api?'),
  get('/api/a%20b'),
  get('/api', { method: 'POST', body: 'x' }),
  get('/api', { method: 'HEAD' }),
  get('/api', { host: '@host@:8080' }),
  get('/api', { host: '@host@.' }),
  get('/api', { via: 'https' }),
  get('/api', { headers: [['X-Forwarded-Proto', 'https']] }),
  get('/api', { headers: [['X-Forwarded-Proto', 'https']], isTrusted: true }),
  get('/api', { via: 'h2c' }),
];

const CHAINS: Readonly<Record<string, readonly Spec[]>> = {
  'strip-then-add': [{ stripPrefix: { prefixes: ['/api'] } }, { addPrefix: { prefix: '/v2' } }],
  'add-then-strip': [{ addPrefix: { prefix: '/api' } }, { stripPrefix: { prefixes: ['/api/api'] } }],
  'strip-twice': [{ stripPrefix: { prefixes: ['/api'] } }, { stripPrefix: { prefixes: ['/v1'] } }],
  'strip-then-regex': [
    { stripPrefix: { prefixes: ['/api'] } },
    { replacePathRegex: { regex: '^/(.*)', replacement: '/r/$1' } },
  ],
  'replace-then-redirect': [{ replacePath: { path: '/x' } }, { redirectScheme: { scheme: 'https' } }],
};

/** Middlewares that change where a request goes. */
export function pathFixtures(): Fixture[] {
  const one = (name: string, middleware: Spec, cases: readonly Case[]): Fixture =>
    fixture({ name, middlewares: { m: middleware }, routes: [{ middlewares: ['m'] }], cases });
  return [
    ...Object.entries(MIDDLEWARES).map(([name, middleware]) =>
      one(
        name,
        middleware,
        TARGETS.map((target) => get(target)),
      ),
    ),
    ...Object.entries(REDIRECTS).map(([name, middleware]) => one(name, middleware, REDIRECT_CASES)),
    ...Object.entries(CHAINS).map(([name, specs]) =>
      fixture({
        name: `chain-${name}`,
        middlewares: {
          ...Object.fromEntries(specs.map((spec, index) => [`m${index}`, spec])),
          chain: { chain: { middlewares: specs.map((_, index) => ({ name: `@id@m${index}` })) } },
        },
        routes: [{ middlewares: ['chain'] }],
        cases: TARGETS.slice(0, 12).map((target) => get(target)),
      }),
    ),
  ];
}
