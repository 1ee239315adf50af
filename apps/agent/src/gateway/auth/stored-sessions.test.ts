import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Browser, startIdentityProvider } from '../testing/identity-provider.ts';
import { freePort, hasRedis, startRedis } from '../testing/redis.ts';
import { pluginRoute, startV3 } from '../testing/v3-cluster.ts';

type Provider = Awaited<ReturnType<typeof startIdentityProvider>>;

async function redis() {
  const port = await freePort();
  const server = startRedis(port);
  const stop = (): Promise<void> => server.stop();
  const client = new Redis(port, { maxRetriesPerRequest: null });
  // It tries again until the server has started.
  client.on('error', () => undefined);
  onTestFinished(() => client.disconnect());
  await client.ping();
  return { port, client, stop };
}

/** Agents with sessions in one Redis. */
async function agents(idp: Provider, port: number, options = '') {
  const yaml = `${pluginRoute(
    `{oidc: {issuer: "${idp.issuer}", clientID: portal, clientSecret: "urn:k8s:secret:idp:secret", backchannelLogoutUrl: /ended, session: {store: {redis: {endpoints: ["127.0.0.1:${port}"]}}}${options}}}`,
  )}
---
apiVersion: v1
kind: Secret
metadata: {name: idp, namespace: city}
stringData: {secret: hush-hush}
`;
  const both = await Promise.all([startV3(yaml), startV3(yaml)]);
  for (const { problems } of both) expect(problems).toEqual([]);
  return both.map(({ port: each }) => each);
}

const logOut = (port: number, token: string) =>
  new Browser(port).go('/ended', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ logout_token: token }).toString(),
  });

describe.runIf(hasRedis)('sessions in a Redis', () => {
  it('are known to every agent, hold nothing readable, and end when the user signs out', async () => {
    const { port, client, stop } = await redis();
    onTestFinished(stop);
    const idp = await startIdentityProvider({ lifetime: 3600, claims: { note: 'x'.repeat(20_000) } });
    const [first = 0, second = 0] = await agents(idp, port, ', logoutUrl: /logout');
    const browser = new Browser(first);
    await browser.signIn(idp);
    expect(browser.cookies.get('m-session')?.length).toBeLessThan(1000);
    const copy = new Browser(second);
    for (const [name, value] of browser.cookies) copy.cookies.set(name, value);
    expect((await copy.go('/page')).status).toBe(200);
    const [key = ''] = await client.keys('portolan:oidc:*:session:*');
    // Long enough that no encrypted text has it by chance.
    const kept = (await client.get(key)) ?? '';
    expect(kept + Buffer.from(kept, 'base64').toString('latin1')).not.toContain('x'.repeat(10));
    expect(kept.length).toBeGreaterThan(1000);
    expect(await client.ttl(key)).toBeGreaterThan(80_000);
    expect((await browser.go('/logout')).status).toBe(204);
    expect((await copy.go('/page')).status).toBe(302);
    expect(await client.keys('portolan:oidc:*:session:*')).toEqual([]);
  });

  it('end on every agent when the provider says so: one by its id, all of a user by the subject', async () => {
    const { port, stop } = await redis();
    onTestFinished(stop);
    const idp = await startIdentityProvider({ lifetime: 3600, claims: { sid: 's1' } });
    const [first = 0, second = 0] = await agents(idp, port);
    const browser = new Browser(first);
    await browser.signIn(idp);
    const unknown = await logOut(second, await idp.logoutToken({ sid: 'another' }));
    expect([unknown.status, unknown.body]).toEqual([200, '']);
    expect((await browser.go('/page')).status).toBe(200);
    const ended = await logOut(second, await idp.logoutToken({ sid: 's1' }));
    expect([ended.status, ended.headers['cache-control']]).toEqual([200, 'no-store']);
    expect((await browser.go('/page')).status).toBe(302);

    const other = await startIdentityProvider({ lifetime: 3600 });
    const [third = 0, fourth = 0] = await agents(other, port);
    const user = new Browser(third);
    await user.signIn(other);
    expect((await user.go('/page')).status).toBe(200);
    expect((await logOut(fourth, await other.logoutToken())).status).toBe(200);
    expect((await user.go('/page')).status).toBe(302);
  });

  it('end by nothing but a logout token of the provider for this client', async () => {
    const { port, stop } = await redis();
    onTestFinished(stop);
    const idp = await startIdentityProvider({ lifetime: 3600, claims: { sid: 's1' } });
    const stranger = await startIdentityProvider({ lifetime: 3600 });
    const [first = 0] = await agents(idp, port, ', backchannelLogoutSessionsRequired: true');
    const browser = new Browser(first);
    await browser.signIn(idp);
    const refused = [
      'rubbish',
      await stranger.logoutToken({ sid: 's1' }),
      await idp.logoutToken({ sid: 's1' }, 'another-client'),
      await idp.logoutToken({ sid: 's1', nonce: 'n' }),
      await idp.logoutToken({ sid: 's1', events: {} }),
      // backchannelLogoutSessionsRequired
      await idp.logoutToken(),
    ];
    for (const token of refused) {
      const response = await logOut(first, token);
      expect([response.status, JSON.parse(response.body).error]).toEqual([400, 'invalid_request']);
    }
    expect((await browser.go('/page')).status).toBe(200);
    expect((await logOut(first, await idp.logoutToken({ sid: 's1' }))).status).toBe(200);
    expect((await browser.go('/page')).status).toBe(302);
  });

  it('are not taken for ended while the Redis is away', async () => {
    const { port, stop } = await redis();
    const idp = await startIdentityProvider({ lifetime: 3600 });
    const [first = 0] = await agents(idp, port);
    const browser = new Browser(first);
    await browser.signIn(idp);
    await stop();
    const page = await browser.go('/page');
    expect([page.status, page.headers['retry-after'], page.headers['set-cookie']]).toEqual([
      503,
      '1',
      undefined,
    ]);
    expect((await logOut(first, await idp.logoutToken())).status).toBe(400);
  });
});
