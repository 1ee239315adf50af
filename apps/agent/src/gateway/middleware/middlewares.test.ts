import { describe, expect, it, vi } from 'vitest';
import type { MiddlewareSpec } from '@portolan/resources/model/middleware';
import { hashApiKey } from '@portolan/process/api-key-hash';
import { apiGuard, model, route, service, serviceTarget, type RouteSpec } from '../testing/models.ts';
import type { GatewayOptions } from '../options.ts';
import { ask, echo, startGateway, upstream, type Question } from '../testing/servers.ts';

async function serving(
  middlewares: readonly MiddlewareSpec[],
  spec: RouteSpec = {},
  options: Partial<GatewayOptions> = {},
) {
  const up = await echo();
  return startGateway(model([route({ ...spec, middlewares })], [service('up', up)]), options);
}

async function forwarded(middlewares: readonly MiddlewareSpec[], question: Question) {
  const { port } = await serving(middlewares);
  const answer = await ask(port, question);
  return answer.status === 200 ? JSON.parse(answer.body) : answer;
}

const PLAIN_AUTH = {
  addAuthCookiesToResponse: [],
  preserveLocationHeader: false,
  preserveRequestMethod: false,
};
const PEER = { depth: 0, excludedIPs: [], ipv6Subnet: null };
const noChange = { set: {}, delete: [] };
const noSecurity = {
  sslRedirect: false,
  stsSeconds: 0,
  stsIncludeSubdomains: false,
  stsPreload: false,
  forceStsHeader: false,
  frameDeny: false,
  customFrameOptionsValue: null,
  contentTypeNosniff: false,
  browserXssFilter: false,
  contentSecurityPolicy: null,
  referrerPolicy: null,
  permissionsPolicy: null,
};

describe('redirects', () => {
  it.each([
    [
      { kind: 'redirectScheme', scheme: 'https', port: null, permanent: true },
      'GET',
      301,
      'https://a.example.com/p?q=1',
    ],
    [
      { kind: 'redirectScheme', scheme: 'https', port: '8443', permanent: false },
      'GET',
      302,
      'https://a.example.com:8443/p?q=1',
    ],
    [
      { kind: 'redirectScheme', scheme: 'https', port: '443', permanent: true },
      'POST',
      308,
      'https://a.example.com/p?q=1',
    ],
    [
      {
        kind: 'redirectRegex',
        regex: '^http://a\\.example\\.com/(.*)',
        replacement: 'http://b.example.com/${1}',
        permanent: false,
      },
      'GET',
      302,
      'http://b.example.com/p?q=1',
    ],
  ] as const)('%o for %s', async (middleware, method, status, location) => {
    const { port } = await serving([middleware]);
    const answer = await ask(port, { method, path: '/p?q=1', headers: { host: 'a.example.com' } });
    expect([answer.status, answer.headers.location]).toEqual([status, location]);
  });

  it.each([
    ['GET', 'a.test:8443', 'https://a.test/p', 302],
    ['HEAD', 'a.test', 'https://a.test/p', 307],
  ])('%s of %s goes to %s with %i', async (method, host, location, status) => {
    const { port } = await serving([
      { kind: 'redirectScheme', scheme: 'https', port: '443', permanent: false },
    ]);
    const answer = await ask(port, { method, path: '/p', headers: { host } });
    expect([answer.status, answer.headers.location]).toEqual([status, location]);
  });

  it('see the port, and the path as earlier middlewares have left it', async () => {
    const { port } = await serving([
      { kind: 'stripPrefix', prefixes: ['/api'], forceSlash: true },
      { kind: 'redirectScheme', scheme: 'http', port: '8080', permanent: false },
      { kind: 'redirectRegex', regex: '(.*)/old$', replacement: '$1/new', permanent: false },
    ]);
    const to = async (host: string, path: string) =>
      (await ask(port, { path, headers: { host } })).headers.location;
    expect(await to('a.test', '/api/old')).toBe('http://a.test:8080/old');
    expect(await to('a.test:8080', '/api/old')).toBe('http://a.test:8080/new');
  });

  it('are URIs, whatever they are written in', async () => {
    const to = (replacement: string): MiddlewareSpec => ({
      kind: 'redirectRegex',
      regex: '^http://[^/]+/(.*)',
      replacement,
      permanent: false,
    });
    const { port } = await serving([to('https://x.test/\u043e\u0442\u0447\u0451\u0442/$1')]);
    const answer = await ask(port, { path: '/caf%C3%A9?a=%E9' });
    expect(answer.status).toBe(302);
    expect(answer.headers.location).toBe('https://x.test/%D0%BE%D1%82%D1%87%D1%91%D1%82/caf%C3%A9?a=%E9');
  });

  it('leaves what is already where it should be', async () => {
    expect(
      await forwarded([{ kind: 'redirectScheme', scheme: 'http', port: null, permanent: true }], {}),
    ).toMatchObject({ url: '/' });
  });
});

