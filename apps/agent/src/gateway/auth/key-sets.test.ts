import type { ServerResponse } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { pino } from 'pino';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { hashApiKey } from '@portolan/process/api-key-hash';
import type { ApiAuth } from '@portolan/resources/model/authentication';
import { AuxiliaryClient } from '../http/auxiliary-client.ts';
import { apiGuard, model, policyGuard, route, service } from '../testing/models.ts';
import { ask, echo, startGateway, upstream } from '../testing/servers.ts';
import { KeySet } from './key-set.ts';
import { RemoteKeySet } from './remote-key-set.ts';

interface Pair {
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

let first: Pair;
let second: Pair;
let stranger: Pair;

beforeAll(async () => {
  const pair = async (): Promise<Pair> => {
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    return { privateKey, jwk: await exportJWK(publicKey) };
  };
  [first, second, stranger] = [await pair(), await pair(), await pair()];
});

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

function signed({ privateKey }: Pair, header: { kid?: string } = {}, claims: object = {}): Promise<string> {
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'RS256', ...header })
    .setExpirationTime('8h')
    .sign(privateKey);
}

describe('a token without a key id, or keys without', () => {
  const cases = (): readonly (readonly [string, readonly JWK[], { kid?: string }, 1 | 2])[] => [
    ['no kid, the first of two', [named('a', 1), named('b', 2)], {}, 1],
    ['no kid, the second of two', [named('a', 1), named('b', 2)], {}, 2],
    ['an empty kid', [named('a', 1), named('b', 2)], { kid: '' }, 2],
    ['keys without kid, a token with one', [plain(1), plain(2)], { kid: 'x' }, 2],
    ['neither', [plain(1), plain(2)], {}, 2],
    ['keys that say nothing of their use', [first.jwk, second.jwk], {}, 2],
    [
      'two for signatures, one for encryption',
      [named('a', 1), named('b', 2), { ...first.jwk, use: 'enc' }],
      {},
      2,
    ],
    ['the same kid twice', [named('a', 1), named('a', 2)], { kid: 'a' }, 2],
  ];
  const plain = (which: 1 | 2): JWK => ({ ...(which === 1 ? first : second).jwk, use: 'sig', alg: 'RS256' });
  const named = (kid: string, which: 1 | 2): JWK => ({ ...plain(which), kid });

  it('is verified by each that fits', async () => {
    for (const [name, keys, header, signer] of cases()) {
      const jwksFile = JSON.stringify({ keys });
      const guard = policyGuard(jwtPolicy({ jwksFile }));
      const { port } = await startGateway(model([route({ guard })], [service('up', await echo())]));
      const token = await signed(signer === 1 ? first : second, header);
      expect([name, (await ask(port, bearer(token))).status]).toEqual([name, 200]);
      const forged = await ask(port, bearer(await signed(stranger, header)));
      expect([name, forged.status]).toEqual([name, 401]);
      expect(forged.headers['www-authenticate']).toMatch(/^Bearer error="invalid_token"/);
    }
  });

  it('names an unknown key', () => {
    const set = new KeySet(JSON.stringify({ keys: [named('a', 1)] }));
    expect(set.candidates('RS256', 'b')).toEqual([]);
    expect(set.candidates('ES256', 'a')).toEqual([]);
  });
});

function jwtPolicy(verification: object) {
  return {
    kind: 'jwt',
    verification,
    claims: null,
    stripAuthorizationHeader: false,
    forwardHeaders: {},
  } as const;
}

describe('a key set whose server goes away', () => {
  const broken: Readonly<Record<string, (res: ServerResponse) => void>> = {
    'responds with 500': (res) => void res.writeHead(500).end(),
    'sends a page': (res) => void res.end('<html>maintenance</html>'),
    'sends no keys': (res) => void res.end('{"keys":[]}'),
    'breaks the connection': (res) => void res.destroy(),
  };

  async function issuer(respond: { with: (res: ServerResponse) => void }) {
    let asked = 0;
    const server = await upstream((_req, res) => {
      asked += 1;
      respond.with(res);
    });
    const logs: string[] = [];
    const auxiliary = new AuxiliaryClient();
    onTestFinished(() => auxiliary.close());
    let now = 0;
    const logger = pino({}, { write: (line: string) => void logs.push(line) });
    const set = new RemoteKeySet(`http://127.0.0.1:${server.port}/`, { auxiliary, logger }, () => now);
    const pass = (minutes: number): void => void (now += minutes * 60_000);
    return { set, logs, pass, asked: () => asked };
  }

  const good = (res: ServerResponse): void => void res.end(JSON.stringify({ keys: [first.jwk] }));

  it.each(Object.entries(broken))('stays as it was when it %s', async (_name, fail) => {
    const respond = { with: good };
    const { set, logs, pass, asked } = await issuer(respond);
    expect(await set.candidates('RS256', undefined)).toHaveLength(1);
    respond.with = fail;
    pass(11);
    expect(await set.candidates('RS256', undefined)).toHaveLength(1);
    await vi.waitFor(() => expect(logs.join()).toContain('jwks.failed'));
    // Failures are not repeated at each request.
    for (let i = 0; i < 20; i++) await set.candidates('RS256', undefined);
    expect(asked()).toBe(2);
    respond.with = good;
    pass(1);
    await set.candidates('RS256', undefined);
    await vi.waitFor(() => expect(logs.join()).toContain('jwks.back'));
  });

  it('does not keep requests waiting while it hangs', async () => {
    const respond = { with: good };
    const { set, pass } = await issuer(respond);
    await set.candidates('RS256', undefined);
    respond.with = () => undefined;
    pass(11);
    const startedAt = performance.now();
    expect(await set.candidates('RS256', undefined)).toHaveLength(1);
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });

  it('is unavailable as long as there never was one, and is asked again', async () => {
    const respond = { with: broken['responds with 500'] ?? good };
    const { set, pass, asked } = await issuer(respond);
    for (let i = 0; i < 5; i++)
      await expect(set.candidates('RS256', undefined)).rejects.toThrow('cannot be fetched');
    expect(asked()).toBe(1);
    respond.with = good;
    pass(1);
    expect(await set.candidates('RS256', undefined)).toHaveLength(1);
  });
});

