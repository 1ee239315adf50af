import type { IncomingMessage } from 'node:http';
import { createGzip, gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { upstream, type Answer, type Question } from '../testing/servers.ts';
import { ingressRoute, pluginRoute, startV3, type V3Cluster } from '../testing/v3-cluster.ts';

const START = Date.parse('2026-01-01T00:00:00Z');

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: START }));
afterEach(() => void vi.useRealTimers());

const pass = (seconds: number): void => void vi.setSystemTime(Date.now() + seconds * 1000);

type Fields = Record<string, string | string[]>;

interface Origin {
  status: number;
  headers: Fields;
  body: string;
  /** Responds to conditions with 304 by itself. */
  etag: string | null;
  readonly requests: IncomingMessage[];
}

/** A cache before an origin whose responses a test chooses. */
async function cached(
  headers: Fields,
  { options = '', more = '', status = 200 } = {},
): Promise<Omit<V3Cluster, 'get'> & { origin: Origin; get(question?: Question): Promise<Answer> }> {
  const origin: Origin = { status, headers, body: 'content', etag: null, requests: [] };
  const server = await upstream((req, res) => {
    origin.requests.push(req);
    res.sendDate = false;
    const fields: Fields = { date: new Date(Date.now()).toUTCString(), ...origin.headers };
    if (origin.etag !== null) fields['etag'] = origin.etag;
    if (origin.etag !== null && req.headers['if-none-match'] === origin.etag) {
      res.writeHead(304, fields).end();
      return;
    }
    res.writeHead(origin.status, fields).end(`${origin.body} ${origin.requests.length}`);
  });
  const cluster = await startV3(`${pluginRoute(`{httpCache: {${options}}}`)}${more}`, server);
  return { ...cluster, origin, get: (question = {}) => cluster.ask({ path: '/a', ...question }) };
}

const statusOf = ({ headers }: Answer): string => String(headers['x-cache-status']);

