import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { freePort, hasRedis, startRedis } from '../testing/redis.ts';
import { ingressRoute, pluginRoute, startV3 } from '../testing/v3-cluster.ts';

const limit = (port: number, options: string, store = ''): string =>
  pluginRoute(
    `{distributedRateLimit: {${options}, store: {redis: {endpoints: ["127.0.0.1:${port}"]${store}}}}}`,
  );

async function redis(...more: readonly string[]): Promise<number> {
  const port = await freePort();
  const server = startRedis(port, ...more);
  onTestFinished(() => server.stop());
  return port;
}

describe.runIf(hasRedis)('distributedRateLimit', () => {
  it('counts for all agents and routes together, and says what is left', async () => {
    const port = await redis();
    const yaml =
      limit(port, 'limit: 3, period: 1h, burst: 3, responseHeaders: true') +
      ingressRoute('b', 'PathPrefix(`/b`)', '', '      middlewares: [{name: m}]');
    const [one, two] = [await startV3(yaml), await startV3(yaml)];
    // The server may take a moment to start.
    await vi.waitFor(
      async () => expect((await one.ask({})).headers['x-rate-limit-remaining']).toBe('2'),
      10_000,
    );
    await vi.waitFor(() => expect(two.logs.join('')).toContain('middleware.store.up'), 10_000);
    expect((await two.ask({})).status).toBe(200);
    const last = await one.ask({ path: '/b' });
    expect(last.headers).toMatchObject({
      'x-rate-limit-remaining': '0',
      'x-rate-limit-limit': '3',
      'x-rate-limit-period': '3600',
      'x-rate-limit-reset': '3600',
    });
    for (const agent of [one, two]) {
      const refused = await agent.ask({});
      expect([refused.status, refused.headers['x-rate-limit-remaining']]).toEqual([429, '0']);
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(1000);
    }
  });

  it('counts each source apart, with the password of a Secret, in a database of its choice', async () => {
    const port = await redis('--requirepass', 'hush');
    const { ask, logs } = await startV3(
      `${limit(port, 'limit: 1, period: 1h, sourceCriterion: {requestHeaderName: X-User}', ', password: "urn:k8s:secret:redis:pass", database: 3, timeout: 2s')}
---
apiVersion: v1
kind: Secret
metadata: {name: redis, namespace: city}
stringData: {pass: hush}
`,
    );
    await vi.waitFor(() => expect(logs.join('')).toContain('middleware.store.up'), 10_000);
    const as = async (user: string): Promise<number> => (await ask({ headers: { 'x-user': user } })).status;
    expect([await as('ann'), await as('ann'), await as('bob')]).toEqual([200, 429, 200]);
    expect((await ask({ headers: { 'x-user': 'eve' } })).headers['x-rate-limit-remaining']).toBeUndefined();
  });

  it('does not refuse what comes while it connects for the first time', async () => {
    const port = await redis();
    await vi.waitFor(async () => {
      const probe = await startV3(limit(port, 'limit: 1, period: 1h'));
      expect((await probe.ask({ headers: {} })).status).not.toBe(500);
      expect(probe.logs.join('')).toContain('middleware.store.up');
    }, 10_000);
    const { ask } = await startV3(limit(port, 'limit: 1000, burst: 1000'));
    expect((await ask({})).status).toBe(200);
  });

  it.each([
    ['true', 429],
    ['false', 200],
  ])('while the store is away, with denyOnError: %s', async (denyOnError, status) => {
    const { ask } = await startV3(
      limit(await freePort(), `limit: 1, denyOnError: ${denyOnError}`, ', timeout: 100ms'),
    );
    for (let i = 0; i < 2; i++) expect((await ask({})).status).toBe(status);
  });

  it('closes its connection when no route uses it any more', async () => {
    const port = await redis();
    const { apply, logs, ask } = await startV3(limit(port, 'limit: 5'));
    await vi.waitFor(() => expect(logs.join('')).toContain('middleware.store.up'), 10_000);
    apply(pluginRoute('{httpCache: {}}'));
    expect((await ask({})).status).toBe(200);
    apply(limit(port, 'limit: 5'));
    await vi.waitFor(() => expect(logs.filter((line) => line.includes('store.up'))).toHaveLength(2), 10_000);
  });

  it('is no limit with a limit of 0', async () => {
    const { ask } = await startV3(limit(await freePort(), 'limit: 0'));
    for (let i = 0; i < 3; i++) expect((await ask({})).status).toBe(200);
  });
});
