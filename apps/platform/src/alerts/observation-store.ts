import { sql } from 'drizzle-orm';
import { EVERY } from '@portolan/contract/alerts';
import { z } from 'zod';
import { sumsRow } from '../telemetry/figures.ts';
import { SUM_COLUMNS } from '../telemetry/series-store.ts';
import { STEPS, type Step } from '../telemetry/steps.ts';
import type { Queries } from '../db/database.ts';
import { stepOfRule, windowOf, type Observation } from './evaluate.ts';
import type { RuleRow } from './rule-store.ts';

const ruleRow = sumsRow.extend({ rule: z.string(), subject: z.string(), start: z.coerce.date() });
const reportingRow = z.object({
  rule: z.string(),
  from: z.coerce.date().nullable(),
  until: z.coerce.date().nullable(),
});

/**
 * Returns the observations for each rule over its time range by subject, with a constant number of queries. A rule that names
 * one object has that one, also without requests; one for every object has those that had any.
 */
export async function observe(
  db: Queries,
  rules: readonly RuleRow[],
  now: number,
): Promise<ReadonlyMap<string, ReadonlyMap<string, Observation>>> {
  const rows: z.output<typeof ruleRow>[] = [];
  for (const step of STEPS) {
    const ofStep = rules.filter((rule) => stepOfRule(rule.threshold).step === step.step);
    rows.push(...(await readSums(db, ofStep, { now, step })));
  }
  const heard = new Map((await readReporting(db, rules)).map((row) => [row.rule, row]));
  return new Map(
    rules.map((rule) => {
      const { from = null, until = null } = heard.get(rule.id) ?? {};
      const reported = {
        reportedFrom: from?.getTime() ?? Number.POSITIVE_INFINITY,
        reportedUntil: until?.getTime() ?? 0,
      };
      const bySubject = Map.groupBy(
        rows.filter((row) => row.rule === rule.id),
        ({ subject }) => subject,
      );
      if (rule.target !== EVERY && bySubject.size === 0) bySubject.set(subjectOf(rule), []);
      return [
        rule.id,
        new Map(
          [...bySubject].map(([subject, points]) => [
            subject,
            { sums: new Map(points.map(({ start, ...sums }) => [start.getTime(), sums])), ...reported },
          ]),
        ),
      ];
    }),
  );
}

function subjectOf({ namespace, target }: RuleRow): string {
  return namespace === '' ? target : `${namespace}/${target}`;
}

async function readSums(
  db: Queries,
  rules: readonly RuleRow[],
  { now, step }: { readonly now: number; readonly step: Step },
): Promise<z.output<typeof ruleRow>[]> {
  if (rules.length === 0) return [];
  const windows = rules.map((rule) => {
    const { from, until } = windowOf(rule.threshold, now);
    return { ...scopeOf(rule), since: new Date(from).toISOString(), until: new Date(until).toISOString() };
  });
  const { rows } = await db.execute(sql`
    select w.rule, s.namespace || '/' || s.name as subject, p.start, ${SUM_COLUMNS}
    from jsonb_to_recordset(${JSON.stringify(windows)}::jsonb) as w(rule text, workspace text, cluster text, kind text,
      namespace text, name text, since timestamptz, until timestamptz)
    join metric_series s on s.workspace_id = w.workspace and (w.cluster is null or s.cluster_id = w.cluster)
      and s.divided_by = '' and s.kind = w.kind
      and case when w.name = ${EVERY} then w.namespace in ('', s.namespace) else s.namespace = w.namespace and s.name = w.name end
    join ${sql.raw(step.table)} p on p.series_id = s.id and p.start >= w.since and p.start < w.until
    group by w.rule, subject, p.start`);
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

interface PastScope {
  readonly workspace: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly clusterId: string | null;
}

const pastRow = sumsRow.extend({ subject: z.string(), start: z.coerce.date() });

/** Returns the sums of a period by subject and the start of their step, in epoch milliseconds. */
export async function observePast(
  db: Queries,
  { workspace, kind, namespace, name, clusterId }: PastScope,
  { step, from, until }: { readonly step: Step; readonly from: number; readonly until: number },
): Promise<ReadonlyMap<string, Observation['sums']>> {
  const { rows } = await db.execute(sql`
    select s.namespace || '/' || s.name as subject, p.start, ${SUM_COLUMNS}
    from metric_series s join ${sql.raw(step.table)} p on p.series_id = s.id
    where s.workspace_id = ${workspace} and s.divided_by = '' and s.kind = ${kind}
      and p.start >= ${new Date(from).toISOString()}::timestamptz and p.start < ${new Date(until).toISOString()}::timestamptz
      ${name === EVERY ? sql`` : sql`and s.name = ${name}`}
      ${name === EVERY && namespace === '' ? sql`` : sql`and s.namespace = ${namespace}`}
      ${clusterId === null ? sql`` : sql`and s.cluster_id = ${clusterId}`}
    group by subject, p.start`);
  const bySubject = Map.groupBy(
    rows.map((row) => pastRow.parse(row)),
    ({ subject }) => subject,
  );
  return new Map(
    [...bySubject].map(([subject, points]) => [
      subject,
      new Map(points.map(({ start, subject: _subject, ...sums }) => [start.getTime(), sums])),
    ]),
  );
}
