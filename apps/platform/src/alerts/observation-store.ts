import { sql } from 'drizzle-orm';
import { stepOf } from '@portolan/contract/alerts';
import { z } from 'zod';
import type { Sums } from '../telemetry/figures.ts';
import type { Queries } from '../db/database.ts';
import { windowOf, type Observation } from './evaluate.ts';
import type { RuleRow } from './rule-store.ts';

const sumsRow = z.object({
  rule: z.string(),
  start: z.coerce.date(),
  requests: z.coerce.number(),
  errors: z.coerce.number(),
  clientErrors: z.coerce.number(),
  responseTimeSum: z.coerce.number(),
  responseTimeCount: z.coerce.number(),
  bytesIn: z.coerce.number(),
  bytesOut: z.coerce.number(),
});
const reportingRow = z.object({
  rule: z.string(),
  from: z.coerce.date().nullable(),
  until: z.coerce.date().nullable(),
});

/** Returns the observations for each rule over its time range, with a constant number of queries. */
export async function observe(
  db: Queries,
  rules: readonly RuleRow[],
  now: number,
): Promise<ReadonlyMap<string, Observation>> {
  const sums = new Map<string, Map<number, Sums>>(rules.map(({ id }) => [id, new Map()]));
  const isShort = (rule: RuleRow) => stepOf(rule.threshold.timeRange).step === '1m';
  const rows = [
    ...(await readSums(db, rules.filter(isShort), { now, table: 'minutes' })),
    ...(await readSums(
      db,
      rules.filter((rule) => !isShort(rule)),
      { now, table: 'rollups' },
    )),
  ];
  for (const { rule, start, ...counted } of rows) sums.get(rule)?.set(start.getTime(), counted);
  const heard = new Map((await readReporting(db, rules)).map((row) => [row.rule, row]));
  return new Map(
    rules.map(({ id }) => [
      id,
      {
        sums: sums.get(id) ?? new Map(),
        reportedFrom: heard.get(id)?.from?.getTime() ?? Number.POSITIVE_INFINITY,
        reportedUntil: heard.get(id)?.until?.getTime() ?? 0,
      },
    ]),
  );
}

async function readSums(
  db: Queries,
  rules: readonly RuleRow[],
  { now, table }: { readonly now: number; readonly table: 'minutes' | 'rollups' },
): Promise<z.output<typeof sumsRow>[]> {
  if (rules.length === 0) return [];
  const windows = rules.map((rule) => {
    const { from, until } = windowOf(rule.threshold.timeRange, now);
    return {
      ...scopeOf(rule),
      step: stepOf(rule.threshold.timeRange).step,
      since: new Date(from).toISOString(),
      until: new Date(until).toISOString(),
    };
  });
  // Joined by cluster, so that each window is a range of the primary key.
  const points =
    table === 'minutes'
      ? sql`metric_points p on p.cluster_id = c.id`
      : sql`metric_rollups p on p.cluster_id = c.id and p.step = w.step`;
  const { rows } = await db.execute(sql`
    select w.rule, p.start, sum(p.requests) as requests, sum(p.errors) as errors, sum(p.client_errors) as "clientErrors",
      sum(p.response_time_sum) as "responseTimeSum", sum(p.response_time_count) as "responseTimeCount",
      sum(p.bytes_in) as "bytesIn", sum(p.bytes_out) as "bytesOut"
    from jsonb_to_recordset(${JSON.stringify(windows)}::jsonb) as w(rule text, workspace text, cluster text, kind text,
      namespace text, name text, step text, since timestamptz, until timestamptz)
    join clusters c on c.workspace_id = w.workspace and (w.cluster is null or c.id = w.cluster)
    join ${points} and p.kind = w.kind and p.namespace = w.namespace and p.name = w.name and p.start >= w.since and p.start < w.until
    group by w.rule, p.start`);
  return rows.map((row) => sumsRow.parse(row));
}

/** Returns the interval in which the agents of each scope reported: for several clusters, the one common to all. */
async function readReporting(
  db: Queries,
  rules: readonly RuleRow[],
): Promise<z.output<typeof reportingRow>[]> {
  const { rows } = await db.execute(sql`
    select w.rule, min(c.created_at) as from, min(coalesce(r.last_seen_at, 'epoch')) as until
    from jsonb_to_recordset(${JSON.stringify(rules.map(scopeOf))}::jsonb) as w(rule text, workspace text, cluster text)
    join clusters c on c.workspace_id = w.workspace and (w.cluster is null or c.id = w.cluster)
    join agent_reports r on r.cluster_id = c.id
    group by w.rule`);
  return rows.map((row) => reportingRow.parse(row));
}

function scopeOf({ id, workspaceId, clusterId, kind, namespace, target }: RuleRow) {
  return { rule: id, workspace: workspaceId, cluster: clusterId, kind, namespace, name: target };
}
