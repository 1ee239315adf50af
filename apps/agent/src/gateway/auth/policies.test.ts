import { createHmac, generateKeyPairSync } from 'node:crypto';
import { SignJWT, UnsecuredJWT, exportJWK, exportSPKI, generateKeyPair, type CryptoKey } from 'jose';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { PolicySpec } from '@portolan/resources/model/policy';
import { apiGuard, model, policyGuard, route, service } from '../testing/models.ts';
import { ask, echo, startGateway, upstream, type Answer } from '../testing/servers.ts';
import { hashApiKey } from '@portolan/process/api-key-hash';

async function guarded(spec: PolicySpec) {
  return startGateway(model([route({ guard: policyGuard(spec) })], [service('up', await echo())]));
}

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
const sentUp = (answer: Answer): Record<string, string> => JSON.parse(answer.body).headers;
const SECRET = 'a-secret-of-at-least-32-characters!!';
const hmacKey = new TextEncoder().encode(SECRET);

function hs256(claims: object, expires: string | number = '5m'): Promise<string> {
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime(expires)
    .sign(hmacKey);
}

const jwt = (changes: Partial<Extract<PolicySpec, { kind: 'jwt' }>> = {}): PolicySpec => ({
  kind: 'jwt',
  verification: { signingSecret: SECRET },
  stripAuthorizationHeader: false,
  forwardHeaders: {},
  claims: null,
  ...changes,
});

