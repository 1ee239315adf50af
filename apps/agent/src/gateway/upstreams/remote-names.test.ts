import { describe, expect, it } from 'vitest';
import type { ApiAuth } from '@portolan/resources/model/authentication';
import type { Model } from '@portolan/resources/model/model';
import type { PolicySpec } from '@portolan/resources/model/policy';
import { apiGuard, forwardAuth, model, ref, route, service, toService } from '../testing/models.ts';
import { ask, echo, startGateway, upstream } from '../testing/servers.ts';

const named = (port: number, isRemote: boolean, scheme: 'http' | 'h2c' = 'http'): Model =>
  model(
    [route({ target: toService('up', { scheme }) })],
    [
      {
        namespace: 'default',
        name: 'up',
        ports: [
          {
            name: 'http',
            port: 80,
            endpoints: [{ host: 'localhost', port, ...(isRemote ? { isRemote } : {}) }],
          },
        ],
      },
    ],
  );

/** Signed by nobody; its key has to be looked up to find out. */
const TOKEN = `${encode({ alg: 'RS256', kid: 'k' })}.${encode({ sub: 'a' })}.AAAA`;

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

describe('host names that resolve to this machine', () => {
  it('are reached for objects of files, and not for objects made on the platform', async () => {
    const { port: target } = await echo();
    const { port } = await startGateway(named(target, false));
    expect((await ask(port)).status).toBe(200);
    for (const scheme of ['http', 'h2c'] as const) {
      const guarded = await startGateway(named(target, true, scheme));
      expect((await ask(guarded.port)).status).toBe(502);
      // Node's own client, which carries trailers.
      const expecting = { method: 'POST', headers: { expect: '100-continue' }, body: 'x' };
      expect((await ask(guarded.port, expecting)).status).toBe(502);
    }
  });

  it.each<[string, (origin: string) => PolicySpec]>([
    [
      'jwt',
      (origin) => ({
        kind: 'jwt',
        verification: { jwksUrl: `${origin}/keys` },
        stripAuthorizationHeader: false,
        forwardHeaders: {},
        claims: null,
      }),
    ],
    [
      'oAuthIntro',
      (origin) => ({
        kind: 'oAuthIntro',
        url: `${origin}/introspect`,
        headers: {},
        tokenTypeHint: null,
        client: { ca: null, certificate: null, insecureSkipVerify: false, timeoutMs: 1000, maxRetries: 0 },
        stripsToken: false,
        tokenSource: { header: 'Authorization', headerAuthScheme: 'Bearer' },
        forwardHeaders: {},
        claims: null,
      }),
    ],
    [
      'oidc',
      (origin) => ({
        kind: 'oidc',
        issuer: origin,
        clientId: 'c',
        clientSecret: 's',
        redirectUrl: '/callback',
        logoutUrl: null,
        disableAuthRedirectionPaths: [],
        authParams: {},
        scopes: [],
        stateCookie: { sameSite: 'lax', secure: false, domain: null, path: '/' },
        session: { sameSite: 'lax', secure: false, domain: null, path: '/', refresh: false },
        forwardHeaders: {},
        claims: null,
      }),
    ],
  ])('are not asked by a %s policy made on the platform', async (_, spec) => {
    let asked = 0;
    const { port: target } = await upstream((_req, res) => {
      asked += 1;
      res.writeHead(500).end();
    });
    const policy = { source: ref('AccessControlPolicy', 'p'), ...spec(`http://localhost:${target}`) };
    const call = async (isRemote: boolean) => {
      const guard = { kind: 'policy', policy: { ...policy, ...(isRemote ? { isRemote } : {}) } } as const;
      const { port } = await startGateway(model([route({ guard })], []));
      await ask(port, { headers: { authorization: `Bearer ${TOKEN}`, accept: 'text/html' } });
    };
    await call(true);
    expect(asked).toBe(0);
    await call(false);
    expect(asked).toBeGreaterThan(0);
  });

  it('are not asked for the keys of tokens by a setting made on the platform', async () => {
    let asked = 0;
    const { port: target } = await upstream((_req, res) => {
      asked += 1;
      res.writeHead(500).end();
    });
    const up = await echo();
    const call = async (isRemote: boolean) => {
      const apiAuth: ApiAuth = {
        kind: 'jwt',
        jwt: { jwksUrl: `http://localhost:${target}/keys` },
        groupsClaim: 'groups',
        userIdClaim: 'sub',
        ...(isRemote ? { isRemote } : {}),
      };
      const guarded = route({ guard: apiGuard({ prefix: '' }) });
      const { port } = await startGateway(model([guarded], [service('up', up)], { apiAuth }));
      await ask(port, { headers: { authorization: `Bearer ${TOKEN}` } });
    };
    await call(true);
    expect(asked).toBe(0);
    await call(false);
    expect(asked).toBeGreaterThan(0);
  });

  it('are neither asked for authentication', async () => {
    const up = await echo();
    const auth = await echo();
    const statusWith = async (isRemote: boolean) => {
      const stage = forwardAuth(`http://localhost:${auth.port}/`, isRemote ? { isRemote } : {});
      const { port } = await startGateway(model([route({ middlewares: [stage] })], [service('up', up)]));
      return (await ask(port)).status;
    };
    expect(await statusWith(false)).toBe(200);
    expect(await statusWith(true)).toBe(500);
  });
});
