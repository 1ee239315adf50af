import { z } from 'zod';

/**
 * Times as an exponential histogram of base 2^(1/8), OpenTelemetry's scale 3 and Prometheus' schema 3: bucket i counts
 * times in (base^i, base^(i+1)] seconds, so that a quantile is off by 4.4 % at most and powers of two are edges. Histograms
 * are added bucket by bucket: the sum does not depend on the order.
 * @see https://opentelemetry.io/docs/specs/otel/metrics/data-model/#exponentialhistogram
 */
export const HISTOGRAM_SCALE = 3;
const PER_DOUBLING = 2 ** HISTOGRAM_SCALE;

/** Times below 0.1 ms count in the lowest bucket, times above 10 minutes in the highest. */
export const BUCKET_MIN = -107;
export const BUCKET_MAX = 73;
const BUCKETS = BUCKET_MAX - BUCKET_MIN + 1;

/** Index of the first bucket, then a count for each bucket; empty: nothing was measured. */
export type Histogram = readonly number[];

/** A histogram as it is sent and stored. */
export const histogram = z
  .array(z.number().int().min(BUCKET_MIN).max(Number.MAX_SAFE_INTEGER))
  .max(BUCKETS + 1)
  .refine(([first = BUCKET_MIN, ...counts]) => first + counts.length <= BUCKET_MAX + 1, {
    error: 'has buckets beyond the highest',
  })
  .refine(([, ...counts]) => counts.every((count) => count >= 0), { error: 'has a negative count' });

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
const THRESHOLDS = Float64Array.from({ length: PER_DOUBLING }, (_, at) => 2 ** (at / PER_DOUBLING));

/** Returns the index of the bucket of a time: from the bits of the double, without a logarithm. */
export function bucketOf(seconds: number): number {
  if (!(seconds > 0)) return BUCKET_MIN;
  double[0] = seconds;
  const high = words[1] ?? 0;
  const exponent = (high >>> 20) - 1023;
  words[1] = (high & 0x000f_ffff) | (1023 << 20);
  const mantissa = double[0] ?? 1;
  let above = 0;
  while (above < PER_DOUBLING && mantissa > (THRESHOLDS[above] ?? 2)) above += 1;
  return Math.min(BUCKET_MAX, Math.max(BUCKET_MIN, exponent * PER_DOUBLING + above - 1));
}

/** Returns the upper edge of a bucket, in seconds. */
export function upperEdge(index: number): number {
  return 2 ** ((index + 1) / PER_DOUBLING);
}

/** Counts times. */
export class HistogramCounter {
  readonly #counts = new Float64Array(BUCKETS);

  record(seconds: number): void {
    const at = bucketOf(seconds) - BUCKET_MIN;
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
  }

  add([first = 0, ...counts]: Histogram): void {
    for (const [offset, count] of counts.entries()) {
      const at = first + offset - BUCKET_MIN;
      this.#counts[at] = (this.#counts[at] ?? 0) + count;
    }
  }

  /** Returns what was counted, from the first bucket that counts anything to the last. */
  toHistogram(): Histogram {
    const first = this.#counts.findIndex((count) => count > 0);
    if (first < 0) return [];
    const last = this.#counts.findLastIndex((count) => count > 0);
    return [first + BUCKET_MIN, ...this.#counts.subarray(first, last + 1)];
  }
}

/** Returns the sum of histograms. */
export function mergeHistograms(histograms: Iterable<Histogram>): Histogram {
  const sum = new HistogramCounter();
  for (const one of histograms) sum.add(one);
  return sum.toHistogram();
}

/** Returns how many times were counted. */
export function countOf([, ...counts]: Histogram): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Returns the time in seconds that a share of the counted times (0–1) does not exceed, within 4.4 %; null without any. */
export function quantileOf(of: Histogram, share: number): number | null {
  const [first = 0, ...counts] = of;
  const total = countOf(of);
  if (total === 0) return null;
  const rank = Math.max(1, Math.ceil(share * total));
  let below = 0;
  const at = counts.findIndex((count) => (below += count) >= rank);
  // The geometric middle of the bucket: half a bucket from either edge.
  return 2 ** ((first + at + 0.5) / PER_DOUBLING);
}

/** Returns how many times were at most `seconds`; exact where that is an edge, else to the nearest one below. */
export function countUpTo([first = 0, ...counts]: Histogram, seconds: number): number {
  return counts.reduce(
    (sum, count, offset) => (upperEdge(first + offset) <= seconds * (1 + 1e-12) ? sum + count : sum),
    0,
  );
}