describe('headers', () => {
  it('changes requests and responses and adds security headers', async () => {
    const { port } = await serving([
      {
        kind: 'headers',
        request: { set: { 'X-New': '1' }, delete: ['x-old'] },
        response: { set: { 'X-Served': '2' }, delete: ['Content-Type'] },
        cors: null,
        security: {
          ...noSecurity,
          frameDeny: true,
          contentTypeNosniff: true,
          stsSeconds: 60,
          stsIncludeSubdomains: true,
          forceStsHeader: true,
        },
      },
    ]);
    const answer = await ask(port, { headers: { 'x-old': 'x' } });
    expect(JSON.parse(answer.body).headers).toMatchObject({ 'x-new': '1' });
    expect(JSON.parse(answer.body).headers['x-old']).toBeUndefined();
    expect(answer.headers).toMatchObject({
      'x-served': '2',
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'strict-transport-security': 'max-age=60; includeSubDomains',
    });
    expect(answer.headers['content-type']).toBeUndefined();
  });

  it('never tells every site that it may read with credentials', async () => {
    const cors = {
      allowCredentials: true,
      allowHeaders: [],
      allowMethods: ['GET'],
      allowOrigins: ['*'],
      allowOriginRegexes: [],
      exposeHeaders: [],
      maxAgeSeconds: null,
      addVaryHeader: false,
    };
    const { port } = await serving([
      { kind: 'headers', request: noChange, response: noChange, cors, security: noSecurity },
    ]);
    const answer = await ask(port, { headers: { origin: 'https://evil.example.com' } });
    expect(answer.headers['access-control-allow-origin']).toBe('*');
  });

  it('leaves the origins of the service to it where it names none', async () => {
    const cors = {
      allowCredentials: false,
      allowHeaders: [],
      allowMethods: ['GET'],
      allowOrigins: [],
      allowOriginRegexes: [],
      exposeHeaders: [],
      maxAgeSeconds: null,
      addVaryHeader: false,
    };
    const up = await upstream((_req, res) =>
      res.setHeader('Access-Control-Allow-Origin', 'https://a.test').end(),
    );
    const { port } = await startGateway(
      model(
        [
          route({
            middlewares: [
              { kind: 'headers', request: noChange, response: noChange, cors, security: noSecurity },
            ],
          }),
        ],
        [service('up', up)],
      ),
    );
    const answer = await ask(port, { headers: { origin: 'https://a.test' } });
    expect(answer.headers['access-control-allow-origin']).toBe('https://a.test');
  });

  it('answers a preflight before the guard', async () => {
    const cors = {
      allowCredentials: false,
      allowHeaders: [],
      allowMethods: ['PUT'],
      allowOrigins: [],
      allowOriginRegexes: ['^https://.*\\.example\\.com$'],
      exposeHeaders: [],
      maxAgeSeconds: null,
      addVaryHeader: true,
    };
    const { port } = await serving(
      [{ kind: 'headers', request: noChange, response: noChange, cors, security: noSecurity }],
      { guard: apiGuard() },
    );
    const headers = { origin: 'https://a.example.com', 'access-control-request-method': 'PUT' };
    const answer = await ask(port, { method: 'OPTIONS', headers });
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([
      200,
      'https://a.example.com',
    ]);
    expect((await ask(port, { method: 'OPTIONS' })).status).toBe(401);
  });
});

