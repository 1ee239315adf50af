import { HistogramCounter, mergeHistograms, quantileOf, type Histogram } from '@portolan/contract/histogram';
import type { BenchReport } from '../bench.ts';

const SAMPLES = 40_000;
/** Minutes of eight gateways, whose histograms are merged. */
const PARTS = 1_440 * 8;
const SHARES = [0.5, 0.9, 0.95, 0.99, 0.999];

/** A pseudo-random number of 0 to 1 (Mulberry32), so that runs are alike. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Draw = (random: () => number) => number;

/** Times in seconds, as services have them and as they should not be. */
function distributions(): readonly Draw[] {
  const exponential: Draw = (random) => -Math.log(1 - random());
  const normal: Draw = (random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const scales = [0.002, 0.02, 0.2, 2];
  return [
    ...scales.map(
      (scale): Draw =>
        () =>
          scale,
    ),
    ...scales.map(
      (scale): Draw =>
        (random) =>
          scale * (0.5 + random()),
    ),
    ...scales.map(
      (scale): Draw =>
        (random) =>
          scale * exponential(random),
    ),
    ...scales.map(
      (scale): Draw =>
        (random) =>
          scale * Math.exp(normal(random)),
    ),
    // Two kinds of requests, and a heavy tail.
    ...scales.slice(0, 2).map(
      (scale): Draw =>
        (random) =>
          random() < 0.8 ? scale : scale * 40,
    ),
    ...scales.slice(0, 2).map(
      (scale): Draw =>
        (random) =>
          scale / (1 - random()) ** 0.7,
    ),
  ];
}

/** Returns the largest relative error of quantiles against those of the times themselves, after many histograms were merged. */
export function measureQuantiles(): BenchReport {
  let errorMax = 0;
  let orderMatters = false;
  const draws = distributions();
  for (const [at, draw] of draws.entries()) {
    const random = randomFrom(at + 1);
    // Times outside of the measured range count in the outermost bucket, which says nothing about how exact the others are.
    const times = Array.from({ length: SAMPLES }, () => Math.min(500, Math.max(0.0002, draw(random))));
    const parts = Array.from({ length: PARTS }, () => new HistogramCounter());
    for (const time of times) parts[Math.floor(random() * PARTS)]?.record(time);
    const histograms = parts.map((part) => part.toHistogram());
    const merged = mergeHistograms(histograms);
    orderMatters ||= !isEqual(merged, mergeHistograms(histograms.toReversed()));
    const sorted = Float64Array.from(times).toSorted();
    for (const share of SHARES) {
      const exact = sorted[Math.max(1, Math.ceil(share * SAMPLES)) - 1] ?? Number.NaN;
      errorMax = Math.max(errorMax, Math.abs((quantileOf(merged, share) ?? 0) / exact - 1));
    }
  }
  return {
    quantile_error_max: Math.round(errorMax * 10_000) / 10_000,
    quantile_distributions: draws.length,
    merge_order_matters: orderMatters,
  };
}

function isEqual(one: Histogram, other: Histogram): boolean {
  return one.length === other.length && one.every((count, at) => count === other[at]);
}
