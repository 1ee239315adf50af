import { sql } from 'drizzle-orm';
import type { MinutePoint } from '@portolan/contract/telemetry';
import type { Database, Queries } from '../db/database.ts';
import type { AgentIdentity } from '@portolan/contract/agent';

/** Retention of each step. */
const KEPT = { minutes: '25 hours', '10m': '8 days', '1h': '62 days', '1d': '800 days' } as const;

/**
 * Stores minutes and adds new ones to the sums of longer steps. Idempotent: only rows that are actually inserted are added. The
 * batch is one JSON parameter sorted by key, so that concurrent batches cannot deadlock.
 */
export async function storeMinutes(
  db: Queries,
  identity: AgentIdentity,
  points: readonly MinutePoint[],
): Promise<void> {
  const rows = points
    .map(({ series, minute, ...sums }) => ({ ...series, start: minute, ...sums }))
    .toSorted(
      (a, b) =>
        compare(a.kind, b.kind) ||
        compare(a.namespace, b.namespace) ||
        compare(a.name, b.name) ||
        compare(a.start, b.start),
    );
  await db.execute(sql`
    with fresh as (
      insert into metric_points (cluster_id, workspace_id, kind, namespace, name, start, requests, errors, client_errors,
        response_time_sum, response_time_count, bytes_in, bytes_out)
      select ${identity.clusterId}, ${identity.workspace}, kind, namespace, name, date_trunc('minute', start), requests, errors,
        "clientErrors", "responseTimeSum", "responseTimeCount", "bytesIn", "bytesOut"
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as point(kind text, namespace text, name text, start timestamptz,
        requests bigint, errors bigint, "clientErrors" bigint, "responseTimeSum" float8, "responseTimeCount" bigint,
        "bytesIn" float8, "bytesOut" float8)
      on conflict do nothing
      returning *
    )
    insert into metric_rollups (cluster_id, workspace_id, kind, namespace, name, step, start, requests, errors,
      client_errors, response_time_sum, response_time_count, bytes_in, bytes_out)
    select cluster_id, workspace_id, kind, namespace, name, steps.step, date_bin(steps.width, start, 'epoch'::timestamptz) as bucket,
      sum(requests), sum(errors), sum(client_errors), sum(response_time_sum), sum(response_time_count), sum(bytes_in), sum(bytes_out)
    from fresh cross join (values ('10m', interval '10 minutes'), ('1h', interval '1 hour'), ('1d', interval '1 day')) as steps(step, width)
    group by cluster_id, workspace_id, kind, namespace, name, steps.step, bucket
    order by kind, namespace, name, steps.step, bucket
    on conflict (cluster_id, kind, namespace, name, step, start) do update set
      requests = metric_rollups.requests + excluded.requests,
      errors = metric_rollups.errors + excluded.errors,
      client_errors = metric_rollups.client_errors + excluded.client_errors,
      response_time_sum = metric_rollups.response_time_sum + excluded.response_time_sum,
      response_time_count = metric_rollups.response_time_count + excluded.response_time_count,
      bytes_in = metric_rollups.bytes_in + excluded.bytes_in,
      bytes_out = metric_rollups.bytes_out + excluded.bytes_out`);
}

/** Deletes metrics past their retention. Minutes expire by their time of arrival, so that late ones remain idempotent. */
export async function pruneMetrics(db: Database): Promise<void> {
  await db.execute(sql`delete from metric_points where received_at < now() - ${KEPT.minutes}::interval`);
  for (const step of ['10m', '1h', '1d'] as const) {
    await db.execute(
      sql`delete from metric_rollups where step = ${step} and start < now() - ${KEPT[step]}::interval`,
    );
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
