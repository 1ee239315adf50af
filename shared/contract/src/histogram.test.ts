import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  BUCKET_MAX,
  BUCKET_MIN,
  bucketOf,
  countOf,
  countUpTo,
  histogram,
  HistogramCounter,
  mergeHistograms,
  quantileOf,
  upperEdge,
  type Histogram,
} from './histogram.ts';

/** A generator of numbers in [0, 1) that is the same in every run (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const random = randomNumbers(7);
const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const constant = (seconds: number) => () => seconds;
const uniform = (from: number, to: number) => () => from + random() * (to - from);
const exponential = (mean: number) => () => -mean * Math.log(1 - random());
const lognormal = (median: number, sigma: number) => () => median * Math.exp(sigma * normal());
const pareto = (from: number, alpha: number) => () => from / (1 - random()) ** (1 / alpha);
const mixed = (share: number, one: () => number, other: () => number) => () =>
  random() < share ? one() : other();

const DISTRIBUTIONS: Record<string, () => number> = {
  'always 1 ms': constant(0.001),
  'always 100 ms': constant(0.1),
  'always 250 ms, an edge': constant(0.25),
  'always 1 s, an edge': constant(1),
  'always just above an edge': constant(0.25 * 1.0000001),
  'always 30 s': constant(30),
  'uniform around a millisecond': uniform(0.0005, 0.0015),
  'uniform up to a second': uniform(0.001, 1),
  'uniform, 100 to 101 ms': uniform(0.1, 0.101),
  'exponential, 20 ms': exponential(0.02),
  'exponential, 2 s': exponential(2),
  'lognormal, narrow': lognormal(0.05, 0.2),
  'lognormal, wide': lognormal(0.05, 1.5),
  'heavy tail, alpha 1.1': pareto(0.005, 1.1),
  'heavy tail, alpha 2': pareto(0.05, 2),
  'bimodal: cache and database': mixed(0.9, uniform(0.0008, 0.0012), uniform(0.4, 0.6)),
  'bimodal: half and half': mixed(0.5, constant(0.01), constant(1)),
  'rare time-outs': mixed(0.995, exponential(0.03), constant(30)),
  'two constants near an edge': mixed(0.5, constant(0.4999), constant(0.5001)),
  'three decades': () => 10 ** uniform(-3, 0)(),
};

test.each(Object.entries(DISTRIBUTIONS))('quantiles of %s are within 4.5 %%', (_name, draw) => {
  const times = Array.from({ length: 20_000 }, () => Math.min(600, Math.max(1e-4, draw())));
  const counter = new HistogramCounter();
  for (const time of times) counter.record(time);
  const exact = times.toSorted((a, b) => a - b);
  const counted = counter.toHistogram();
  for (const share of [0.01, 0.5, 0.9, 0.95, 0.99, 0.999]) {
    const expected = exact[Math.ceil(share * exact.length) - 1] ?? Number.NaN;
    expect(Math.abs((quantileOf(counted, share) ?? 0) / expected - 1)).toBeLessThan(0.045);
  }
});

test('a day of minutes of eight gateways adds up to the same bytes in any order', () => {
  const whole = new HistogramCounter();
  const parts = Array.from({ length: 1440 * 8 }, () => {
    const part = new HistogramCounter();
    for (let at = 0; at < 3; at++) {
      const seconds = lognormal(0.05, 1)();
      whole.record(seconds);
      part.record(seconds);
    }
    return part.toHistogram();
  });
  const expected = JSON.stringify(whole.toHistogram());
  const shuffled = parts
    .map((part) => ({ part, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ part }) => part);
  for (const order of [parts, parts.toReversed(), shuffled])
    expect(JSON.stringify(mergeHistograms(order))).toBe(expected);
  let pairs: Histogram[] = shuffled;
  while (pairs.length > 1)
    pairs = Array.from({ length: Math.ceil(pairs.length / 2) }, (_, at) =>
      mergeHistograms(pairs.slice(at * 2, at * 2 + 2)),
    );
  expect(JSON.stringify(pairs[0])).toBe(expected);
});

test('a time lies between the edges of its bucket, the upper one included', () => {
  fc.assert(
    fc.property(fc.double({ min: 1.1e-4, max: 599, noNaN: true }), (seconds) => {
      const index = bucketOf(seconds);
      expect(seconds).toBeLessThanOrEqual(upperEdge(index) * (1 + 1e-15));
      expect(seconds).toBeGreaterThan(upperEdge(index - 1) * (1 - 1e-15));
    }),
  );
  expect([0.25, 0.5, 1, 2].map((edge) => upperEdge(bucketOf(edge)))).toEqual([0.25, 0.5, 1, 2]);
  expect(bucketOf(0.25 * (1 + 1e-15))).toBe(bucketOf(0.25) + 1);
});

test('times that no request takes are counted at the ends', () => {
  expect([0, -1, Number.NaN, 1e-9, 5e-324].map(bucketOf)).toEqual(Array(5).fill(BUCKET_MIN));
  expect([601, 1e9, Number.POSITIVE_INFINITY].map(bucketOf)).toEqual(Array(3).fill(BUCKET_MAX));
});

test('counts up to a threshold are exact at powers of two', () => {
  const counter = new HistogramCounter();
  for (const seconds of [0.1, 0.25, 0.2500001, 0.4, 0.5, 3]) counter.record(seconds);
  const counted = counter.toHistogram();
  expect([0.25, 0.5, 1, 4].map((threshold) => countUpTo(counted, threshold))).toEqual([2, 5, 5, 6]);
  expect([countOf(counted), countOf([]), quantileOf([], 0.5)]).toEqual([6, 0, null]);
});

test('what no agent counts is refused', () => {
  const refused = [[0, -1], [BUCKET_MAX, 1, 1], [BUCKET_MIN - 1, 1], [0.5, 1], Array(200).fill(1)];
  for (const value of refused) expect(histogram.safeParse(value).success).toBe(false);
  for (const value of [[], [BUCKET_MAX, 1], [-40, 1, 0, 7]])
    expect(histogram.safeParse(value).success).toBe(true);
});
