import { describe, expect, it } from 'vitest';
import type { CompileResult } from '../compiler.ts';
import { SERVICE, compile } from '../test-objects.ts';

const secret = `
apiVersion: v1
kind: Secret
metadata: {name: users}
stringData: {users: "# people\\na:hash\\n\\nb:hash\\n"}
---
apiVersion: v1
kind: Secret
metadata: {name: single}
type: kubernetes.io/basic-auth
stringData: {username: u, password: p}
---
`;
const middleware = (name: string, spec: string): string => `
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata: {name: ${name}}
spec: ${spec}
---
`;
const route = (names: string): string => `
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: {name: r}
spec: {routes: [{match: "PathPrefix(\`/\`)", services: [{name: app, port: 80}], middlewares: [${names}]}]}
---
`;
const compiled = (spec: string): CompileResult =>
  compile(SERVICE + secret + middleware('m', spec) + route('{name: m}'));

describe('kinds', () => {
  it.each<[string, object]>([
    ['{addPrefix: {prefix: /x}}', { kind: 'addPrefix', prefix: '/x' }],
    [
      '{stripPrefix: {prefixes: [/a, /b]}}',
      { kind: 'stripPrefix', prefixes: ['/a', '/b'], forceSlash: true },
    ],
    ['{stripPrefixRegex: {regex: ["^/v[0-9]+"]}}', { kind: 'stripPrefixRegex', regexes: ['^/v[0-9]+'] }],
    ['{replacePath: {path: /y}}', { kind: 'replacePath', path: '/y' }],
    [
      '{replacePathRegex: {regex: "^/a/(.*)", replacement: /b/$1}}',
      { kind: 'replacePathRegex', regex: '^/a/(.*)', replacement: '/b/$1' },
    ],
    [
      '{redirectScheme: {scheme: https, port: 8443, permanent: true}}',
      { kind: 'redirectScheme', scheme: 'https', port: '8443', permanent: true },
    ],
    [
      '{redirectRegex: {regex: "^a$", replacement: b}}',
      { kind: 'redirectRegex', regex: '^a$', replacement: 'b', permanent: false },
    ],
    [
      '{basicAuth: {secret: users}}',
      {
        kind: 'basicAuth',
        users: ['a:hash', 'b:hash'],
        realm: 'traefik',
        removeHeader: false,
        headerField: null,
      },
    ],
    [
      '{basicAuth: {secret: single, realm: r}}',
      { kind: 'basicAuth', users: ['u:{SHA}UWuXg/ylF+7L0dBk2i0WUxCxl1k='], realm: 'r' },
    ],
    [
      '{forwardAuth: {address: "http://auth.test", authResponseHeaders: [X-User]}}',
      {
        kind: 'forwardAuth',
        address: 'http://auth.test',
        authResponseHeaders: ['X-User'],
        ca: null,
        insecureSkipVerify: false,
      },
    ],
    [
      '{ipAllowList: {sourceRange: [10.0.0.0/8, "::1"], ipStrategy: {depth: 2}}}',
      { kind: 'ipAllowList', sourceRange: ['10.0.0.0/8', '::1'], ip: { depth: 2 }, rejectStatusCode: 403 },
    ],
    ['{ipWhiteList: {sourceRange: [10.0.0.1]}}', { kind: 'ipAllowList', sourceRange: ['10.0.0.1'] }],
    [
      '{rateLimit: {average: 100, burst: 50, period: 1m}}',
      { kind: 'rateLimit', average: 100, burst: 50, periodMs: 60_000, key: { kind: 'ip', ip: { depth: 0 } } },
    ],
    [
      '{rateLimit: {average: 1, sourceCriterion: {ipStrategy: {excludedIPs: [10.0.0.0/8], ipv6Subnet: 64}}}}',
      { kind: 'rateLimit', key: { kind: 'ip', ip: { excludedIPs: ['10.0.0.0/8'], ipv6Subnet: 64 } } },
    ],
    [
      '{rateLimit: {average: 1, sourceCriterion: {requestHeaderName: X-User}}}',
      { kind: 'rateLimit', burst: 1, periodMs: 1000, key: { kind: 'header', name: 'x-user' } },
    ],
    ['{inFlightReq: {amount: 3}}', { kind: 'inFlightReq', amount: 3, key: { kind: 'host' } }],
    [
      '{buffering: {maxRequestBodyBytes: 10}}',
      { kind: 'buffering', maxRequestBodyBytes: 10, maxResponseBodyBytes: 0 },
    ],
    [
      '{retry: {attempts: 3, initialInterval: 100ms}}',
      { kind: 'retry', attempts: 3, initialIntervalMs: 100 },
    ],
    [
      '{circuitBreaker: {expression: "NetworkErrorRatio() > 0.3"}}',
      {
        kind: 'circuitBreaker',
        checkPeriodMs: 100,
        fallbackDurationMs: 10_000,
        recoveryDurationMs: 10_000,
        responseCode: 503,
      },
    ],
    ['{compress: {}}', { kind: 'compress', encodings: ['zstd', 'br', 'gzip'], minResponseBodyBytes: 1024 }],
    [
      '{compress: {encodings: [gzip], defaultEncoding: br}}',
      { kind: 'compress', encodings: ['gzip'], defaultEncoding: 'br' },
    ],
    [
      '{errors: {status: [500-599, "404"], query: "/{status}", service: {name: app, port: 80}}}',
      {
        kind: 'errors',
        status: ['500-599', '404'],
        service: { service: 'default/app', port: 80 },
        requestHeaders: null,
      },
    ],
    [
      '{errors: {status: ["404"], errorRequestHeaders: [X-Tenant], service: {name: app, port: 80}}}',
      { kind: 'errors', requestHeaders: ['x-tenant'] },
    ],
    ['{contentType: {}}', { kind: 'contentType' }],
  ])('%s', (spec, expected) => {
    const { model, problems } = compiled(spec);
    expect(problems).toEqual([]);
    expect(model.routes[0]?.middlewares).toMatchObject([
      { source: { kind: 'Middleware', name: 'm' }, ...expected },
    ]);
  });

  it('headers: own, CORS and security', () => {
    const spec =
      '{headers: {customRequestHeaders: {X-A: "1", X-B: ""}, customResponseHeaders: {Server: ""}, accessControlAllowOriginList: ["https://a.test"], accessControlMaxAge: 10, addVaryHeader: true, stsSeconds: 3600, frameDeny: true, contentSecurityPolicyReportOnly: p}}';
    expect(compiled(spec).model.routes[0]?.middlewares).toMatchObject([
      {
        request: { set: { 'X-A': '1' }, delete: ['X-B'] },
        response: { set: { 'Content-Security-Policy-Report-Only': 'p' }, delete: ['Server'] },
        cors: { allowOrigins: ['https://a.test'], maxAgeSeconds: 10, addVaryHeader: true },
        security: { stsSeconds: 3600, frameDeny: true, contentTypeNosniff: false },
      },
    ]);
    expect(compiled('{headers: {frameDeny: true}}').model.routes[0]?.middlewares).toMatchObject([
      { cors: null },
    ]);
  });

  it('chain: flattened, in order', () => {
    const { model } = compile(
      SERVICE +
        middleware('one', '{addPrefix: {prefix: /1}}') +
        middleware('two', '{addPrefix: {prefix: /2}}') +
        middleware('inner', '{chain: {middlewares: [{name: two}]}}') +
        middleware('m', '{chain: {middlewares: [{name: one}, {name: inner}, {name: one}]}}') +
        route('{name: m}'),
    );
    expect(model.routes[0]?.middlewares.map((part) => part.source.name)).toEqual(['one', 'two', 'one']);
  });
});

