import { fork } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { pino } from 'pino';
import { freePort, hasRedis, startRedis } from '../testing/redis.ts';
import { Limiter } from './limiter.ts';
import { bucketKey, MemoryBuckets, type Buckets } from './buckets.ts';
import { RedisBuckets } from './redis-buckets.ts';

interface Backend {
  /** Two views of one store: two agents, or for memory the same one twice. */
  readonly agents: readonly [Buckets, Buckets];
  close(): Promise<void>;
}

async function memory(): Promise<Backend> {
  const buckets = new MemoryBuckets();
  return { agents: [buckets, buckets], close: () => Promise.resolve() };
}

async function redis(): Promise<Backend> {
  const port = await freePort();
  const server = startRedis(port);
  const url = `redis://127.0.0.1:${port}`;
  const make = async (): Promise<RedisBuckets> => {
    const buckets = new RedisBuckets(url, () => undefined);
    await vi.waitFor(() => buckets.take('probe', { limit: 1000, periodMs: 1000 }), 10_000);
    return buckets;
  };
  const agents: [RedisBuckets, RedisBuckets] = [await make(), await make()];
  return {
    agents,
    async close() {
      for (const agent of agents) agent.close();
      await server.stop();
    },
  };
}

describe.each([
  ['memory', memory, true],
  ['Redis', redis, hasRedis],
] as const)('token buckets in %s', (_name, open, isHere) => {
  describe.runIf(isHere)('conform', () => {
    let backend: Backend;
    let key = 0;
    const fresh = (): string => `key-${(key += 1)}`;
    beforeAll(async () => void (backend = await open()));
    afterAll(() => backend.close());

    it('gives out its capacity at once, then refuses and says when to come back', async () => {
      const rule = { limit: 3, periodMs: 60_000 };
      const name = fresh();
      const takes = [];
      for (let i = 0; i < 5; i++) takes.push(await backend.agents[0].take(name, rule));
      expect(takes.map(({ isAllowed, remaining }) => [isAllowed, remaining])).toEqual([
        [true, 2],
        [true, 1],
        [true, 0],
        [false, 0],
        [false, 0],
      ]);
      const { retryAfterMs, resetMs } = takes[4]!;
      expect(retryAfterMs).toBeGreaterThan(19_000);
      expect(retryAfterMs).toBeLessThanOrEqual(20_000);
      expect(resetMs).toBeGreaterThan(59_000);
    });

    it('gives a token back after its share of the period, and no sooner', async () => {
      const rule = { limit: 2, periodMs: 1000 };
      const name = fresh();
      const [agent] = backend.agents;
      await agent.take(name, rule);
      await agent.take(name, rule);
      const refused = await agent.take(name, rule);
      expect(refused.isAllowed).toBe(false);
      const since = performance.now();
      await vi.waitFor(async () => expect((await agent.take(name, rule)).isAllowed).toBe(true), {
        interval: 10,
        timeout: 5000,
      });
      const waited = performance.now() - since;
      expect(waited).toBeGreaterThan(refused.retryAfterMs - 20);
      expect(waited).toBeLessThan(refused.retryAfterMs + 500);
    });

    it('never admits more than its capacity, whoever asks at the same time', async () => {
      const rule = { limit: 100, periodMs: 3_600_000 };
      const name = fresh();
      const takes = await Promise.all(
        Array.from({ length: 400 }, (_, i) =>
          Promise.resolve(backend.agents[i % 2 === 0 ? 0 : 1].take(name, rule)),
        ),
      );
      expect(takes.filter(({ isAllowed }) => isAllowed)).toHaveLength(100);
    });

    it.each([
      [{ limit: 1000, periodMs: 3_600_000 }, 999],
      [{ limit: 1, periodMs: 1000 }, 0],
      [{ limit: 600, periodMs: 60_000 }, 599],
    ])('applies a changed rule at once (%o)', async (changed, remaining) => {
      const [agent] = backend.agents;
      const name = fresh();
      const former = { limit: 1, periodMs: 3_600_000 };
      expect((await agent.take(bucketKey(name, former), former)).isAllowed).toBe(true);
      expect((await agent.take(bucketKey(name, former), former)).isAllowed).toBe(false);
      const take = await agent.take(bucketKey(name, changed), changed);
      expect(take).toMatchObject({ isAllowed: true, remaining });
      // Going back does not make the bucket full again.
      expect((await agent.take(bucketKey(name, former), former)).isAllowed).toBe(false);
    });

    it('keeps buckets apart', async () => {
      const rule = { limit: 1, periodMs: 60_000 };
      expect((await backend.agents[0].take(fresh(), rule)).isAllowed).toBe(true);
      expect((await backend.agents[0].take(fresh(), rule)).isAllowed).toBe(true);
    });

    it('admits nobody under a limit of 0', async () => {
      expect(await backend.agents[0].take(fresh(), { limit: 0, periodMs: 1000 })).toMatchObject({
        isAllowed: false,
        remaining: 0,
      });
    });
  });
});