describe('callers of APIs by token', () => {
  async function workspace(changes: Partial<Extract<ApiAuth, { kind: 'jwt' }>>) {
    const jwksFile = JSON.stringify({ keys: [first.jwk] });
    const apiAuth: ApiAuth = {
      kind: 'jwt',
      groupsClaim: 'groups',
      userIdClaim: 'sub',
      ...changes,
      jwt: { jwksFile, ...changes.jwt },
    };
    const guard = apiGuard({ prefix: '' });
    const running = await startGateway(model([route({ guard })], [service('up', await echo())], { apiAuth }));
    return (token: string, path = '/') => ask(running.port, { ...bearer(token), path });
  }
  const claims = { sub: 'ada', groups: ['crew'] };

  it('need one that expires', async () => {
    const call = await workspace({});
    const endless = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(first.privateKey);
    expect((await call(endless)).status).toBe(401);
    expect((await call(await signed(first, {}, claims))).status).toBe(200);
  });

  it('need the issuer and audience of the setting', async () => {
    const call = await workspace({ jwt: { issuer: 'https://idp.test', audience: 'portolan' } });
    const right = { iss: 'https://idp.test', aud: ['portolan', 'other'] };
    expect((await call(await signed(first, {}, { ...claims, ...right }))).status).toBe(200);
    expect((await call(await signed(first, {}, { ...claims, ...right, aud: 'other' }))).status).toBe(401);
    expect(
      (await call(await signed(first, {}, { ...claims, ...right, iss: 'https://evil.test' }))).status,
    ).toBe(401);
  });

  it('are read from claims whose names have dots', async () => {
    const call = await workspace({
      userIdClaim: 'https://acme.test/id',
      groupsClaim: 'https://acme.test/groups',
    });
    const token = await signed(
      first,
      {},
      { 'https://acme.test/id': 'u-17', 'https://acme.test/groups': ['crew'] },
    );
    expect((await call(token)).status).toBe(200);
    const lacking = await call(await signed(first, {}, { sub: 'ada' }));
    expect(lacking.status).toBe(401);
    expect(JSON.parse(lacking.body).detail).toBe('The token has no claim https://acme.test/id.');
  });

  it('keep their token from Services unless the setting says otherwise', async () => {
    const token = await signed(first, {}, claims);
    const kept = await (await workspace({}))(token, `/?a=1&jwt=${token}&b=%20`);
    expect(JSON.parse(kept.body)).toMatchObject({ url: '/?a=1&b=%20' });
    expect(kept.body).not.toContain(token);
    const forwarded = await (await workspace({ jwt: { forwardToken: true } }))(token);
    expect(forwarded.body).toContain(token);
  });
});

describe('an API key', () => {
  it.each([
    [
      { header: 'authorization', headerAuthScheme: 'Bearer', query: 'api_key' },
      { authorization: 'Bearer key' },
      '',
    ],
    [
      { header: 'X-Key', cookie: 'key' },
      { 'x-key': 'key', authorization: 'Basic other', cookie: 'a=1; key=key; b=2' },
      '',
    ],
    [{ query: 'k' }, {}, '?a=%2F&k=key&b'],
  ])('is not passed on to Services (%o)', async (source, headers, search) => {
    const up = await upstream((req, res) => res.end(`${req.url}\n${req.rawHeaders.join('\n')}`));
    const guard = apiGuard({ prefix: '' });
    const apiAuth: ApiAuth = { kind: 'apiKey', source };
    const { port, gateway } = await startGateway(model([route({ guard })], [service('up', up)], { apiAuth }));
    const record = { id: 'k', userId: 'u', email: '', groups: ['crew'], suspended: false, expiresAt: null };
    gateway.setKeys([{ ...record, hash: hashApiKey('key') }]);
    const answer = await ask(port, { headers, path: `/${search}` });
    expect(answer.status).toBe(200);
    expect(answer.body).not.toMatch(/Bearer key|=key|\nkey/);
    if (search !== '') expect(answer.body).toMatch(/^\/\?a=%2F&b\n/);
    if ('cookie' in headers) expect(answer.body).toMatch(/Basic other[^]*a=1; b=2|a=1; b=2[^]*Basic other/);
  });
});