describe('who may come in', () => {
  it.each([
    [['127.0.0.0/8'], 0, {}, 200],
    [['10.0.0.0/8'], 0, {}, 403],
    [['10.0.0.0/8'], 1, { 'x-forwarded-for': '10.1.2.3' }, 200],
    [['10.0.0.0/8'], 2, { 'x-forwarded-for': '10.1.2.3' }, 403],
    [['2001:db8::/32'], 1, { 'x-forwarded-for': '2001:db8::1' }, 200],
  ])('ipAllowList %o at depth %d', async (sourceRange, depth, headers, status) => {
    const ip = { depth, excludedIPs: [], ipv6Subnet: null };
    const { port } = await serving(
      [{ kind: 'ipAllowList', sourceRange, rejectStatusCode: 403, ip }],
      {},
      { trustedProxies: ['127.0.0.1'] },
    );
    expect((await ask(port, { headers })).status).toBe(status);
  });

  it('ipAllowList does not believe what a client says of itself', async () => {
    const ip = { depth: 1, excludedIPs: [], ipv6Subnet: null };
    const { port } = await serving([
      { kind: 'ipAllowList', sourceRange: ['10.0.0.0/8'], rejectStatusCode: 403, ip },
    ]);
    expect((await ask(port, { headers: { 'x-forwarded-for': '10.1.2.3' } })).status).toBe(403);
  });

  it('closes the route when a range cannot be read', async () => {
    const { port, logs } = await serving([
      { kind: 'ipAllowList', sourceRange: ['10.0.0.0/40'], rejectStatusCode: 403, ip: PEER },
    ]);
    expect((await ask(port)).status).toBe(500);
    expect(logs.join()).toContain('10.0.0.0/40');
  });

  it('forwardAuth passes 2xx on with its headers and hands anything else back', async () => {
    const questions: object[] = [];
    const auth = await upstream((req, res) => {
      questions.push(req.headers);
      if (req.headers.authorization === 'Bearer good') res.writeHead(200, { 'x-user': 'ann' }).end();
      else
        res
          .writeHead(401, { 'www-authenticate': 'Bearer', 'set-cookie': ['a=1', 'b=2'] })
          .end('who are you?');
    });
    const { port } = await serving([
      {
        kind: 'forwardAuth',
        address: `http://127.0.0.1:${auth.port}/check`,
        trustForwardHeader: false,
        authRequestHeaders: [],
        authResponseHeaders: ['X-User', 'X-Group'],
        authResponseHeadersRegex: null,
        insecureSkipVerify: false,
        ca: null,
        ...PLAIN_AUTH,
      },
    ]);
    const refused = await ask(port, { path: '/p?q=1', headers: { host: 'a.example.com' } });
    expect(refused).toMatchObject({
      status: 401,
      body: 'who are you?',
      headers: { 'www-authenticate': 'Bearer', 'set-cookie': ['a=1', 'b=2'] },
    });
    expect(questions[0]).toMatchObject({
      'x-forwarded-method': 'GET',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'a.example.com',
      'x-forwarded-uri': '/p?q=1',
      'x-forwarded-for': '127.0.0.1',
    });
    const passed = await ask(port, {
      headers: { authorization: 'Bearer good', 'x-user': 'forged', 'x-group': 'forged' },
    });
    const { headers } = JSON.parse(passed.body);
    expect(headers['x-user']).toBe('ann');
    expect(headers['x-group']).toBeUndefined();
  });

  it('forwardAuth asks with the method, and hands on cookies and redirects, as it is told', async () => {
    const methods: (string | undefined)[] = [];
    const auth = await upstream((req, res) => {
      methods.push(req.method);
      if (req.headers.authorization === undefined) res.writeHead(302, { location: '/login' }).end();
      else res.writeHead(200, { 'set-cookie': ['session=1; Path=/', 'other=2'] }).end();
    });
    const spec = (changes: object): MiddlewareSpec => ({
      kind: 'forwardAuth',
      address: `http://127.0.0.1:${auth.port}/check`,
      trustForwardHeader: false,
      authRequestHeaders: [],
      authResponseHeaders: [],
      authResponseHeadersRegex: null,
      insecureSkipVerify: false,
      ca: null,
      ...PLAIN_AUTH,
      ...changes,
    });
    const plain = await serving([spec({})]);
    expect((await ask(plain.port, { method: 'POST' })).headers.location).toBe(
      `http://127.0.0.1:${auth.port}/login`,
    );
    const special = await serving([
      spec({
        addAuthCookiesToResponse: ['session'],
        preserveLocationHeader: true,
        preserveRequestMethod: true,
      }),
    ]);
    expect((await ask(special.port, { method: 'POST' })).headers.location).toBe('/login');
    const passed = await ask(special.port, { headers: { authorization: 'x' } });
    expect(passed.headers['set-cookie']).toEqual(['session=1; Path=/']);
    expect(methods).toEqual(['GET', 'POST', 'GET']);
  });

  it('forwardAuth lets nobody in while its server is away', async () => {
    const { port } = await serving([
      {
        kind: 'forwardAuth',
        address: 'http://127.0.0.1:1/',
        trustForwardHeader: false,
        authRequestHeaders: [],
        authResponseHeaders: [],
        authResponseHeadersRegex: null,
        insecureSkipVerify: false,
        ca: null,
        ...PLAIN_AUTH,
      },
    ]);
    expect((await ask(port)).status).toBe(500);
  });
});

