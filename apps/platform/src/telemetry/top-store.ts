import { sql, type SQL } from 'drizzle-orm';
import type { MetricGroup } from '@portolan/contract/metrics-top';
import type { Division, Label, Labels } from '@portolan/contract/telemetry';
import { z } from 'zod';
import type { Queries } from '../db/database.ts';
import { sumsRow } from './figures.ts';
import { COUNT_COLUMNS, SUM_COLUMNS } from './series-store.ts';
import type { Step } from './steps.ts';

/** Which series are summed, over which time. */
export interface Selection {
  readonly workspace: string;
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly clusterId: string | null;
  /** What traffic is divided by; null for all of it. */
  readonly division: Division | null;
  readonly labels: Labels;
  /** Whether histograms are summed too; true by default. */
  readonly withTimes?: boolean;
  readonly step: Step;
  readonly since: Date;
  readonly until: Date;
}

const groupRow = sumsRow.extend({ value: z.string() });
export type GroupSums = z.output<typeof groupRow>;

/** Returns the sums of each group, or of those with these values. */
export async function sumGroups(
  db: Queries,
  by: MetricGroup,
  selection: Selection,
  values?: readonly string[],
): Promise<GroupSums[]> {
  const value = valueOf(by, selection);
  const { rows } = await db.execute(sql`
    select ${value} as value, ${selection.withTimes === false ? COUNT_COLUMNS : SUM_COLUMNS}
    from metric_series s join ${sql.raw(selection.step.table)} p on p.series_id = s.id
    where ${conditionOf(selection)} ${values === undefined ? sql`` : sql`and ${value} = any(${sql.param(values)}::text[])`}
    group by 1`);
  return rows.map((row) => groupRow.parse(row));
}

function valueOf(by: MetricGroup, { name }: Selection): SQL {
  if (by === 'name') return sql`s.namespace || '/' || s.name`;
  if (by === 'cluster') return sql`s.cluster_id`;
  const label = sql`coalesce(s.labels ->> ${by}, '')`;
  // Many APIs have a `GET /{id}`.
  return by === 'operation' && name === undefined
    ? sql`s.namespace || '/' || s.name || ' ' || ${label}`
    : label;
}

function conditionOf(selection: Selection): SQL {
  const { workspace, kind, namespace, name, clusterId, division, labels, since, until } = selection;
  return sql`s.workspace_id = ${workspace} and s.kind = ${kind} and s.divided_by = ${division ?? ''}
    and p.start >= ${since.toISOString()}::timestamptz and p.start < ${until.toISOString()}::timestamptz
    ${namespace === undefined ? sql`` : sql`and s.namespace = ${namespace}`}
    ${name === undefined ? sql`` : sql`and s.name = ${name}`}
    ${clusterId === null ? sql`` : sql`and s.cluster_id = ${clusterId}`}
    ${Object.keys(labels).length === 0 ? sql`` : sql`and s.labels @> ${JSON.stringify(labels)}::jsonb`}`;
}

const titleRow = z.object({ id: z.string(), title: z.string() });

/** Returns what people call the values of a group, by value; those without another name are absent. */
export async function findTitles(
  db: Queries,
  workspace: string,
  by: MetricGroup,
  values: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const ids = sql`any(${sql.param(values)}::text[])`;
  const queries: Partial<Record<Label | MetricGroup, SQL>> = {
    user: sql`select id, email as title from users where workspace_id = ${workspace} and id = ${ids}`,
    key: sql`select k.id, k.name || ' of ' || u.email as title from api_keys k join users u on u.id = k.user_id
      where k.workspace_id = ${workspace} and k.id = ${ids}`,
    cluster: sql`select id, name as title from clusters where workspace_id = ${workspace} and id = ${ids}`,
  };
  const query = queries[by];
  if (query === undefined || values.length === 0) return new Map();
  const { rows } = await db.execute(query);
  return new Map(rows.map((row) => titleRow.parse(row)).map(({ id, title }) => [id, title]));
}

const inventoryRow = z.object({
  nodes: z.coerce.number(),
  gateways: z.coerce.number(),
  apis: z.coerce.number(),
});

/** Returns how much there is to measure, as agents last reported it. */
export async function countInventory(
  db: Queries,
  workspace: string,
  clusterId: string | null,
): Promise<z.output<typeof inventoryRow>> {
  const { rows } = await db.execute(sql`
    select coalesce(sum(r.nodes), 0) as nodes, coalesce(sum(r.gateways), 0) as gateways, coalesce(sum(r.apis), 0) as apis
    from agent_reports r join clusters c on c.id = r.cluster_id
    where c.workspace_id = ${workspace} ${clusterId === null ? sql`` : sql`and c.id = ${clusterId}`}`);
  return inventoryRow.parse(rows[0]);
}