describe('buckets in memory', () => {
  it('are bounded, whatever clients count by', () => {
    const buckets = new MemoryBuckets(undefined, 100);
    for (let i = 0; i < 1000; i++) buckets.take(`source ${i}`, { limit: 1, periodMs: 3_600_000 });
    expect(buckets.size).toBe(100);
  });

  it('are never emptier than empty', () => {
    let nowUs = 1e12;
    const buckets = new MemoryBuckets(() => nowUs);
    const rule = { limit: 1, periodMs: 1000 };
    buckets.take('k', rule);
    nowUs = 0;
    expect(buckets.take('k', rule).retryAfterMs).toBeLessThanOrEqual(1000);
  });
});

describe.runIf(hasRedis)('many gateways on one Redis', () => {
  const LIMIT = 5000;
  const GATEWAYS = 10;
  // So long that nothing is refilled during the test.
  const rule = { limit: LIMIT, periodMs: 30 * 86_400_000 };

  /** Processes of their own, each of which takes `count` times; returns how many were allowed in each. */
  async function takeInProcesses(url: string, count: number): Promise<readonly number[]> {
    const child = new URL('../testing/take-process.ts', import.meta.url);
    return Promise.all(
      Array.from({ length: GATEWAYS }, async () => {
        const process = fork(child, [JSON.stringify({ url, rule, count })]);
        const [allowed] = (await once(process, 'message')) as [number];
        return allowed;
      }),
    );
  }

  it('allow together what the limit says, and no more', async () => {
    const port = await freePort();
    const server = startRedis(port);
    const allowed = await takeInProcesses(`redis://127.0.0.1:${port}`, 2000);
    await server.stop();
    expect(allowed.reduce((sum, each) => sum + each, 0)).toBe(LIMIT);
  });

  it('allow at most a limit for each of them more, however often the store comes and goes', async () => {
    const port = await freePort();
    const small = { strategy: 'distributed', limit: 20, periodMs: 30 * 86_400_000 } as const;
    const limiters = Array.from(
      { length: 3 },
      () => new Limiter({ url: `redis://127.0.0.1:${port}`, onFailure: 'local' }, pino({ level: 'silent' })),
    );
    const flaps = 3;
    let allowed = 0;
    const take = async (): Promise<void> => {
      for (const limiter of limiters)
        for (let i = 0; i < 50; i++) if ((await limiter.take('k', small)).isAllowed) allowed += 1;
    };
    for (let flap = 0; flap < flaps; flap++) {
      const server = startRedis(port);
      const isUp = (): void => {
        for (const { status } of limiters) expect(status.distributed).toBe('up');
      };
      await vi.waitFor(isUp, 15_000);
      await take();
      await server.stop();
      await take();
    }
    // Without persistence the store forgets at each restart: a limit for each life of it, and one for each gateway alone.
    expect(allowed).toBe(small.limit * (flaps + limiters.length));
    for (const limiter of limiters) limiter.close();
  });
});

describe('a distributed limit without its store', () => {
  const rule = { strategy: 'distributed', limit: 1, periodMs: 60_000 } as const;
  const deadRedis = { url: 'redis://127.0.0.1:1' };

  it.each([
    ['local', [true, false]],
    ['open', [true, true]],
    ['closed', [false, false]],
  ] as const)('is decided %s when so configured, and says so', async (onFailure, expected) => {
    const logs: string[] = [];
    const limiter = new Limiter(
      { ...deadRedis, onFailure },
      pino({ level: 'info' }, { write: (line: string) => void logs.push(line) }),
    );
    const takes = [await limiter.take('k', rule), await limiter.take('k', rule)];
    expect(takes.map(({ isAllowed }) => isAllowed)).toEqual(expected);
    expect(limiter.status).toMatchObject({ distributed: 'down', onFailure, fallbacks: 2 });
    limiter.close();
  });

  it('does as it says itself, whatever the others do', async () => {
    const limiter = new Limiter({ ...deadRedis, onFailure: 'open' }, pino({ level: 'silent' }));
    const closed = await limiter.take('closed', { ...rule, onStoreFailure: 'closed' });
    const local = [
      await limiter.take('local', { ...rule, onStoreFailure: 'local' }),
      await limiter.take('local', { ...rule, onStoreFailure: 'local' }),
    ];
    expect([closed, ...local].map(({ isAllowed }) => isAllowed)).toEqual([false, true, false]);
    limiter.close();
  });

  it.runIf(hasRedis)('goes on when Redis dies and comes back', async () => {
    const port = await freePort();
    const first = startRedis(port);
    const limiter = new Limiter({ url: `redis://127.0.0.1:${port}` }, pino({ level: 'silent' }));
    await vi.waitFor(() => expect(limiter.status.distributed).toBe('up'), 10_000);
    await first.stop();
    expect((await limiter.take('k', rule)).isAllowed).toBe(true);
    expect(limiter.status.distributed).toBe('down');
    const second = startRedis(port);
    await vi.waitFor(() => expect(limiter.status.distributed).toBe('up'), 10_000);
    expect((await limiter.take('k', rule)).isAllowed).toBe(true);
    expect((await limiter.take('k', rule)).isAllowed).toBe(false);
    limiter.close();
    await second.stop();
  });
});
