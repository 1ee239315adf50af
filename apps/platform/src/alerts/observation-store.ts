import { sql } from 'drizzle-orm';
import { stepOf } from '@portolan/contract/alerts';
import { z } from 'zod';
import { sumsRow, type Sums } from '../telemetry/figures.ts';
import { SUM_COLUMNS } from '../telemetry/series-store.ts';
import { STEPS, type Step } from '../telemetry/steps.ts';
import type { Queries } from '../db/database.ts';
import { windowOf, type Observation } from './evaluate.ts';
import type { RuleRow } from './rule-store.ts';

const ruleRow = sumsRow.extend({ rule: z.string(), start: z.coerce.date() });
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
  const rows = (
    await Promise.all(
      STEPS.map((step) => {
        const ofStep = rules.filter((rule) => stepOf(rule.threshold.timeRange).step === step.step);
        return readSums(db, ofStep, { now, step });
      }),
    )
  ).flat();
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
  { now, step }: { readonly now: number; readonly step: Step },
): Promise<z.output<typeof ruleRow>[]> {
  if (rules.length === 0) return [];
  const windows = rules.map((rule) => {
    const { from, until } = windowOf(rule.threshold.timeRange, now);
    return { ...scopeOf(rule), since: new Date(from).toISOString(), until: new Date(until).toISOString() };
  });
  const { rows } = await db.execute(sql`
    select w.rule, p.start, ${SUM_COLUMNS}
    from jsonb_to_recordset(${JSON.stringify(windows)}::jsonb) as w(rule text, workspace text, cluster text, kind text,
      namespace text, name text, since timestamptz, until timestamptz)
    join metric_series s on s.workspace_id = w.workspace and (w.cluster is null or s.cluster_id = w.cluster)
      and s.divided_by = '' and s.kind = w.kind and s.namespace = w.namespace and s.name = w.name
    join ${sql.raw(step.table)} p on p.series_id = s.id and p.start >= w.since and p.start < w.until
    group by w.rule, p.start`);
  return rows.map((row) => ruleRow.parse(row));
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