describe('how much may come in', () => {
  it('rateLimit counts for each source', async () => {
    const { port } = await serving([
      {
        kind: 'rateLimit',
        average: 1,
        periodMs: 60_000,
        burst: 2,
        key: { kind: 'header', name: 'x-client' },
      },
    ]);
    const statuses = [];
    for (const client of ['a', 'a', 'a', 'b'])
      statuses.push((await ask(port, { headers: { 'x-client': client } })).status);
    expect(statuses).toEqual([200, 200, 429, 200]);
  });

  it.each([
    [
      'a place',
      { depth: 2 },
      ['10.0.0.1, 10.9.9.9', '10.0.0.2, 10.9.9.9', '10.0.0.1, 10.8.8.8'],
      [200, 200, 429],
    ],
    [
      'the first that is no proxy',
      { excludedIPs: ['10.0.0.0/8'] },
      ['203.0.113.1, 198.51.100.1, 10.9.9.9', '203.0.113.2, 198.51.100.1', '198.51.100.2, 10.9.9.9'],
      [200, 429, 200],
    ],
    [
      'a network',
      { depth: 1, ipv6Subnet: 64 },
      ['2001:db8:0:1::1', '2001:db8:0:1:ffff::2', '2001:db8:0:2::1'],
      [200, 429, 200],
    ],
  ])('rateLimit counts for %s in X-Forwarded-For', async (_name, strategy, forwardedFor, expected) => {
    const { port } = await serving(
      [
        {
          kind: 'rateLimit',
          average: 1,
          periodMs: 60_000,
          burst: 1,
          key: { kind: 'ip', ip: { ...PEER, ...strategy } },
        },
      ],
      {},
      { trustedProxies: ['127.0.0.1'] },
    );
    const statuses = [];
    for (const value of forwardedFor)
      statuses.push((await ask(port, { headers: { 'x-forwarded-for': value } })).status);
    expect(statuses).toEqual(expected);
  });

  it('inFlightReq counts what is under way', async () => {
    const release: (() => void)[] = [];
    const up = await upstream((_req, res) => void release.push(() => res.end('ok')));
    const { port } = await startGateway(
      model(
        [route({ middlewares: [{ kind: 'inFlightReq', amount: 1, key: { kind: 'host' } }] })],
        [service('up', up)],
      ),
    );
    const first = ask(port);
    await vi.waitFor(() => expect(release).toHaveLength(1));
    expect((await ask(port)).status).toBe(429);
    release[0]!();
    expect((await first).status).toBe(200);
    const second = ask(port);
    await vi.waitFor(() => expect(release).toHaveLength(2));
    release[1]!();
    expect((await second).status).toBe(200);
  });

  it('buffering refuses bodies that are too large, either way', async () => {
    const { port } = await serving([
      { kind: 'buffering', maxRequestBodyBytes: 100, maxResponseBodyBytes: 1000 },
    ]);
    expect((await ask(port, { method: 'POST', body: 'x'.repeat(101) })).status).toBe(413);
    expect(
      (
        await ask(port, {
          method: 'POST',
          headers: { 'transfer-encoding': 'chunked' },
          body: 'x'.repeat(101),
        })
      ).status,
    ).toBe(413);
    expect(JSON.parse((await ask(port, { method: 'POST', body: 'x'.repeat(100) })).body).body).toHaveLength(
      100,
    );
    expect((await ask(port, { headers: { 'x-long': 'y'.repeat(1000) } })).status).toBe(500);
  });
});

