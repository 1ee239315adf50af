import { expect, it } from 'vitest';
import { Exemplars } from './exemplars.ts';
import { finished } from './testing/exchanges.ts';

const MINUTE_MS = 60_000;
const START = Date.UTC(2030, 0, 1);

function kept() {
  let now = START;
  const exemplars = new Exemplars(() => now);
  return { exemplars, pass: (ms: number) => (now += ms), now: () => now };
}

const operation = (path: string) => ({ operationId: null, method: 'GET', path });

it('keeps the slowest three of each operation and minute', () => {
  const { exemplars, pass } = kept();
  for (const durationMs of [5, 1, 9, 3, 7]) exemplars.offer(finished({ durationMs, startedAt: START }));
  exemplars.offer(finished({ durationMs: 2, operation: operation('/other'), startedAt: START }));
  pass(MINUTE_MS);
  exemplars.offer(finished({ durationMs: 1, startedAt: START + MINUTE_MS }));
  expect(exemplars.slowest.map(({ durationMs }) => durationMs)).toEqual([9, 7, 5, 2, 1]);
});

it('keeps the first three failing ones, of callers and of servers', () => {
  const { exemplars } = kept();
  for (const status of [200, 401, 503, 403, 404, 429, 500, 502, 504]) exemplars.offer(finished({ status }));
  expect(exemplars.failing.map(({ status }) => status)).toEqual([503, 500, 502, 401, 403, 404]);
});

it('leaves conversations out of the slowest', () => {
  const { exemplars } = kept();
  exemplars.offer(finished({ isUpgraded: true, durationMs: 3_600_000 }));
  expect(exemplars.slowest).toEqual([]);
});

it('forgets after a day', () => {
  const { exemplars, pass, now } = kept();
  exemplars.offer(finished({ status: 500, startedAt: now() }));
  pass(24 * 60 * MINUTE_MS - 1);
  expect(exemplars.failing).toHaveLength(1);
  pass(2 * MINUTE_MS);
  expect(exemplars.failing).toEqual([]);
  expect(exemplars.slowest).toEqual([]);
});

it('stays within its bounds under a flood of operations and of minutes', () => {
  const { exemplars, pass, now } = kept();
  for (let minute = 0; minute < 30; minute++) {
    for (let index = 0; index < 2_000; index++)
      exemplars.offer(finished({ status: 500, operation: operation(`/${index}`), startedAt: now() }));
    pass(MINUTE_MS);
  }
  expect(exemplars.failing.length).toBeLessThanOrEqual(5_000);
  expect(exemplars.slowest.length).toBeLessThanOrEqual(5_000);
});
