import { mergeHistograms, quantileOf, type Histogram } from '@portolan/contract/histogram';
import type { Figures } from '@portolan/contract/telemetry';
import { z } from 'zod';

/** Totals of a period. Response times in seconds. */
export interface Sums {
  readonly requests: number;
  readonly errors: number;
  readonly clientErrors: number;
  readonly responseTimeSum: number;
  readonly responseTimeCount: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly latency: Histogram;
  readonly upstreamLatency: Histogram;
  readonly gatewayLatency: Histogram;
}

export const NOTHING: Sums = {
  requests: 0,
  errors: 0,
  clientErrors: 0,
  responseTimeSum: 0,
  responseTimeCount: 0,
  bytesIn: 0,
  bytesOut: 0,
  latency: [],
  upstreamLatency: [],
  gatewayLatency: [],
};

const bigints = z
  .array(z.coerce.number())
  .nullable()
  .transform((counts) => counts ?? []);

/** Columns of summed points, as PostgreSQL returns them. */
export const sumsRow = z.object({
  requests: z.coerce.number(),
  errors: z.coerce.number(),
  clientErrors: z.coerce.number(),
  responseTimeSum: z.coerce.number(),
  responseTimeCount: z.coerce.number(),
  bytesIn: z.coerce.number(),
  bytesOut: z.coerce.number(),
  latency: bigints,
  upstreamLatency: bigints,
  gatewayLatency: bigints,
});

/** Returns the rates, ratios, averages and quantiles of totals over `seconds`. */
export function figuresOf(start: Date, seconds: number, sums: Sums): Figures {
  const { requests, errors, clientErrors, responseTimeSum, responseTimeCount, latency } = sums;
  return {
    timestamp: start.toISOString(),
    seconds,
    requestsPerSecond: requests / seconds,
    errorsPerSecond: errors / seconds,
    errorRatio: requests === 0 ? 0 : errors / requests,
    clientErrorsPerSecond: clientErrors / seconds,
    clientErrorRatio: requests === 0 ? 0 : clientErrors / requests,
    averageResponseTime: responseTimeCount === 0 ? null : responseTimeSum / responseTimeCount,
    p50: quantileOf(latency, 0.5),
    p90: quantileOf(latency, 0.9),
    p95: quantileOf(latency, 0.95),
    p99: quantileOf(latency, 0.99),
    upstreamP99: quantileOf(sums.upstreamLatency, 0.99),
    gatewayP99: quantileOf(sums.gatewayLatency, 0.99),
    ...sums,
    latency: [...latency],
    upstreamLatency: [...sums.upstreamLatency],
    gatewayLatency: [...sums.gatewayLatency],
  };
}

/** Returns the sum of totals. */
export function addSums(all: readonly Sums[]): Sums {
  const add = (of: (sums: Sums) => number): number => all.reduce((sum, one) => sum + of(one), 0);
  return {
    requests: add((one) => one.requests),
    errors: add((one) => one.errors),
    clientErrors: add((one) => one.clientErrors),
    responseTimeSum: add((one) => one.responseTimeSum),
    responseTimeCount: add((one) => one.responseTimeCount),
    bytesIn: add((one) => one.bytesIn),
    bytesOut: add((one) => one.bytesOut),
    latency: mergeHistograms(all.map((one) => one.latency)),
    upstreamLatency: mergeHistograms(all.map((one) => one.upstreamLatency)),
    gatewayLatency: mergeHistograms(all.map((one) => one.gatewayLatency)),
  };
}
