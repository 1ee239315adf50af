import { describe, expect, it } from 'vitest';
import { hashApiKey } from '@portolan/process/api-key-hash';
import { apiGuard, model, ref, route, service, toService } from './testing/models.ts';
import { ask, askRaw, echo, startGateway } from './testing/servers.ts';

const KEY = 'crew-key';

function key(changes: object = {}) {
  return {
    id: 'k1',
    hash: hashApiKey(KEY),
    userId: 'u1',
    email: 'a@example.com',
    groups: ['crew'],
    suspended: false,
    expiresAt: null,
    ...changes,
  };
}

async function flights(changes: object = {}) {
  const up = await echo();
  const routes = [
    route({ rule: 'PathPrefix(`/flights`)', guard: apiGuard(changes) }),
    route({ rule: 'PathPrefix(`/open`)' }),
  ];
  const running = await startGateway(model(routes, [service('up', up)]));
  running.gateway.setKeys([key()]);
  return running;
}

const bearer = (value: string): Record<string, string> => ({ authorization: `Bearer ${value}` });

describe('an API behind the gateway', () => {
  it('strips its prefix and forwards what the key may do', async () => {
    const { port, records } = await flights();
    const answer = await ask(port, { path: '/flights/1?x=1', headers: bearer(KEY) });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toMatchObject({
      url: '/1?x=1',
      headers: { 'x-forwarded-prefix': '/flights' },
    });
    expect(records).toMatchObject([
      { status: 200, userId: 'u1', service: 'default/up', route: { id: 'PathPrefix(`/flights`)' } },
    ]);
  });

  it.each([
    ['no route', { path: '/nowhere' }, 404, '404 page not found\n'],
    ['no key', { path: '/flights' }, 401, undefined],
    ['an unknown key', { path: '/flights', headers: bearer('other') }, 401, undefined],
    ['another scheme', { path: '/flights', headers: { authorization: `Basic ${KEY}` } }, 401, undefined],
    ['the key in the query', { path: `/flights?api_key=${KEY}` }, 200, undefined],
    [
      'the scheme in another case',
      { path: '/flights', headers: { authorization: `bEARER ${KEY}` } },
      200,
      undefined,
    ],
    ['a path that climbs out', { path: '/open/../flights' }, 401, undefined],
    ['an escaped way to climb out', { path: '/open/%2e%2e/flights' }, 401, undefined],
    ['a separator hidden in an escape', { path: '/open/..%2fflights' }, 400, ''],
    ['a malformed escape', { path: '/open/%zz' }, 400, ''],
    ['a hidden NUL', { path: '/open/%00' }, 400, ''],
  ])('answers %s', async (_name, question, status, body) => {
    const { port } = await flights();
    const answer = await ask(port, question);
    expect(answer.status).toBe(status);
    if (body !== undefined) expect(answer.body).toBe(body);
    if (status !== 401) return;
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
    expect(JSON.parse(answer.body)).toMatchObject({ title: 'Unauthorized', status: 401 });
  });

  it.each([
    ['/caf\u00e9', '/caf%c3%a9/x', '/caf%C3%A9'],
    [
      '/\u043e\u0442\u0447\u0451\u0442',
      '/%D0%BE%D1%82%D1%87%D1%91%D1%82/x',
      '/%D0%BE%D1%82%D1%87%D1%91%D1%82',
    ],
    ['/{id}', '/{id}/x', '/%7Bid%7D'],
    ['/a|b', '/a|b/x', '/a%7Cb'],
    ['/my files', '/my%20files/x', '/my%20files'],
  ])('is found under %s, whatever its spelling, and gets it encoded', async (prefix, path, forwarded) => {
    const guard = apiGuard({ prefix });
    const { port, gateway } = await startGateway(
      model([route({ rule: `PathPrefix(\`${prefix}\`)`, guard })], [service('up', await echo())]),
    );
    gateway.setKeys([key()]);
    const answer = await askRaw(
      port,
      `GET ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${KEY}\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toContain('"url":"/x"');
    expect(answer).toContain(`"x-forwarded-prefix":"${forwarded}"`);
  });

  it.each([
    ['suspended', { suspended: true }, 401],
    ['expired', { expiresAt: '2020-01-01T00:00:00.000Z' }, 401],
    ['of another group', { groups: ['passengers'] }, 403],
    ['of no group', { groups: [] }, 403],
  ])('refuses a key that is %s', async (_name, changes, status) => {
    const { port, gateway } = await flights();
    expect((await ask(port, { path: '/flights', headers: bearer(KEY) })).status).toBe(200);
    gateway.setKeys({ upsert: [key(changes)], remove: [] });
    expect((await ask(port, { path: '/flights', headers: bearer(KEY) })).status).toBe(status);
    gateway.setKeys({ upsert: [key()], remove: [] });
    expect((await ask(port, { path: '/flights', headers: bearer(KEY) })).status).toBe(200);
    gateway.setKeys({ upsert: [], remove: ['k1'] });
    expect((await ask(port, { path: '/flights', headers: bearer(KEY) })).status).toBe(401);
  });

  it('counts a limit for each user and says what is left', async () => {
    const limits = [
      { source: ref('APIRateLimit', 'two'), groups: ['crew'], limit: 2, periodMs: 60_000, strategy: 'local' },
    ];
    const { port } = await flights({ limits });
    const answers = [];
    for (let i = 0; i < 3; i++) answers.push(await ask(port, { path: '/flights', headers: bearer(KEY) }));
    expect(
      answers.map(({ status, headers }) => [
        status,
        headers['x-ratelimit-remaining'],
        headers['ratelimit-policy'],
      ]),
    ).toEqual([
      [200, '1', '"two";q=2;w=60'],
      [200, '0', '"two";q=2;w=60'],
      [429, '0', '"two";q=2;w=60'],
    ]);
    const refused = answers[2]!;
    expect(refused.headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(refused.body).detail).toMatch(/^The limit "two" is used up. Try again in \d+ s.$/);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(refused.headers['ratelimit']).toMatch(/^"two";r=0;t=\d+$/);
  });

  it('answers a preflight before asking for credentials', async () => {
    const cors = {
      allowCredentials: true,
      allowHeaders: ['authorization'],
      allowMethods: ['GET'],
      allowOrigins: ['https://portal.example.com'],
      allowOriginRegexes: [],
      exposeHeaders: ['x-total'],
      maxAgeSeconds: 60,
      addVaryHeader: true,
    };
    const { port } = await flights({ cors });
    const preflight = { origin: 'https://portal.example.com', 'access-control-request-method': 'GET' };
    const answer = await ask(port, { method: 'OPTIONS', path: '/flights', headers: preflight });
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': 'https://portal.example.com',
      'access-control-allow-methods': 'GET',
      'access-control-allow-headers': 'authorization',
      'access-control-allow-credentials': 'true',
      'access-control-max-age': '60',
      vary: 'Origin',
    });
    const stranger = await ask(port, {
      method: 'OPTIONS',
      path: '/flights',
      headers: { ...preflight, origin: 'https://evil.example.com' },
    });
    expect(stranger.headers['access-control-allow-origin']).toBeUndefined();
    const refused = await ask(port, { path: '/flights', headers: { origin: 'https://portal.example.com' } });
    expect([refused.status, refused.headers['access-control-allow-origin']]).toEqual([
      401,
      'https://portal.example.com',
    ]);
  });

  it('applies header rules to requests and responses', async () => {
    const headers = {
      request: { set: { 'X-Airline': 'portolan' }, delete: ['x-secret'] },
      response: { set: { 'X-Served': 'yes' }, delete: ['content-type'] },
    };
    const { port } = await flights({ headers });
    const answer = await ask(port, { path: '/flights', headers: { ...bearer(KEY), 'x-secret': '1' } });
    expect(JSON.parse(answer.body).headers).toMatchObject({ 'x-airline': 'portolan' });
    expect(JSON.parse(answer.body).headers['x-secret']).toBeUndefined();
    expect(answer.headers['x-served']).toBe('yes');
    expect(answer.headers['content-type']).toBeUndefined();
  });
});

describe('upstream failures', () => {
  it('answers 503 without endpoints and 502 when none can be reached', async () => {
    const { port } = await startGateway(
      model(
        [
          route({ rule: 'Path(`/none`)', target: toService('none') }),
          route({ rule: 'Path(`/dead`)', target: toService('dead') }),
        ],
        [service('none'), service('dead', { port: 1 })],
      ),
    );
    expect((await ask(port, { path: '/none' })).status).toBe(503);
    expect((await ask(port, { path: '/dead' })).status).toBe(502);
  });
});