describe('not usable, so the route is closed', () => {
  it.each<[string, RegExp]>([
    ['{digestAuth: {secret: users}}', /digestAuth: digest authentication is not supported/],
    ['{passTLSClientCert: {pem: true}}', /passTLSClientCert/],
    ['{plugin: {mine: {}}}', /plugin "mine" is not served/],
    ['{somethingNew: {}}', /"somethingNew" is not a known middleware/],
    ['{basicAuth: {secret: nope}}', /Secret "nope" does not exist/],
    ['{basicAuth: {}}', /names no Secret/],
    ['{forwardAuth: {address: "http://a", forwardBody: true}}', /forwardBody is not supported/],
    ['{headers: {allowedHosts: [a]}}', /allowedHosts/],
    ['{compress: {encodings: [lz4]}}', /"lz4" is not supported/],
    ['{chain: {middlewares: [{name: m}]}}', /refers back to Middleware "m"/],
    ['{chain: {middlewares: [{name: nope}]}}', /"nope" does not exist/],
  ])('%s', (spec, reason) => {
    const { model, problems } = compiled(spec);
    const guard = model.routes[0]?.guard;
    expect(guard).toMatchObject({ kind: 'closed', status: 404 });
    expect(guard?.kind === 'closed' ? guard.reason : '').toMatch(reason);
    expect(problems.map(({ kind, severity }) => `${severity} ${kind}`)).toEqual(
      expect.arrayContaining(['error IngressRoute', 'error Middleware']),
    );
  });
});

