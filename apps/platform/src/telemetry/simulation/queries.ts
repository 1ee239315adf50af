import { topMetrics } from '@portolan/contract/metrics-top';
import { getMetrics } from '@portolan/contract/telemetry';
import { sql } from 'drizzle-orm';
import type { Database, Transaction } from '../../db/database.ts';
import { enterWorkspace } from '../../db/tenancy.ts';
import { maintainPartitions } from '../partition-store.ts';
import { readMetrics } from '../series-store.ts';
import { readTop } from '../top.ts';
import { apiName, WORKSPACE } from './fleet.ts';

const DAY_MS = 86_400_000;
const RUNS = 7;

/** Fills the longer steps of all series, and returns the median time of questions that screens ask, in milliseconds. */
export async function measureQueries(db: Database): Promise<Record<string, number>> {
  const now = Date.now();
  // Partitions as a platform has them that has been running for that long.
  for (let day = 70; day >= 0; day -= 1) await maintainPartitions(db, now - day * DAY_MS);
  const hours = { table: 'metric_1h', every: '1 hour', period: '14 days' };
  await fill(db, { ...hours, condition: `s.divided_by = ''` });
  const days = { table: 'metric_1d', every: '1 day', period: '61 days' };
  await fill(db, { ...days, condition: `s.divided_by in ('', 'consumer')` });
  await db.execute(sql`vacuum analyze metric_1h, metric_1d, metric_series`);
  const since = (days: number) => new Date(now - days * DAY_MS).toISOString();
  const api = { kind: 'api', namespace: 'air', name: apiName(3, 3) } as const;
  const week = getMetrics.query.parse({ ...api, since: since(7), step: '1h' });
  const weekTotal = topMetrics.query.parse({ ...api, since: since(7) });
  const month = topMetrics.query.parse({ by: 'user', since: since(30), limit: '20' });
  return {
    p99_of_api_7d_ms: await timed(db, (tx) => readTop(tx, WORKSPACE, weekTotal)),
    series_of_api_7d_ms: await timed(db, (tx) => readMetrics(tx, WORKSPACE, null, week)),
    top_consumers_30d_ms: await timed(db, (tx) => readTop(tx, WORKSPACE, month)),
  };
}

interface Filling {
  readonly table: string;
  /** Length of a step, and the time that is filled, as PostgreSQL writes intervals. */
  readonly every: string;
  readonly period: string;
  /** Which series. */
  readonly condition: string;
}

/** Copies the latest sums of each series to every step of a period. */
async function fill(db: Database, { table, every, period, condition }: Filling): Promise<void> {
  await db.execute(
    sql.raw(`insert into ${table} select p.series_id, t, p.requests, p.errors, p.client_errors, p.response_time_sum,
      p.response_time_count, p.bytes_in, p.bytes_out, p.total, p.upstream, p.gateway
      from ${table} p join metric_series s on s.id = p.series_id and ${condition},
        generate_series(date_bin('${every}', now() - interval '${period}', 'epoch'::timestamptz), now(), interval '${every}') t
      where p.start >= now() - interval '1 day' - interval '${every}'
      on conflict do nothing`),
  );
}

async function timed(db: Database, question: (tx: Transaction) => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const startedAt = performance.now();
    await db.transaction(async (tx) => {
      await enterWorkspace(tx, WORKSPACE);
      await question(tx);
    });
    times.push(performance.now() - startedAt);
  }
  return Math.round(times.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)] ?? Number.NaN);
}
