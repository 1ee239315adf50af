import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { alertThreshold, pointsIn, stepOf, type AlertThreshold } from '@portolan/contract/alerts';
import { NOTHING } from '../telemetry/figures.ts';
import { evaluate, windowOf, type Observation } from './evaluate.ts';

const NOON = Date.parse('2030-05-01T12:00:00Z');
const MINUTE = 60_000;
const sums = (requests: number, errors = 0, clientErrors = 0, responseTimeSum = 0) => ({
  ...NOTHING,
  requests,
  errors,
  clientErrors,
  responseTimeSum,
  responseTimeCount: requests,
});
const threshold = (over: Partial<AlertThreshold> & { above?: boolean; value?: number }): AlertThreshold => ({
  metric: over.metric ?? 'requestsPerSecond',
  condition: { above: over.above ?? true, value: over.value ?? 1 },
  occurrence: over.occurrence ?? 1,
  timeRange: over.timeRange ?? 300,
  minRequests: over.minRequests ?? 0,
  objective: over.objective ?? 99.9,
});
/** Requests in the minutes that end at noon, the last one last; null for a minute without a report. */
const minutes = (...requests: (number | null)[]): Observation => ({
  sums: new Map(
    requests.flatMap((count, i) =>
      count === null ? [] : [[NOON - (requests.length - i) * MINUTE, sums(count)] as const],
    ),
  ),
  reportedFrom: 0,
  reportedUntil: NOON + MINUTE,
});

test.each([
  [60, '1m', 1],
  [600, '1m', 10],
  [601, '10m', 1],
  [3600, '10m', 6],
  [3601, '1h', 1],
  [86_400, '1h', 24],
  [86_401, '1d', 1],
  [30 * 86_400, '1d', 30],
])('%d seconds look at %s points, %d of them', (timeRange, step, points) => {
  expect(stepOf(timeRange).step).toBe(step);
  expect(pointsIn(timeRange)).toBe(points);
});

test.each([
  ['above, often enough', threshold({ occurrence: 2 }), minutes(61, 0, 61, 0, 0), 'firing'],
  ['above, too seldom', threshold({ occurrence: 3 }), minutes(61, 0, 61, 0, 0), 'ok'],
  ['equal is not above', threshold({}), minutes(60, 60, 60, 60, 60), 'ok'],
  ['equal is not below', threshold({ above: false }), minutes(60, 60, 60, 60, 60), 'ok'],
  ['below', threshold({ above: false }), minutes(60, 60, 60, 59, 60), 'firing'],
  ['silence is below everything', threshold({ above: false, occurrence: 5 }), minutes(), 'firing'],
  ['a point before the time range', threshold({}), minutes(600, 0, 0, 0, 0, 0), 'ok'],
  ['errors', threshold({ metric: 'errorsPerSecond', value: 0.5 }), oneMinute(sums(100, 31)), 'firing'],
  ['client errors', threshold({ metric: 'clientErrorsPerSecond' }), oneMinute(sums(100, 99, 60)), 'ok'],
  ['slow', threshold({ metric: 'averageResponseTime', value: 0.2 }), oneMinute(sums(10, 0, 0, 3)), 'firing'],
  [
    'no request is not fast',
    threshold({ metric: 'averageResponseTime', above: false, value: 9 }),
    minutes(),
    'ok',
  ],
  ['nobody was heard', threshold({ above: false }), { ...minutes(), reportedUntil: 0 }, 'unknown'],
  [
    'before there was a cluster',
    threshold({ above: false }),
    { ...minutes(), reportedFrom: NOON },
    'unknown',
  ],
  [
    'part of a minute that is too much already',
    threshold({}),
    { ...oneMinute(sums(90)), reportedUntil: NOON - 1 },
    'firing',
  ],
  [
    'part of a minute that may still become more',
    threshold({ above: false, timeRange: 60 }),
    { ...oneMinute(sums(1)), reportedUntil: NOON - 1 },
    'unknown',
  ],
  [
    'an unknown minute that could not tip the scales',
    threshold({ occurrence: 3 }),
    { ...minutes(), reportedUntil: NOON - 1 },
    'ok',
  ],
] as const)('%s', (_what, rule, observation, verdict) => {
  expect(evaluate(rule, observation, NOON).verdict).toBe(verdict);
});

