import type { Figures } from '@portolan/contract/telemetry';
import { formatBytes, formatMs, formatNumber } from './format.ts';

/** A share as people read it: `0.4 %`. */
export function formatPercent(ratio: number): string {
  return `${formatNumber(Math.round(ratio * 10_000) / 100)} %`;
}

export function formatSecondsAsMs(seconds: number | null): string {
  return formatMs(seconds === null ? null : seconds * 1000);
}

/** How a figure changed against the period before: `+12 %`; empty without one to compare with. */
export function formatChange(now: number, before: number | undefined): string {
  if (before === undefined || before === 0) return now === 0 || before === undefined ? '' : 'new';
  const percent = Math.round((now / before - 1) * 100);
  return percent === 0 ? '±0 %' : `${percent > 0 ? '+' : '−'}${formatNumber(Math.abs(percent))} %`;
}

interface FigureWords {
  readonly title: string;
  readonly value: (figures: Figures) => number | null;
  readonly text: (figures: Figures) => string;
}

const figure = (
  title: string,
  value: FigureWords['value'],
  format: (value: number) => string = formatNumber,
): FigureWords => ({
  title,
  value,
  text: (figures) => {
    const number = value(figures);
    return number === null ? '–' : format(number);
  },
});

/** Everything that is measured of requests, in the order it is shown in, by every front end. */
export const FIGURES: readonly FigureWords[] = [
  figure('Requests per second', (of) => of.requestsPerSecond),
  figure('Request errors per second', (of) => of.errorsPerSecond),
  figure('Request error percent', (of) => of.errorRatio, formatPercent),
  figure('Request client errors per second', (of) => of.clientErrorsPerSecond),
  figure('Request client error percent', (of) => of.clientErrorRatio, formatPercent),
  figure('Average response time', (of) => of.averageResponseTime, formatSecondsAsMs),
  figure('Response time p50', (of) => of.p50, formatSecondsAsMs),
  figure('Response time p90', (of) => of.p90, formatSecondsAsMs),
  figure('Response time p95', (of) => of.p95, formatSecondsAsMs),
  figure('Response time p99', (of) => of.p99, formatSecondsAsMs),
  figure('Upstream response time p99', (of) => of.upstreamP99, formatSecondsAsMs),
  figure('Gateway overhead p99', (of) => of.gatewayP99, formatSecondsAsMs),
  figure('Requests', (of) => of.requests),
  figure('Request errors', (of) => of.errors),
  figure('Request client errors', (of) => of.clientErrors),
  figure(
    'Response time sum',
    (of) => of.responseTimeSum,
    (seconds) => `${formatNumber(seconds)} s`,
  ),
  figure('Response time count', (of) => of.responseTimeCount),
  figure('Request bytes', (of) => of.bytesIn, formatBytes),
  figure('Response bytes', (of) => of.bytesOut, formatBytes),
];