describe('what is kept (RFC 9111 §3)', () => {
  it.each<[string, Fields, { status?: number; request?: Question }, string[]]>([
    ['a lifetime', { 'cache-control': 'max-age=60' }, {}, ['MISS', 'HIT']],
    ['a lifetime, in another spelling', { 'cache-control': 'Public , MAX-AGE="60"' }, {}, ['MISS', 'HIT']],
    ['several fields of Cache-Control', { 'cache-control': ['public', 'max-age=60'] }, {}, ['MISS', 'HIT']],
    ['Expires', { expires: new Date(START + 60_000).toUTCString() }, {}, ['MISS', 'HIT']],
    ['Expires of the past', { expires: new Date(START - 1000).toUTCString() }, {}, ['BYPASS', 'BYPASS']],
    ['Expires: 0', { expires: '0' }, {}, ['BYPASS', 'BYPASS']],
    ['max-age over Expires', { 'cache-control': 'max-age=60', expires: '0' }, {}, ['MISS', 'HIT']],
    ['s-maxage over max-age', { 'cache-control': 'max-age=0, s-maxage=60' }, {}, ['MISS', 'HIT']],
    ['s-maxage=0', { 'cache-control': 'max-age=60, s-maxage=0' }, {}, ['BYPASS', 'BYPASS']],
    ['a lifetime that is no number', { 'cache-control': 'max-age=long' }, {}, ['BYPASS', 'BYPASS']],
    ['nothing', {}, {}, ['BYPASS', 'BYPASS']],
    ['no-store', { 'cache-control': 'no-store, max-age=60' }, {}, ['BYPASS', 'BYPASS']],
    ['private', { 'cache-control': 'private, max-age=60' }, {}, ['BYPASS', 'BYPASS']],
    ['private in quotes', { 'cache-control': 'x="private, no-store", max-age=60' }, {}, ['MISS', 'HIT']],
    ['no-cache', { 'cache-control': 'no-cache, max-age=60' }, {}, ['BYPASS', 'BYPASS']],
    ['a cookie', { 'cache-control': 'public, max-age=60', 'set-cookie': 'a=b' }, {}, ['BYPASS', 'BYPASS']],
    ['Vary: *', { 'cache-control': 'max-age=60', vary: '*' }, {}, ['BYPASS', 'BYPASS']],
    ['a 404 with a lifetime', { 'cache-control': 'max-age=60' }, { status: 404 }, ['MISS', 'HIT']],
    [
      'a 301 with a lifetime',
      { 'cache-control': 'max-age=60', location: '/b' },
      { status: 301 },
      ['MISS', 'HIT'],
    ],
    ['a 204 with a lifetime', { 'cache-control': 'max-age=60' }, { status: 204 }, ['MISS', 'HIT']],
    ['a 500', { 'cache-control': 'max-age=60' }, { status: 500 }, ['BYPASS', 'BYPASS']],
    [
      'a part (206)',
      { 'cache-control': 'max-age=60', 'content-range': 'bytes 0-1/9' },
      { status: 206 },
      ['BYPASS', 'BYPASS'],
    ],
    [
      'must-revalidate, while it is fresh',
      { 'cache-control': 'max-age=60, must-revalidate' },
      {},
      ['MISS', 'HIT'],
    ],
    [
      'an age that exceeds the lifetime',
      { 'cache-control': 'max-age=60', age: '61' },
      {},
      ['BYPASS', 'BYPASS'],
    ],
    [
      'a request with no-store',
      { 'cache-control': 'max-age=60' },
      { request: { headers: { 'cache-control': 'no-store' } } },
      ['BYPASS', 'BYPASS'],
    ],
    [
      'a request with a body',
      { 'cache-control': 'max-age=60' },
      { request: { headers: { 'content-length': '1' }, body: 'x' } },
      ['BYPASS', 'BYPASS'],
    ],
  ])('%s', async (_, headers, { status, request = {} }, expected) => {
    const { get, origin } = await cached(headers, status === undefined ? {} : { status });
    const [first, second] = [await get(request), await get(request)];
    expect([statusOf(first), statusOf(second)]).toEqual(expected);
    expect(origin.requests.length).toBe(expected[1] === 'HIT' ? 1 : 2);
    expect(second.status).toBe(status ?? 200);
    if (expected[1] === 'HIT') expect(second.body).toBe(first.body);
  });
});

describe('callers that prove who they are (RFC 9111 §3.5)', () => {
  const AUTHORIZED = { headers: { authorization: 'Bearer x' } };

  it.each([
    ['max-age=60', ['BYPASS', 'BYPASS']],
    ['public, max-age=60', ['MISS', 'HIT']],
    ['s-maxage=60', ['MISS', 'HIT']],
    ['max-age=60, must-revalidate', ['MISS', 'HIT']],
  ])('%s', async (control, expected) => {
    const { get } = await cached({ 'cache-control': control });
    expect([statusOf(await get(AUTHORIZED)), statusOf(await get(AUTHORIZED))]).toEqual(expected);
  });

  it('never get what was for another, whatever carries the credential', async () => {
    const keys = `
---
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata: {name: key, namespace: city}
spec: {plugin: {apiKey: {keySource: {header: X-Key}, secretNonBase64Encoded: true, secretValues: ["{SHA}C+7Hteo/D9vJXQ3UfzxbwnXaijM="]}}}
${ingressRoute('locked', 'PathPrefix(`/locked`)', '', '      middlewares: [{name: key}, {name: m}]')}`;
    const { get, origin } = await cached({ 'cache-control': 'max-age=60' }, { more: keys });
    const question = { path: '/locked', headers: { 'x-key': 'foo' } };
    expect(statusOf(await get(question))).toBe('BYPASS');
    expect(statusOf(await get(question))).toBe('BYPASS');
    expect((await get({ path: '/locked' })).status).toBe(401);
    expect(origin.requests).toHaveLength(2);
    origin.headers = { 'cache-control': 'public, max-age=60' };
    expect([statusOf(await get(question)), statusOf(await get(question))]).toEqual(['MISS', 'HIT']);
    // The lock is before the cache.
    expect((await get({ path: '/locked' })).status).toBe(401);
  });
});