describe('failing upstreams', () => {
  it('retry tries again as often as it is told', async () => {
    let requests = 0;
    const up = await upstream((req, res) => {
      requests += 1;
      if (requests < 4) req.socket.destroy();
      else res.end('at last');
    });
    const { port } = await startGateway(
      model(
        [route({ middlewares: [{ kind: 'retry', attempts: 4, initialIntervalMs: 1 }] })],
        [service('up', up)],
      ),
    );
    expect((await ask(port)).body).toBe('at last');
    expect(requests).toBe(4);
  });

  it('circuitBreaker opens, then lets requests back in', async () => {
    let status = 500;
    let requests = 0;
    const up = await upstream((_req, res) => {
      requests += 1;
      res.writeHead(status).end();
    });
    const breaker: MiddlewareSpec = {
      kind: 'circuitBreaker',
      expression: 'ResponseCodeRatio(500, 600, 0, 600) > 0.25 || NetworkErrorRatio() > 0.5',
      checkPeriodMs: 0,
      fallbackDurationMs: 100,
      recoveryDurationMs: 50,
      responseCode: 503,
    };
    const { port } = await startGateway(model([route({ middlewares: [breaker] })], [service('up', up)]));
    expect((await ask(port)).status).toBe(500);
    expect((await ask(port)).status).toBe(503);
    expect(requests).toBe(1);
    status = 200;
    await vi.waitFor(async () => expect((await ask(port)).status).toBe(200));
  });

  it('closes the route when an expression cannot be read', async () => {
    const { port, logs } = await serving([
      {
        kind: 'circuitBreaker',
        expression: 'Nonsense() > 1',
        checkPeriodMs: 0,
        fallbackDurationMs: 1,
        recoveryDurationMs: 1,
        responseCode: 503,
      },
    ]);
    expect((await ask(port)).status).toBe(500);
    expect(logs.join()).toContain('Nonsense');
  });

  it('errors shows pages of another service and keeps the status', async () => {
    const up = await upstream((req, res) =>
      res.writeHead(Number(req.url!.slice(1)), { 'x-up': '1' }).end('raw'),
    );
    const pages = await upstream((req, res) =>
      res.writeHead(200, { 'content-type': 'text/html' }).end(`page ${req.url}`),
    );
    const middlewares: MiddlewareSpec[] = [
      {
        kind: 'errors',
        status: ['500-599', '404'],
        service: serviceTarget('pages'),
        query: '/{status}.html?u={url}',
        requestHeaders: null,
      },
    ];
    const gateway = await startGateway(
      model([route({ middlewares })], [service('up', up), service('pages', pages)]),
    );
    const ok = await ask(gateway.port, { path: '/200' });
    expect(ok.body).toBe('raw');
    const answer = await ask(gateway.port, { path: '/503', headers: { host: 'a.example.com' } });
    expect(answer).toMatchObject({
      status: 503,
      body: 'page /503.html?u=http%3A%2F%2Fa.example.com%2F503',
      headers: { 'content-type': 'text/html' },
    });
    const dead = await startGateway(
      model([route({ middlewares })], [service('up', { port: 1 }), service('pages', pages)]),
    );
    expect(await ask(dead.port, { path: '/1' })).toMatchObject({
      status: 502,
      body: expect.stringContaining('page /502.html'),
    });
  });
});

describe('basicAuth', () => {
  const bob = 'bob:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=';

  it('asks for credentials and passes the name on', async () => {
    const { port } = await serving([
      { kind: 'basicAuth', users: [bob], realm: 'air', removeHeader: true, headerField: 'X-User' },
    ]);
    const refused = await ask(port);
    expect([refused.status, refused.headers['www-authenticate']]).toEqual([401, 'Basic realm="air"']);
    const authorization = `Basic ${Buffer.from('bob:secret').toString('base64')}`;
    const { headers } = JSON.parse((await ask(port, { headers: { authorization } })).body);
    expect(headers['x-user']).toBe('bob');
    expect(headers.authorization).toBeUndefined();
  });

  it('is not reached while an API key is missing', async () => {
    const { port, gateway } = await serving(
      [{ kind: 'basicAuth', users: [bob], realm: 'air', removeHeader: false, headerField: null }],
      {
        guard: apiGuard({ prefix: '' }),
      },
    );
    gateway.setKeys([
      {
        id: 'k',
        hash: hashApiKey('key'),
        userId: 'u',
        email: '',
        groups: ['crew'],
        suspended: false,
        expiresAt: null,
      },
    ]);
    expect((await ask(port)).headers['www-authenticate']).toBe('Bearer');
    expect((await ask(port, { path: '/?api_key=key' })).headers['www-authenticate']).toBe(
      'Basic realm="air"',
    );
  });
});