describe('jwt policy', () => {
  let rsa: { publicKey: CryptoKey; privateKey: CryptoKey };
  beforeAll(async () => void (rsa = await generateKeyPair('RS256')));

  it('passes a good token on with its claims as headers, over what the client sent', async () => {
    const { port } = await guarded(
      jwt({
        forwardHeaders: { 'X-User': 'sub', 'X-Team': 'org.team', 'X-Roles': 'roles' },
        claims: 'Equals("org.team", "ops")',
      }),
    );
    const token = await hs256({ sub: 'ann\r\nx: y', org: { team: 'ops' }, roles: ['a', 'b'] });
    const headers = sentUp(
      await ask(port, { headers: { ...bearer(token), 'x-user': 'forged', 'X-TEAM': 'forged' } }),
    );
    expect(headers).toMatchObject({
      'x-user': 'ann  x: y',
      'x-team': 'ops',
      'x-roles': 'a,b',
      authorization: `Bearer ${token}`,
    });
  });

  it('removes forged headers when the claim is absent, and the token where told to', async () => {
    const { port } = await guarded(
      jwt({ forwardHeaders: { 'X-User': 'absent' }, stripAuthorizationHeader: true }),
    );
    const headers = sentUp(await ask(port, { headers: { ...bearer(await hs256({})), 'x-user': 'forged' } }));
    expect(headers['x-user']).toBeUndefined();
    expect(headers['authorization']).toBeUndefined();
  });

  it('reads a token without the scheme', async () => {
    const { port } = await guarded(jwt());
    expect((await ask(port, { headers: { authorization: await hs256({}) } })).status).toBe(200);
    expect((await ask(port, { headers: { authorization: 'nonsense' } })).status).toBe(401);
  });

  it('reads the token from the query, by the configured name', async () => {
    const token = await hs256({});
    const { port } = await guarded(jwt());
    expect((await ask(port, { path: `/?jwt=${token}` })).status).toBe(200);
    const other = await guarded(jwt({ verification: { signingSecret: SECRET, tokenQueryKey: 'token' } }));
    expect((await ask(other.port, { path: `/?token=${token}` })).status).toBe(200);
    expect((await ask(other.port, { path: `/?jwt=${token}` })).status).toBe(401);
  });

  it('answers 403 when the expression is false', async () => {
    const { port } = await guarded(jwt({ claims: 'Equals("role", "admin")' }));
    expect((await ask(port, { headers: bearer(await hs256({ role: 'user' })) })).status).toBe(403);
  });

  it('allows clocks a minute', async () => {
    const { port } = await guarded(jwt());
    const now = Math.floor(Date.now() / 1000);
    expect((await ask(port, { headers: bearer(await hs256({}, now - 30)) })).status).toBe(200);
    expect((await ask(port, { headers: bearer(await hs256({}, now - 120)) })).status).toBe(401);
    expect((await ask(port, { headers: bearer(await hs256({ nbf: now + 120 })) })).status).toBe(401);
  });

  it('refuses every confusion of algorithms', async () => {
    const publicPem = await exportSPKI(rsa.publicKey);
    const { port } = await guarded(jwt({ verification: { publicKey: publicPem } }));
    const good = await new SignJWT({})
      .setProtectedHeader({ alg: 'RS256' })
      .setExpirationTime('5m')
      .sign(rsa.privateKey);
    expect((await ask(port, { headers: bearer(good) })).status).toBe(200);
    const ed = generateKeyPairSync('ed25519').privateKey;
    const [head, body] = ['{"alg":"HS256"}', '{"exp":9999999999}'].map((text) =>
      Buffer.from(text).toString('base64url'),
    );
    const signedWithPublicKey = `${head}.${body}.${createHmac('sha256', publicPem).update(`${head}.${body}`).digest('base64url')}`;
    const bad = {
      'no signature': new UnsecuredJWT({}).encode(),
      'public key as a shared secret': signedWithPublicKey,
      PS256: await new SignJWT({})
        .setProtectedHeader({ alg: 'PS256' })
        .sign((await generateKeyPair('PS256')).privateKey),
      EdDSA: await new SignJWT({}).setProtectedHeader({ alg: 'EdDSA' }).sign(ed),
      'another key': await new SignJWT({})
        .setProtectedHeader({ alg: 'RS256' })
        .sign((await generateKeyPair('RS256')).privateKey),
      'kid without a key set': await new SignJWT({})
        .setProtectedHeader({ alg: 'RS256', kid: '../../dev/null' })
        .sign((await generateKeyPair('RS256')).privateKey),
      broken: `${good.slice(0, -4)}AAAA`,
      nothing: 'x',
      'too long': 'x'.repeat(20_000),
    };
    for (const [name, token] of Object.entries(bad)) {
      expect([name, (await ask(port, { headers: bearer(token) })).status]).toEqual([name, 401]);
    }
  });

  it('follows the rotation of a key set and asks for it seldom', async () => {
    let served = [{ ...(await exportJWK(rsa.publicKey)), kid: 'one', alg: 'RS256' }];
    let asked = 0;
    const keys = await upstream((_req, res) => {
      asked += 1;
      res.setHeader('content-type', 'application/json');
      res.end(JSON.stringify({ keys: served }));
    });
    const { port } = await guarded(jwt({ verification: { jwksUrl: `http://127.0.0.1:${keys.port}/jwks` } }));
    const signed = (kid: string, key: CryptoKey): Promise<string> =>
      new SignJWT({}).setProtectedHeader({ alg: 'RS256', kid }).setExpirationTime('5m').sign(key);
    const first = await signed('one', rsa.privateKey);
    for (let i = 0; i < 3; i++) expect((await ask(port, { headers: bearer(first) })).status).toBe(200);
    expect(asked).toBe(1);
    vi.useFakeTimers({ now: Date.now() + 11_000, toFake: ['Date'] });
    try {
      const next = await generateKeyPair('RS256');
      served = [{ ...(await exportJWK(next.publicKey)), kid: 'two', alg: 'RS256' }];
      expect((await ask(port, { headers: bearer(await signed('two', next.privateKey)) })).status).toBe(200);
      expect(asked).toBe(2);
      expect((await ask(port, { headers: bearer(first) })).status).toBe(401);
      expect(asked).toBe(2);
    } finally {
      vi.useRealTimers();
    }
  });

  it('finds keys through the issuers that the policy trusts, and through no other', async () => {
    const asked: (string | undefined)[] = [];
    const keys = await upstream((req, res) => {
      asked.push(req.url);
      void exportJWK(rsa.publicKey).then((jwk) =>
        res.end(JSON.stringify({ keys: [{ ...jwk, alg: 'RS256' }] })),
      );
    });
    const issuer = `http://127.0.0.1:${keys.port}/realms/a`;
    const { port } = await guarded(
      jwt({
        verification: { jwksUrl: '/realms/a/keys', trustedIssuers: [issuer] },
        claims: `Equals("iss", "${issuer}")`,
      }),
    );
    const from = (iss: string): Promise<string> =>
      new SignJWT({}).setIssuer(iss).setProtectedHeader({ alg: 'RS256' }).sign(rsa.privateKey);
    expect((await ask(port, { headers: bearer(await from(issuer)) })).status).toBe(200);
    expect(
      (await ask(port, { headers: bearer(await from(`http://127.0.0.1:${keys.port}/evil`)) })).status,
    ).toBe(401);
    expect(asked).toEqual(['/realms/a/keys']);
  });

  it('lets nobody in while its key set cannot be had, and says so', async () => {
    const { port, logs } = await guarded(jwt({ verification: { jwksUrl: 'http://127.0.0.1:1/jwks' } }));
    const token = await new SignJWT({}).setProtectedHeader({ alg: 'RS256', kid: 'one' }).sign(rsa.privateKey);
    const answer = await ask(port, { headers: bearer(token) });
    // The token was not judged: a 401 would tell its holder to throw it away.
    expect(answer.status).toBe(503);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(logs.join()).toContain('jwks.failed');
  });

  it.each([
    [{}, 'no key to verify tokens with'],
    [{ publicKey: 'nonsense' }, 'publicKey is not a PEM public key'],
    [{ jwksUrl: '/keys' }, 'is not absolute'],
    [{ jwksFile: '{"keys": 1}' }, 'no JSON Web Key Set'],
  ])('closes the route when keys cannot be had: %o', async (verification, reason) => {
    const { port, logs } = await guarded(jwt({ verification }));
    expect((await ask(port, { headers: bearer(await hs256({})) })).status).toBe(500);
    expect(logs.join()).toContain(reason);
  });
});

