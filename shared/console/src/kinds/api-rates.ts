import type { ApiView } from '@portolan/contract/resources';
import type { Figures } from '@portolan/contract/telemetry';
import type { ChangeMarker } from '@portolan/contract/metrics-top';
import type { Block } from './block.ts';
import { changesBlock, marksOf } from './change-marks.ts';
import { formatPercent, formatSecondsAsMs } from './figure-words.ts';
import { formatBytes, formatMs, formatNumber } from './format.ts';
import type { Column } from './kind.ts';
import { lastMinutes } from './minutes.ts';

const MINUTES = 30;
const MINUTE_MS = 60_000;

type Rate = keyof ApiView['rate'];

const rate = (
  id: string,
  title: string,
  [of, text]: readonly [Rate, (value: number) => string],
  more: Partial<Column<ApiView>> = {},
): Column<ApiView> => ({
  id,
  title,
  type: text === formatMs ? 'duration' : 'number',
  value: (row) => row.rate[of],
  text: (row) => {
    const value = row.rate[of];
    return value === null ? '–' : text(value);
  },
  right: true,
  ...more,
});

const perSecond = (bytes: number): string => `${formatBytes(bytes)}/s`;

/** Figures of an API's last complete minute. */
export const rateColumns: readonly Column<ApiView>[] = [
  rate('rps', 'RPS', ['requestsPerSecond', formatNumber]),
  rate('errors', '5xx/s', ['errorsPerSecond', formatNumber], {
    drop: 1,
    tone: (row) => (row.rate.errorsPerSecond > 0 ? 'bad' : 'plain'),
  }),
  rate('avg', 'AVG', ['averageResponseMs', formatMs], { drop: 5 }),
  rate('p99Ms', 'P99', ['p99Ms', formatMs], { drop: 2 }),
  rate('errorRatio', '5xx %', ['errorRatio', formatPercent], { wide: true }),
  rate('clientErrorsPerSecond', '4xx/s', ['clientErrorsPerSecond', formatNumber], { wide: true }),
  rate('clientErrorRatio', '4xx %', ['clientErrorRatio', formatPercent], { wide: true }),
  rate('p50Ms', 'P50', ['p50Ms', formatMs], { wide: true }),
  rate('p95Ms', 'P95', ['p95Ms', formatMs], { wide: true }),
  rate('requests', 'REQUESTS', ['requests', formatNumber], { wide: true }),
  rate('bytesIn', 'IN', ['bytesInPerSecond', perSecond], { wide: true }),
  rate('bytesOut', 'OUT', ['bytesOutPerSecond', perSecond], { wide: true }),
];

/** What was read of an API for its charts. */
export interface RateParts {
  readonly points: readonly Figures[];
  /** Changes of the last half hour that touched the API. */
  readonly changes: readonly ChangeMarker[];
}

/** Charts of an API's last half hour, with marks where something changed; none until its points were read. */
export function rateBlocks(parts: RateParts | null, now: number): readonly Block[] {
  if (parts === null) return [];
  const { points, changes } = parts;
  if (points.length === 0)
    return [{ type: 'note', tone: 'dim', text: 'No requests in the last 30 minutes.' }];
  const first = (Math.floor(now / MINUTE_MS) - MINUTES) * MINUTE_MS;
  const marks = marksOf(changes, { from: first, stepMs: MINUTE_MS, count: MINUTES });
  const minutes = lastMinutes(points, (point) => point.timestamp, { now, count: MINUTES });
  const errors = points.reduce((sum, point) => sum + point.errors, 0);
  const clientErrors = points.reduce((sum, point) => sum + point.clientErrors, 0);
  const requests = points.reduce((sum, point) => sum + point.requests, 0);
  const chart = (
    title: string,
    value: (point: Figures) => number | null,
    text: (value: number) => string,
  ): Block => {
    const values = minutes.map((point) => (point === null ? 0 : (value(point) ?? 0)));
    return {
      type: 'spark',
      title: `${title}, 30 min`,
      values,
      caption: `last ${text(values.at(-1) ?? 0)}, highest ${text(Math.max(...values))}`,
      axis: { from: '−30 min', until: 'now', highest: text(Math.max(...values)) },
      marks,
    };
  };
  return [
    chart('Requests per second', (point) => point.requestsPerSecond, formatNumber),
    chart('Response time p99', (point) => point.p99 ?? point.averageResponseTime, formatSecondsAsMs),
    chart('Upstream p99', (point) => point.upstreamP99, formatSecondsAsMs),
    {
      type: 'note',
      tone: errors > 0 ? 'bad' : 'dim',
      text: `${formatNumber(requests)} requests, ${formatNumber(errors)} errors, ${formatNumber(clientErrors)} client errors`,
    },
    ...(changes.length === 0 ? [] : [changesBlock('Changes marked in the charts', changes)]),
  ];
}