describe('how long (RFC 9111 §4.2)', () => {
  it('until its lifetime is over, with its Age', async () => {
    const { get } = await cached({ 'cache-control': 'max-age=60', age: '10' });
    expect((await get()).headers.age).toBe('10');
    pass(20);
    const hit = await get();
    expect([statusOf(hit), hit.headers.age]).toEqual(['HIT', '30']);
    pass(30);
    expect(statusOf(await get())).toBe('MISS');
  });

  it('no longer than maxTtl', async () => {
    const { get } = await cached({ 'cache-control': 'max-age=6000' }, { options: 'maxTtl: 5' });
    await get();
    pass(4);
    expect(statusOf(await get())).toBe('HIT');
    pass(2);
    expect(statusOf(await get())).toBe('MISS');
  });

  it('counts from the Date of the origin', async () => {
    const { get } = await cached({
      'cache-control': 'max-age=60',
      date: new Date(START - 50_000).toUTCString(),
    });
    await get();
    const hit = await get();
    expect([statusOf(hit), hit.headers.age]).toEqual(['HIT', '50']);
    pass(11);
    // The next one is as old as this.
    expect(statusOf(await get())).toBe('BYPASS');
  });

  it.each([
    ['no-cache', 'MISS'],
    ['max-age=5', 'MISS'],
    ['max-age=50', 'HIT'],
    ['min-fresh=55', 'MISS'],
    ['min-fresh=5', 'HIT'],
    ['only-if-cached', 'HIT'],
    ['max-stale', 'HIT'],
  ])('a client that asks for %s', async (control, expected) => {
    const { get } = await cached({ 'cache-control': 'max-age=60' });
    await get();
    pass(10);
    expect(statusOf(await get({ headers: { 'cache-control': control } }))).toBe(expected);
  });

  it('heeds Pragma of old clients, and only-if-cached of what is not there', async () => {
    const { get, origin } = await cached({ 'cache-control': 'max-age=60' });
    expect((await get({ headers: { 'cache-control': 'only-if-cached' } })).status).toBe(504);
    expect(origin.requests).toHaveLength(0);
    await get();
    expect(statusOf(await get({ headers: { pragma: 'no-cache' } }))).toBe('MISS');
  });
});

describe('which response (RFC 9111 §4, §4.1)', () => {
  it('that of the same URL and of the fields that Vary names', async () => {
    const { get, origin } = await cached({
      'cache-control': 'max-age=60',
      vary: 'Accept-Language, X-Tenant',
    });
    const ask = (language: string, tenant: string) =>
      get({ headers: { 'accept-language': language, 'x-tenant': tenant } });
    const [de, fr] = [await ask('de', 'a'), await ask('fr', 'a')];
    expect([statusOf(de), statusOf(fr), statusOf(await ask('de', 'b'))]).toEqual(['MISS', 'MISS', 'MISS']);
    expect((await ask('de', 'a')).body).toBe(de.body);
    expect((await ask('fr', 'a')).body).toBe(fr.body);
    expect(statusOf(await get())).toBe('MISS');
    expect(origin.requests).toHaveLength(4);
    expect(
      statusOf(await get({ path: '/a?x=1', headers: { 'accept-language': 'de', 'x-tenant': 'a' } })),
    ).toBe('MISS');
    expect(
      statusOf(await get({ headers: { host: 'other', 'accept-language': 'de', 'x-tenant': 'a' } })),
    ).toBe('MISS');
  });

  it('that of the route, whichever others lead to the same URL', async () => {
    const { get } = await cached(
      { 'cache-control': 'max-age=60' },
      {
        more: ingressRoute(
          'preview',
          'PathPrefix(`/`) && Header(`X-Preview`, `1`)',
          '',
          '      middlewares: [{name: m}]',
        ),
      },
    );
    const stable = await get();
    const preview = await get({ headers: { 'x-preview': '1' } });
    expect([statusOf(preview), preview.body === stable.body]).toEqual(['MISS', false]);
    expect((await get()).body).toBe(stable.body);
  });

  it('that of GET for HEAD, but none of HEAD', async () => {
    const { get, origin } = await cached({ 'cache-control': 'max-age=60' });
    await get({ method: 'HEAD' });
    const got = await get();
    expect(statusOf(got)).toBe('MISS');
    const head = await get({ method: 'HEAD' });
    expect([statusOf(head), head.headers['content-length'], head.body]).toEqual([
      'HIT',
      String(got.body.length),
      '',
    ]);
    expect(origin.requests).toHaveLength(2);
  });
});

