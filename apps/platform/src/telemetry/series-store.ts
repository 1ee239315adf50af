import { sql } from 'drizzle-orm';
import { SERIES_KINDS, type Figures, type getMetrics } from '@portolan/contract/telemetry';
import { z } from 'zod';
import type { ParsedInput } from '../http/input.ts';
import type { Queries } from '../db/database.ts';
import { AppError } from '../app-error.ts';
import { figuresOf, sumsRow } from './figures.ts';
import { findStep } from './steps.ts';

type Query = ParsedInput<typeof getMetrics>['query'];

const DEFAULT_POINTS = 60;
const ROWS_MAX = 20_000;

const pointRow = sumsRow.extend({
  clusterId: z.string(),
  kind: z.enum(SERIES_KINDS),
  namespace: z.string(),
  name: z.string(),
  start: z.coerce.date(),
});

interface SeriesFigures extends Pick<z.output<typeof pointRow>, 'clusterId' | 'kind' | 'namespace' | 'name'> {
  readonly points: Figures[];
}

/** Columns of one point of `p`, as `sumsRow` reads them. */
const POINT_COLUMNS = sql.raw(`p.requests, p.errors, p.client_errors as "clientErrors",
  p.response_time_sum as "responseTimeSum", p.response_time_count as "responseTimeCount", p.bytes_in as "bytesIn",
  p.bytes_out as "bytesOut", p.total as latency, p.upstream as "upstreamLatency", p.gateway as "gatewayLatency"`);

const COUNTS = `sum(p.requests) as requests, sum(p.errors) as errors, sum(p.client_errors) as "clientErrors",
  sum(p.response_time_sum) as "responseTimeSum", sum(p.response_time_count) as "responseTimeCount", sum(p.bytes_in) as "bytesIn",
  sum(p.bytes_out) as "bytesOut"`;

/**
 * Columns of the sum of points of `p`, as `sumsRow` reads them. Most parts have no histograms, and a call for each of them costs more than
 * all other sums.
 */
export const SUM_COLUMNS =
  sql.raw(`${COUNTS}, histogram_sum(p.total) filter (where p.total is not null) as latency,
  histogram_sum(p.upstream) filter (where p.upstream is not null) as "upstreamLatency",
  histogram_sum(p.gateway) filter (where p.gateway is not null) as "gatewayLatency"`);

/** The same without histograms. */
export const COUNT_COLUMNS = sql.raw(
  `${COUNTS}, null as latency, null as "upstreamLatency", null as "gatewayLatency"`,
);

/** Returns derived metrics by series, oldest first; steps without requests have no point. @throws AppError `too-large`. */
export async function readMetrics(
  db: Queries,
  workspace: string,
  clusterId: string | null,
  query: Query,
): Promise<SeriesFigures[]> {
  const { seconds, table } = findStep(query.step);
  const until = query.until === undefined ? new Date() : new Date(query.until);
  const since =
    query.since === undefined
      ? new Date(until.getTime() - DEFAULT_POINTS * seconds * 1000)
      : new Date(query.since);
  const { rows } = await db.execute(sql`
    select s.cluster_id as "clusterId", s.kind, s.namespace, s.name, p.start, ${POINT_COLUMNS}
    from metric_series s join ${sql.raw(table)} p on p.series_id = s.id
    where s.workspace_id = ${workspace} and s.divided_by = ''
      and p.start >= ${since.toISOString()}::timestamptz and p.start < ${until.toISOString()}::timestamptz
      ${clusterId === null ? sql`` : sql`and s.cluster_id = ${clusterId}`}
      ${query.kind === undefined ? sql`` : sql`and s.kind = ${query.kind}`}
      ${query.namespace === undefined ? sql`` : sql`and s.namespace = ${query.namespace}`}
      ${query.name === undefined ? sql`` : sql`and s.name = ${query.name}`}
    order by p.start limit ${ROWS_MAX + 1}`);
  if (rows.length > ROWS_MAX) {
    throw new AppError('too-large', `The query matches more than ${ROWS_MAX} data points.`, {
      fix: 'Request a shorter period, a longer step or fewer series.',
    });
  }
  const points = rows.map((row) => pointRow.parse(row));
  const bySeries = Map.groupBy(points, (row) => `${row.clusterId} ${row.kind} ${row.namespace} ${row.name}`);
  return [...bySeries.values()].flatMap((series) => {
    const [first] = series;
    if (!first) return [];
    const { clusterId: cluster, kind, namespace, name } = first;
    const figures = series.map(({ start, clusterId: _c, kind: _k, namespace: _ns, name: _n, ...sums }) =>
      figuresOf(start, seconds, sums),
    );
    return [{ clusterId: cluster, kind, namespace, name, points: figures }];
  });
}