function oneMinute(counted: ReturnType<typeof sums>): Observation {
  return { sums: new Map([[NOON - MINUTE, counted]]), reportedFrom: 0, reportedUntil: NOON + MINUTE };
}

test('the minute that is still being counted is left out, at every second of it', () => {
  const observation: Observation = {
    sums: new Map([[NOON, sums(9999)]]),
    reportedFrom: 0,
    reportedUntil: NOON + MINUTE,
  };
  for (const second of [0, 1, 30, 59]) {
    const { verdict, points } = evaluate(threshold({}), observation, NOON + second * 1000);
    expect(verdict).toBe('ok');
    expect(points.map(({ at }) => at)).not.toContain(new Date(NOON).toISOString());
  }
  expect(evaluate(threshold({}), observation, NOON + MINUTE).verdict).toBe('firing');
});

test('refuses what can never be reached, and says how many points there are', () => {
  const parsed = alertThreshold.safeParse(threshold({ occurrence: 6, timeRange: 300 }));
  expect(parsed.error?.issues).toMatchObject([
    { path: ['occurrence'], message: 'can never be reached: 300 seconds hold 5 points of 1m' },
  ]);
});

const anyThreshold = fc
  .record({
    metric: fc.constantFrom('requestsPerSecond', 'errorsPerSecond', 'averageResponseTime'),
    above: fc.boolean(),
    value: fc.double({ min: 0, max: 5, noNaN: true }),
    timeRange: fc.integer({ min: 60, max: 30 * 86_400 }),
    part: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ metric, above, value, timeRange, part }) =>
    threshold({
      metric,
      above,
      value,
      timeRange,
      occurrence: 1 + Math.floor(part * (pointsIn(timeRange) - 1)),
    }),
  );
const anyMoment = fc.integer({ min: NOON, max: NOON + 400 * 86_400_000 });
const anySums = fc
  .tuple(fc.nat(600), fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 60, noNaN: true }))
  .map(([requests, bad, time]) => sums(requests, Math.floor(requests * bad), 0, requests === 0 ? 0 : time));
const world = fc
  .tuple(anyThreshold, anyMoment, fc.array(fc.option(anySums), { maxLength: 40 }))
  .map(([rule, now, counted]) => {
    const { from, until } = windowOf(rule, now);
    const stepMs = stepOf(rule.timeRange).seconds * 1000;
    const known = new Map(
      counted.flatMap((one, i) => (one === null ? [] : [[until - (i - 2) * stepMs, one] as const])),
    );
    return { rule, now, from, until, stepMs, known };
  });

test('points are whole steps of the window, in order, and the verdict follows from them', () => {
  fc.assert(
    fc.property(world, ({ rule, now, from, until, stepMs, known }) => {
      const { verdict, points } = evaluate(rule, { sums: known, reportedFrom: 0, reportedUntil: until }, now);
      const starts = points.map(({ at }) => Date.parse(at));
      expect(starts).toEqual(starts.toSorted((a, b) => a - b));
      for (const start of starts) {
        expect(start % stepMs).toBe(0);
        expect(start).toBeGreaterThanOrEqual(from);
        expect(start + stepMs).toBeLessThanOrEqual(now);
      }
      const { above, value } = rule.condition;
      const passed = points.filter((point) => (above ? point.value > value : point.value < value)).length;
      expect(verdict).toBe(passed >= rule.occurrence ? 'firing' : 'ok');
    }),
  );
});

test('what is found while agents are away still holds when all is known', () => {
  fc.assert(
    fc.property(world, fc.nat(40), anySums, ({ rule, now, until, stepMs, known }, back, late) => {
      const reportedUntil = until - back * stepMs;
      const early = new Map([...known].filter(([start]) => start + stepMs <= reportedUntil));
      const before = evaluate(rule, { sums: early, reportedFrom: 0, reportedUntil }, now);
      // Whatever comes late, also where nothing was.
      const all = new Map(early);
      for (let start = reportedUntil; start < until; start += stepMs)
        all.set(start, known.get(start) ?? late);
      const after = evaluate(rule, { sums: all, reportedFrom: 0, reportedUntil: until }, now);
      if (before.verdict !== 'unknown') expect(after.verdict).toBe(before.verdict);
    }),
  );
});