describe('conditions (RFC 9111 §4.3)', () => {
  it.each<[string, Record<string, string>, number]>([
    ['If-None-Match that fits', { 'if-none-match': '"x", W/"v1"' }, 304],
    ['If-None-Match: *', { 'if-none-match': '*' }, 304],
    ['If-None-Match that does not', { 'if-none-match': '"v2"' }, 200],
    [
      'If-None-Match over If-Modified-Since',
      { 'if-none-match': '"v2"', 'if-modified-since': new Date(START).toUTCString() },
      200,
    ],
    ['If-Modified-Since, unchanged', { 'if-modified-since': new Date(START - 1000).toUTCString() }, 304],
    ['If-Modified-Since, changed', { 'if-modified-since': new Date(START - 9_000_000).toUTCString() }, 200],
    ['If-Modified-Since that is no date', { 'if-modified-since': 'yesterday' }, 200],
  ])('of clients are decided here: %s', async (_, headers, status) => {
    const { get, origin } = await cached({
      'cache-control': 'max-age=60',
      etag: '"v1"',
      'last-modified': new Date(START - 5000).toUTCString(),
      'content-type': 'text/x',
    });
    const first = await get();
    const answer = await get({ headers });
    expect([answer.status, statusOf(answer), answer.headers.etag]).toEqual([status, 'HIT', '"v1"']);
    expect(answer.body).toBe(status === 304 ? '' : first.body);
    expect(answer.headers['content-type']).toBe(status === 304 ? undefined : 'text/x');
    expect(origin.requests).toHaveLength(1);
  });

  it('for the origin go to it', async () => {
    const { get, origin } = await cached({ 'cache-control': 'max-age=60', etag: '"v1"' });
    await get();
    for (const name of ['if-match', 'if-unmodified-since'])
      expect(statusOf(await get({ headers: { [name]: '"v1"' } }))).toBe('BYPASS');
    expect(origin.requests).toHaveLength(3);
  });

  it('ask the origin whether a stale response holds, and refresh it by a 304', async () => {
    const { get, origin } = await cached({
      'cache-control': 'max-age=60',
      'x-version': '1',
      'content-type': 'text/a',
    });
    origin.etag = '"v1"';
    const first = await get();
    pass(61);
    origin.headers = { 'cache-control': 'max-age=30', 'x-version': '2', 'content-type': 'text/b' };
    const second = await get({ headers: { 'if-modified-since': new Date(START).toUTCString() } });
    expect(origin.requests[1]?.headers).toMatchObject({ 'if-none-match': '"v1"' });
    expect(origin.requests[1]?.headers['if-modified-since']).toBeUndefined();
    expect([second.status, second.body, statusOf(second)]).toEqual([200, first.body, 'MISS']);
    // §3.2: fields about the content are those of the content.
    expect(second.headers).toMatchObject({ 'x-version': '2', 'content-type': 'text/a', age: '0' });
    pass(20);
    expect(statusOf(await get())).toBe('HIT');
    pass(11);
    origin.etag = '"v2"';
    const third = await get();
    expect([third.status, statusOf(third), third.body === first.body]).toEqual([200, 'MISS', false]);
    expect((await get()).body).toBe(third.body);
  });

  it('of a client that has the stale response end in 304', async () => {
    const { get, origin } = await cached({ 'cache-control': 'max-age=60' });
    origin.etag = '"v1"';
    await get();
    pass(61);
    const answer = await get({ headers: { 'if-none-match': '"v1"' } });
    expect([answer.status, statusOf(answer), answer.body]).toEqual([304, 'MISS', '']);
  });

  it('let no-cache responses be used once the origin has confirmed them', async () => {
    const { get, origin } = await cached({ 'cache-control': 'no-cache' });
    origin.etag = '"v1"';
    const first = await get();
    const second = await get();
    expect([second.body, origin.requests.length, origin.requests[1]?.headers['if-none-match']]).toEqual([
      first.body,
      2,
      '"v1"',
    ]);
  });

  it('leave a stale response in place for a server error', async () => {
    const { get, origin } = await cached({ 'cache-control': 'max-age=60' });
    origin.etag = '"v1"';
    const first = await get();
    pass(61);
    origin.etag = null;
    origin.status = 503;
    expect((await get()).status).toBe(503);
    origin.etag = '"v1"';
    origin.status = 200;
    expect((await get()).body).toBe(first.body);
  });
});

