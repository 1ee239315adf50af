import { sql } from 'drizzle-orm';
import type { Database } from '../../db/database.ts';

interface Filling {
  readonly table: string;
  /** Length of a step, and the time that is filled, as PostgreSQL writes intervals. */
  readonly every: string;
  readonly period: string;
  /** Which series. */
  readonly condition: string;
}

/** Copies the latest sums of each series to every step of a period. */
export async function fillSteps(db: Database, { table, every, period, condition }: Filling): Promise<void> {
  await db.execute(
    sql.raw(`insert into ${table} select p.series_id, t, p.requests, p.errors, p.client_errors, p.response_time_sum,
      p.response_time_count, p.bytes_in, p.bytes_out, p.total, p.upstream, p.gateway
      from ${table} p join metric_series s on s.id = p.series_id and ${condition},
        generate_series(date_bin('${every}', now() - interval '${period}', 'epoch'::timestamptz), now(), interval '${every}') t
      where p.start >= now() - interval '1 day' - interval '${every}'
      on conflict do nothing`),
  );
}

/** Lets the planner know what was filled, as autovacuum would have. */
export async function vacuumMetrics(db: Database): Promise<void> {
  await db.execute(sql`vacuum analyze metric_1h, metric_1d, metric_series`);
}

/** Returns the bytes of tables and indexes of a step, per point. */
export async function bytesPerPoint(db: Database, table: string): Promise<number> {
  const { rows } = await db.execute(sql`
    select (select sum(pg_total_relation_size(inhrelid)) from pg_inherits where inhparent = ${table}::regclass)
      / (select count(*) from ${sql.raw(table)}) as bytes`);
  return Math.round(Number(rows[0]?.['bytes']));
}