describe('options without effect', () => {
  it.each([
    ['{rateLimit: {average: 1, redis: {endpoints: [a]}}}', 'spec.rateLimit.redis'],
    ['{buffering: {retryExpression: "Attempts() < 2"}}', 'spec.buffering.retryExpression'],
    ['{forwardAuth: {address: "http://a", headerField: X-User}}', 'spec.forwardAuth.headerField'],
    [
      '{errors: {status: ["404"], statusRewrites: {"404": 200}, service: {name: app, port: 80}}}',
      'spec.errors.statusRewrites',
    ],
    [
      '{errors: {status: ["404"], service: {name: app, port: 80, nativeLB: true}}}',
      'spec.errors.service.nativeLB',
    ],
    ['{addPrefix: {prefix: /a, prefx: /b}}', 'spec.addPrefix.prefx'],
  ])('%s is served with a warning', (spec, field) => {
    const { problems, model } = compiled(spec);
    expect(problems).toMatchObject([
      { severity: 'warning', kind: 'Middleware', field, message: 'has no effect here' },
    ]);
    expect(model.routes[0]?.guard.kind).toBe('open');
  });
});

describe('broken by itself, so quarantined', () => {
  it.each<[string, string, RegExp]>([
    ['{}', 'spec', /no kind/],
    ['{addPrefix: {prefix: /a}, retry: {attempts: 1}}', 'spec', /several kinds/],
    ['{stripPrefixRegex: {regex: ["("]}}', 'spec.stripPrefixRegex.regex[0]', /regular expression/],
    [
      '{ipAllowList: {sourceRange: [10.0.0.0/8, nonsense]}}',
      'spec.ipAllowList.sourceRange[1]',
      /not an IP address/,
    ],
    ['{ipAllowList: {sourceRange: []}}', 'spec.ipAllowList.sourceRange', /no address/],
    ['{ipAllowList: {sourceRange: [10.0.0.0/99]}}', 'spec.ipAllowList.sourceRange[0]', /not an IP address/],
    ['{rateLimit: {average: 1, period: soon}}', 'spec.rateLimit.period', /not a valid duration/],
    ['{errors: {status: [often], service: {name: app, port: 80}}}', 'spec.errors.status[0]', /not a status/],
    ['{retry: {attempts: many}}', 'spec.retry.attempts', /./],
    [
      '{rateLimit: {average: 1, sourceCriterion: {ipStrategy: {ipv6Subnet: 129}}}}',
      'spec.rateLimit.sourceCriterion.ipStrategy.ipv6Subnet',
      /not a valid IPv6 prefix length/,
    ],
    [
      '{inFlightReq: {amount: 1, sourceCriterion: {ipStrategy: {excludedIPs: [x]}}}}',
      'spec.inFlightReq.sourceCriterion.ipStrategy.excludedIPs[0]',
      /not an IP address/,
    ],
    [
      '{compress: {excludedContentTypes: [a/b], includedContentTypes: [c/d]}}',
      'spec.compress',
      /mutually exclusive/,
    ],
  ])('%s', (spec, field, message) => {
    const { problems, model } = compiled(spec);
    expect(problems).toContainEqual(
      expect.objectContaining({
        kind: 'Middleware',
        name: 'm',
        field,
        message: expect.stringMatching(message) as string,
      }),
    );
    expect(model.routes[0]?.guard.kind).toBe('closed');
  });
});