describe('workspace JWT', () => {
  it('takes user and groups from claims', async () => {
    const up = await echo();
    const apiAuth = {
      kind: 'jwt' as const,
      jwt: { signingSecret: SECRET },
      groupsClaim: 'org.groups',
      userIdClaim: 'sub',
    };
    const { port, records } = await startGateway(
      model([route({ guard: apiGuard({ prefix: '' }) })], [service('up', up)], { apiAuth }),
    );
    const status = async (claims: object): Promise<number> =>
      (await ask(port, { headers: bearer(await hs256(claims)) })).status;
    expect(await status({ sub: 'ann', org: { groups: ['crew'] } })).toBe(200);
    expect(await status({ sub: 'ann', org: { groups: 'crew' } })).toBe(200);
    expect(await status({ sub: 'ann', org: { groups: ['other'] } })).toBe(403);
    expect(await status({ sub: 'ann' })).toBe(401);
    expect(await status({ org: { groups: ['crew'] } })).toBe(401);
    expect((await ask(port)).status).toBe(401);
    expect(records[0]).toMatchObject({ userId: 'ann' });
  });
});

describe('apiKey policy', () => {
  const keys = [{ id: 'k1', value: hashApiKey('secret'), metadata: { plan: 'gold' } }];

  it.each([
    [{ header: 'X-Key' }, { headers: { 'x-key': 'secret' } }, 200],
    [{ header: 'X-Key', headerAuthScheme: 'Token' }, { headers: { 'x-key': 'token secret' } }, 200],
    [{ header: 'X-Key', headerAuthScheme: 'Token' }, { headers: { 'x-key': 'secret' } }, 401],
    [{ query: 'key' }, { path: '/?key=secret' }, 200],
    [{ cookie: 'key' }, { headers: { cookie: 'a=b; key=secret' } }, 200],
    [{ header: 'X-Key', query: 'key' }, { path: '/?key=secret', headers: { 'x-key': 'wrong' } }, 401],
    [{ header: 'X-Key' }, {}, 401],
    [{ header: 'X-Key' }, { headers: { 'x-key': 'other' } }, 401],
  ])('reads %o', async (keySource, question, status) => {
    const { port } = await guarded({ kind: 'apiKey', keySource, keys, forwardHeaders: {} });
    expect((await ask(port, question)).status).toBe(status);
  });

  it('forwards metadata and the id', async () => {
    const { port } = await guarded({
      kind: 'apiKey',
      keySource: { header: 'X-Key' },
      keys,
      forwardHeaders: { 'X-Plan': 'plan', 'X-Id': '_id', 'X-None': 'none' },
    });
    const headers = sentUp(
      await ask(port, { headers: { 'x-key': 'secret', 'x-plan': 'forged', 'x-none': 'forged' } }),
    );
    expect(headers).toMatchObject({ 'x-plan': 'gold', 'x-id': 'k1' });
    expect(headers['x-none']).toBeUndefined();
  });
});