describe('parts (RFC 9110 §14)', () => {
  it.each<[string, Record<string, string>, number, string, string | undefined]>([
    ['bytes=0-3', {}, 206, 'cont', 'bytes 0-3/9'],
    ['bytes=4-', {}, 206, 'ent 1', 'bytes 4-8/9'],
    ['bytes=-2', {}, 206, ' 1', 'bytes 7-8/9'],
    ['bytes=0-99', {}, 206, 'content 1', 'bytes 0-8/9'],
    ['bytes=9-', {}, 416, '', 'bytes */9'],
    ['bytes=-0', {}, 416, '', 'bytes */9'],
    ['bytes=3-1', {}, 200, 'content 1', undefined],
    ['bytes=0-1,3-4', {}, 200, 'content 1', undefined],
    ['lines=1-2', {}, 200, 'content 1', undefined],
    ['bytes=0-3', { 'if-range': '"v1"' }, 206, 'cont', 'bytes 0-3/9'],
    ['bytes=0-3', { 'if-range': '"v2"' }, 200, 'content 1', undefined],
    ['bytes=0-3', { 'if-range': 'W/"v1"' }, 200, 'content 1', undefined],
  ])('%s %j', async (...[range, headers, status, body, contentRange]) => {
    const { get, origin } = await cached({ 'cache-control': 'max-age=60', etag: '"v1"' });
    await get();
    const answer = await get({ headers: { range, ...headers } });
    expect([answer.status, answer.body, answer.headers['content-range'], statusOf(answer)]).toEqual([
      status,
      body,
      contentRange,
      'HIT',
    ]);
    expect(answer.headers['content-length']).toBe(String(body.length));
    expect(origin.requests).toHaveLength(1);
  });
});

describe('unsafe methods (RFC 9111 §4.4)', () => {
  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('%s makes the URL be asked for again', async (method) => {
    const { get, origin } = await cached({ 'cache-control': 'max-age=60' });
    await get();
    await get({ path: '/b' });
    const other = { ...origin.headers };
    origin.headers = { ...other, location: '/b', 'content-location': 'http://elsewhere.example.com/a' };
    await get({ method });
    origin.headers = other;
    expect([statusOf(await get()), statusOf(await get({ path: '/b' }))]).toEqual(['MISS', 'MISS']);
  });

  it('only where they succeed', async () => {
    const { get, origin } = await cached({ 'cache-control': 'max-age=60' });
    await get();
    origin.status = 403;
    await get({ method: 'DELETE' });
    expect(statusOf(await get())).toBe('HIT');
    expect(statusOf(await get({ method: 'OPTIONS' }))).toBe('BYPASS');
    expect(statusOf(await get())).toBe('HIT');
  });
});

