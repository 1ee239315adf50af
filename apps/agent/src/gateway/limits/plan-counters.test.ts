import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { array, assert, integer, property } from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { KeptPlanCounts, planCounts } from './kept-plan-counts.ts';
import { MemoryPlanCounters, type PlanCounter, type PlanCounters, type PlanCounts } from './plan-counters.ts';
import { RedisBuckets } from './redis-buckets.ts';
import { RedisPlanCounters } from './redis-plan-counters.ts';

/** A real server, where this machine has one: `redis-server` on the PATH, or named by REDIS_SERVER. */
const REDIS = process.env['REDIS_SERVER'] ?? 'redis-server';
const hasRedis = ((): boolean => {
  try {
    execFileSync(REDIS, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

interface Backend {
  /** Two views of one store: two agents, or for memory the same one twice. */
  readonly agents: readonly [PlanCounters, PlanCounters];
  close(): Promise<void>;
}

async function memory(): Promise<Backend> {
  const counters = new MemoryPlanCounters();
  return { agents: [counters, counters], close: () => Promise.resolve() };
}

async function redis(): Promise<Backend> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  const running = spawn(REDIS, ['--port', String(port), '--bind', '127.0.0.1', '--save', ''], {
    stdio: 'ignore',
  });
  const buckets = [0, 1].map(() => new RedisBuckets(`redis://127.0.0.1:${port}`, () => undefined));
  await vi.waitFor(() => {
    for (const { client } of buckets) expect(client.status).toBe('ready');
  }, 10_000);
  const [one, two] = buckets.map(({ client, reason }) => new RedisPlanCounters(client, () => reason));
  if (one === undefined || two === undefined) throw new Error('two agents');
  return {
    agents: [one, two],
    async close() {
      for (const bucket of buckets) bucket.close();
      running.kill();
      await once(running, 'exit');
    },
  };
}

const DAY_MS = 86_400_000;
const counter = (key: string, limit: number, periodMs = DAY_MS): PlanCounter => ({ key, limit, periodMs });

describe.each([
  ['memory', memory, true],
  ['Redis', redis, hasRedis],
] as const)('counters of plans in %s', (_name, open, isHere) => {
  describe.runIf(isHere)('conform', () => {
    let backend: Backend;
    let key = 0;
    const fresh = (): string => `key-${(key += 1)}`;
    beforeAll(async () => void (backend = await open()));
    afterAll(() => backend.close());

    it('count a quota down and say when something is given back', async () => {
      const quota = counter(fresh(), 2);
      const takes = [];
      for (const agent of [...backend.agents, ...backend.agents])
        takes.push(await agent.take({ rate: null, quota }));
      expect(takes.map(({ isAllowed, quota: state }) => [isAllowed, state?.remaining])).toEqual([
        [true, 1],
        [true, 0],
        [false, 0],
        [false, 0],
      ]);
      const { retryAfterMs = 0, resetMs = 0 } = takes[2]?.quota ?? {};
      expect(retryAfterMs).toBeGreaterThan(DAY_MS - 60_000);
      expect(retryAfterMs).toBeLessThanOrEqual(DAY_MS);
      expect(resetMs).toBeGreaterThanOrEqual(retryAfterMs);
    });

    it('say what is left without counting', async () => {
      const [agent, other] = backend.agents;
      const request = { rate: counter(fresh(), 2), quota: counter(fresh(), 3) };
      const left = async () => {
        const { rate, quota } = await other.peek(request);
        return [rate?.remaining, quota?.remaining, quota?.isAllowed];
      };
      expect(await left()).toEqual([2, 3, true]);
      for (const expected of [
        [1, 2, true],
        [0, 1, true],
        [0, 1, true],
      ]) {
        await agent.take(request);
        expect([await left(), await left()]).toEqual([expected, expected]);
      }
      const none = { rate: null, quota: { ...request.quota, limit: 2 } };
      expect((await other.peek(none)).quota).toMatchObject({ isAllowed: false, remaining: 0 });
    });

    it('count neither when one refuses', async () => {
      const [agent] = backend.agents;
      const request = { rate: counter(fresh(), 1), quota: counter(fresh(), 9) };
      const takes = [await agent.take(request), await agent.take(request), await agent.take(request)];
      expect(takes.map((take) => [take.isAllowed, take.rate?.remaining, take.quota?.remaining])).toEqual([
        [true, 0, 8],
        [false, 0, 8],
        [false, 0, 8],
      ]);
      expect(takes[1]?.quota?.isAllowed).toBe(true);
      expect(takes[1]?.rate?.isAllowed).toBe(false);
      const other = { rate: counter(fresh(), 9), quota: { ...request.quota, limit: 1 } };
      expect(await agent.take(other)).toMatchObject({
        isAllowed: false,
        rate: { isAllowed: true, remaining: 9 },
        quota: { isAllowed: false, remaining: 0 },
      });
    });

    it('apply a changed rule to what was counted', async () => {
      const [agent] = backend.agents;
      const [rate, quota] = [fresh(), fresh()];
      for (let i = 0; i < 6; i++) await agent.take({ rate: counter(rate, 10), quota: counter(quota, 6) });
      expect((await agent.take({ rate: counter(rate, 10), quota: counter(quota, 6) })).isAllowed).toBe(false);
      const more = await agent.take({ rate: counter(rate, 20), quota: counter(quota, 500) });
      expect([more.rate?.remaining, more.quota?.remaining]).toEqual([13, 493]);
      const less = await agent.take({ rate: counter(rate, 3), quota: counter(quota, 2) });
      expect([less.isAllowed, less.rate?.remaining, less.quota?.remaining]).toEqual([false, 0, 0]);
    });

    it('give a quota back once its period is over, and no sooner', async () => {
      const [agent] = backend.agents;
      const quota = counter(fresh(), 1, 500);
      expect((await agent.take({ rate: null, quota })).isAllowed).toBe(true);
      const since = performance.now();
      await vi.waitFor(async () => expect((await agent.take({ rate: null, quota })).isAllowed).toBe(true), {
        interval: 10,
        timeout: 5000,
      });
      expect(performance.now() - since).toBeGreaterThan(450);
    });

    it('refuse everything of a limit of none', async () => {
      const [agent] = backend.agents;
      for (const request of [
        { rate: counter(fresh(), 0), quota: counter(fresh(), 5) },
        { rate: counter(fresh(), 5), quota: counter(fresh(), 0) },
      ])
        expect((await agent.take(request)).isAllowed).toBe(false);
    });

    it('allow together what the quota says, however many ask at once', async () => {
      const quota = counter(fresh(), 100);
      const takes = await Promise.all(
        Array.from({ length: 300 }, (_, index) =>
          backend.agents[index % 2 === 0 ? 0 : 1].take({ rate: null, quota }),
        ).map((take) => Promise.resolve(take)),
      );
      expect(takes.filter(({ isAllowed }) => isAllowed)).toHaveLength(100);
      expect(
        new Set(takes.filter(({ isAllowed }) => isAllowed).map((take) => take.quota?.remaining)).size,
      ).toBe(100);
    });
  });
});

describe('a quota', () => {
  it('lets through at most its limit within any span of its period, whatever the times', () => {
    assert(
      property(
        array(integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 200 }),
        integer({ min: 1, max: 20 }),
        integer({ min: 100, max: 5000 }),
        (pauses, limit, periodMs) => {
          let now = 1e12;
          const counters = new MemoryPlanCounters(() => now);
          const allowed: number[] = [];
          for (const pause of pauses) {
            now += pause;
            const take = counters.take({ rate: null, quota: { key: 'k', limit, periodMs } });
            if (take.isAllowed) allowed.push(now);
            const within = allowed.filter((time) => time > now - periodMs).length;
            expect(within).toBeLessThanOrEqual(limit);
            // What is given back in parts is late by no more than one of them.
            const early = allowed.filter((time) => time > now - periodMs - periodMs / 60 - 400).length;
            if (!take.isAllowed) expect(early).toBeGreaterThanOrEqual(limit);
          }
        },
      ),
    );
  });

  it('counts in few parts, however many requests there are', () => {
    let now = 0;
    const counters = new MemoryPlanCounters(() => now);
    for (let i = 0; i < 10_000; i++) {
      now += 10;
      counters.take({ rate: null, quota: counter('k', 1e9, 50_000) });
    }
    expect(counters.counts().quotas[0]?.[1].length).toBeLessThanOrEqual(62 * 3);
  });
});

describe('counts that are kept', () => {
  function file(): {
    content: string | null;
    load(): Promise<PlanCounts | null>;
    save(counts: PlanCounts): Promise<void>;
  } {
    return {
      content: null,
      async load() {
        return this.content === null ? null : planCounts.parse(JSON.parse(this.content));
      },
      async save(counts) {
        this.content = JSON.stringify(counts);
      },
    };
  }
  const request = { rate: counter('r', 10), quota: counter('q', 10) };

  it('go on after a restart, also on a clock that was set back or forth', async () => {
    for (const stepMs of [0, -3_600_000, 3_600_000]) {
      const disk = file();
      let now = 1e12;
      const before = new MemoryPlanCounters(() => now);
      const kept = await KeptPlanCounts.open(before, disk, () => undefined);
      for (let i = 0; i < 4; i++) before.take(request);
      await kept.close();
      now += stepMs;
      const after = new MemoryPlanCounters(() => now);
      const again = await KeptPlanCounts.open(after, disk, () => undefined);
      expect(after.take(request).quota?.remaining).toBe(5);
      now += DAY_MS;
      expect(after.take(request).quota?.remaining).toBe(9);
      await again.close();
    }
  });

  it('are bounded, and forget the ones used longest ago', () => {
    const counters = new MemoryPlanCounters(() => 1e12, 3);
    const take = (key: string) => counters.take({ rate: null, quota: counter(key, 5) }).quota?.remaining;
    for (const key of ['a', 'b', 'c', 'a', 'd']) take(key);
    expect(take('a')).toBe(2);
    expect(take('b')).toBe(4);
  });
});