describe('basicAuth policy', () => {
  it('challenges, then forwards the name', async () => {
    const users = ['bob:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ='];
    const { port } = await guarded({
      kind: 'basicAuth',
      users,
      realm: 'hub',
      stripAuthorizationHeader: true,
      forwardUsernameHeader: 'X-Name',
    });
    const refused = await ask(port, { headers: { authorization: 'Basic !!!' } });
    expect([refused.status, refused.headers['www-authenticate']]).toEqual([401, 'Basic realm="hub"']);
    const headers = sentUp(await ask(port, { headers: { authorization: `Basic ${btoa('bob:secret')}` } }));
    expect(headers['x-name']).toBe('bob');
    expect(headers['authorization']).toBeUndefined();
  });
});

describe('oAuthIntro policy', () => {
  const intro = (url: string, changes: object = {}): PolicySpec => ({
    kind: 'oAuthIntro',
    url,
    headers: { Authorization: 'Basic abc', 'X-For': '{{ .Request.Header.Get "X-Tenant" }}' },
    tokenTypeHint: 'access_token',
    client: { ca: null, certificate: null, insecureSkipVerify: false, timeoutMs: 1000, maxRetries: 1 },
    stripsToken: false,
    tokenSource: { header: 'Authorization', headerAuthScheme: 'Bearer' },
    forwardHeaders: { 'X-Client': 'client_id' },
    claims: 'SplitContains("scope", " ", "read")',
    ...changes,
  });

  async function server() {
    const seen: { body: string; headers: Record<string, unknown> }[] = [];
    const failures = { left: 0 };
    const { port } = await upstream((req, res) => {
      let body = '';
      req.on('data', (chunk: Buffer) => void (body += chunk.toString()));
      req.on('end', () => {
        seen.push({ body, headers: req.headers });
        if (failures.left > 0) {
          failures.left -= 1;
          res.writeHead(500).end();
          return;
        }
        const token = new URLSearchParams(body).get('token');
        res.end(
          JSON.stringify({
            active: token !== 'dead',
            scope: token === 'weak' ? 'write' : 'read write',
            client_id: 'c1',
          }),
        );
      });
    });
    return { url: `http://127.0.0.1:${port}/introspect`, seen, failures };
  }

  it('asks the server and does as it says', async () => {
    const { url, seen } = await server();
    const { port } = await guarded(intro(url));
    expect((await ask(port)).status).toBe(401);
    expect((await ask(port, { headers: bearer('dead') })).status).toBe(401);
    expect((await ask(port, { headers: bearer('weak') })).status).toBe(403);
    const good = await ask(port, { headers: { ...bearer('good'), 'x-tenant': 't1', 'x-client': 'forged' } });
    expect(sentUp(good)['x-client']).toBe('c1');
    expect(seen.at(-1)).toMatchObject({
      body: 'token=good&token_type_hint=access_token',
      headers: { authorization: 'Basic abc', 'x-for': 't1' },
    });
  });

  it('retries, and lets nobody in when the server stays away', async () => {
    const { url, failures } = await server();
    const { port } = await guarded(intro(url));
    failures.left = 1;
    expect((await ask(port, { headers: bearer('good') })).status).toBe(200);
    failures.left = 5;
    expect((await ask(port, { headers: bearer('good') })).status).toBe(503);
  });

  it('closes the route on a template it does not know', async () => {
    const { port, logs } = await guarded(intro('http://127.0.0.1:1', { headers: { a: '{{ .Values.x }}' } }));
    expect((await ask(port, { headers: bearer('good') })).status).toBe(500);
    expect(logs.join()).toContain('.Values.x');
  });
});