describe('memory', () => {
  it('is bounded: what was used longest ago goes', async () => {
    const { get, origin } = await cached(
      { 'cache-control': 'max-age=600' },
      { options: 'store: {memory: {limit: 40Ki}}' },
    );
    origin.body = 'x'.repeat(4000);
    for (let i = 0; i < 20; i++) {
      await get({ path: `/${i}` });
      expect(statusOf(await get({ path: '/0' }))).toBe('HIT');
    }
    expect(statusOf(await get({ path: '/19' }))).toBe('HIT');
    expect(statusOf(await get({ path: '/1' }))).toBe('MISS');
  });

  it('is not given to responses that are too large for it', async () => {
    const { get, origin } = await cached(
      { 'cache-control': 'max-age=600' },
      { options: 'store: {memory: {limit: 40Ki}}' },
    );
    await get({ path: '/small' });
    origin.body = 'x'.repeat(50_000);
    for (let i = 0; i < 2; i++) expect((await get()).body).toHaveLength(50_002);
    expect(origin.requests).toHaveLength(3);
    expect(statusOf(await get({ path: '/small' }))).toBe('HIT');
  });
});

describe('a response that breaks off', () => {
  it('is not kept', async () => {
    let requests = 0;
    const server = await upstream((_, res) => {
      requests += 1;
      res.writeHead(200, { 'cache-control': 'max-age=60', 'content-length': '100' });
      res.write('half');
      setImmediate(() => res.socket?.destroy());
    });
    const { ask } = await startV3(pluginRoute('{httpCache: {}}'), server);
    for (let i = 0; i < 2; i++) await expect(ask({ path: '/a' })).rejects.toThrow('aborted');
    expect(requests).toBe(2);
  });
});

describe('with other middlewares', () => {
  const compress = `
---
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata: {name: zip, namespace: city}
spec: {compress: {minResponseBodyBytes: 1, encodings: [gzip]}}
`;

  it.each([
    ['outside', '[{name: zip}, {name: m}]'],
    ['inside', '[{name: m}, {name: zip}]'],
  ])('compress %s sees and is seen', async (_, order) => {
    const { get, origin } = await cached(
      { 'cache-control': 'max-age=60', 'content-type': 'text/plain' },
      { more: compress + ingressRoute('zipped', 'PathPrefix(`/z`)', '', `      middlewares: ${order}`) },
    );
    const question = { path: '/z', headers: { 'accept-encoding': 'gzip' } };
    const [first, second] = [await get(question), await get(question)];
    expect([statusOf(first), statusOf(second)]).toEqual(['MISS', 'HIT']);
    for (const answer of [first, second]) {
      expect(answer.headers['content-encoding']).toBe('gzip');
      expect(gunzipSync(answer.bytes).toString()).toBe('content 1');
    }
    const plain = await get({ path: '/z' });
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.body).toMatch(/^content/);
    expect(origin.requests.length).toBeLessThanOrEqual(2);
  });

  it('passes on content that is encoded already, as it is', async () => {
    const server = await upstream((_, res) => {
      res.writeHead(200, {
        'cache-control': 'max-age=60',
        'content-encoding': 'gzip',
        vary: 'accept-encoding',
      });
      const gzip = createGzip();
      gzip.pipe(res);
      gzip.end('content');
    });
    const { ask } = await startV3(pluginRoute('{httpCache: {disableCacheStatusHeader: true}}'), server);
    for (let i = 0; i < 2; i++) {
      const answer = await ask({ path: '/a', headers: { 'accept-encoding': 'gzip' } });
      expect(gunzipSync(answer.bytes).toString()).toBe('content');
      expect(answer.headers['x-cache-status']).toBeUndefined();
      expect(answer.headers.age === undefined).toBe(i === 0);
    }
  });
});
