import type { Figures } from '@portolan/contract/telemetry';

/** Totals of a period. Response times in seconds. */
export interface Sums {
  readonly requests: number;
  readonly errors: number;
  readonly clientErrors: number;
  readonly responseTimeSum: number;
  readonly responseTimeCount: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** Returns the rates, ratios and averages of totals over `seconds`. */
export function figuresOf(start: Date, seconds: number, sums: Sums): Figures {
  const { requests, errors, clientErrors, responseTimeSum, responseTimeCount } = sums;
  return {
    timestamp: start.toISOString(),
    seconds,
    requestsPerSecond: requests / seconds,
    errorsPerSecond: errors / seconds,
    errorRatio: requests === 0 ? 0 : errors / requests,
    clientErrorsPerSecond: clientErrors / seconds,
    clientErrorRatio: requests === 0 ? 0 : clientErrors / requests,
    averageResponseTime: responseTimeCount === 0 ? null : responseTimeSum / responseTimeCount,
    ...sums,
  };
}
