import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { ListQuery } from '@portolan/contract/list';
import {
  kubernetesObject,
  objectOwner,
  type Resource,
  type resourceDetail,
} from '@portolan/contract/resources';
import type { Queries, Transaction } from '../../db/database.ts';
import type { ListColumns } from '../../lists/columns.ts';
import { readPage } from '../../lists/list-page.ts';
import { querySource } from '../../lists/query-list.ts';

/** Reported objects, and objects of the platform that are not reported yet. */
const ROWS = sql`(
  select cluster_id, workspace_id, key, api_version, kind, namespace, name, labels, object, owner, urls, sequence as revision, updated_at, true as is_reported
  from resources
  union all
  select d.cluster_id, d.workspace_id, d.key, d.object ->> 'apiVersion', d.object ->> 'kind', d.object -> 'metadata' ->> 'namespace',
    d.object -> 'metadata' ->> 'name', coalesce(d.object -> 'metadata' -> 'labels', '{}'), d.object, '{"kind":"platform"}', '[]', d.revision, d.updated_at, false
  from desired_objects d
  where not exists (select 1 from resources x where x.cluster_id = d.cluster_id and x.key = d.key)
) r join clusters c on c.id = r.cluster_id`;

/** Whether a reported object of the platform differs from the desired version: an update or deletion is pending. */
const IS_OUTDATED = sql`(r.owner ->> 'kind' = 'platform' and not exists (
  select 1 from desired_objects w where w.cluster_id = r.cluster_id and w.key = r.key
    and w.object -> 'spec' is not distinct from r.object -> 'spec'))`;

/** State of an object: `refused` when it has an error, `pending` when its cluster has not applied it, else `synced`. */
export const RESOURCE_STATE = sql<Resource['state']>`case
  when exists (select 1 from problems p where p.cluster_id = r.cluster_id and p.severity = 'error' and p.kind = r.kind
    and p.name = r.name and coalesce(p.namespace, '') = coalesce(r.namespace, '')) then 'refused'
  when not r.is_reported or ${IS_OUTDATED} then 'pending'
  else 'synced' end`;

const text = { type: 'text', isSearched: true } as const;

const columns: ListColumns = {
  key: { ...text, sql: sql`r.key` },
  kind: { ...text, sql: sql`r.kind` },
  apiVersion: { type: 'text', sql: sql`r.api_version` },
  namespace: { ...text, isNullable: true, sql: sql`r.namespace` },
  name: { ...text, sql: sql`r.name` },
  cluster: { ...text, sql: sql`c.name` },
  clusterId: { type: 'text', sql: sql`r.cluster_id` },
  owner: { ...text, sql: sql`(r.owner ->> 'kind')` },
  file: { type: 'text', isNullable: true, isSearched: true, sql: sql`(r.owner ->> 'file')` },
  state: { type: 'text', sql: RESOURCE_STATE },
  revision: { type: 'number', sql: sql`r.revision` },
  updatedAt: { type: 'time', sql: sql`r.updated_at` },
  age: { type: 'time', sql: sql`r.updated_at` },
  urls: {
    type: 'texts',
    some: (test) =>
      sql`exists (select 1 from jsonb_array_elements_text(r.urls) url(value) where ${test(sql`url.value`)})`,
  },
  'label.*': (label) => ({ type: 'text', isNullable: true, sql: sql`(r.labels ->> ${label})` }),
};

const rowSchema = z.object({
  id: z.string(),
  key: z.string(),
  cluster_id: z.string(),
  cluster: z.string(),
  api_version: z.string(),
  kind: z.string(),
  namespace: z.string().nullable(),
  name: z.string(),
  labels: z.record(z.string(), z.string()),
  owner: objectOwner,
  state: z.enum(['synced', 'pending', 'refused']),
  urls: z.array(z.string()),
  revision: z.coerce.number(),
  updated_at: z.coerce.date(),
  object: kubernetesObject.optional(),
});
type Row = z.output<typeof rowSchema>;

const SELECTED = sql`r.cluster_id || ' ' || r.key as id, r.key, r.cluster_id, c.name as cluster, r.api_version, r.kind, r.namespace, r.name,
  r.labels, r.owner, ${RESOURCE_STATE} as state, r.urls, r.revision, r.updated_at`;

function viewOf(row: Row): Resource {
  return {
    key: row.key,
    clusterId: row.cluster_id,
    cluster: row.cluster,
    apiVersion: row.api_version,
    kind: row.kind,
    namespace: row.namespace,
    name: row.name,
    labels: row.labels,
    owner: row.owner,
    state: row.state,
    urls: row.urls,
    revision: row.revision,
    updatedAt: row.updated_at.toISOString(),
  };
}

/** Returns one page of a workspace's resources of all kinds. */
export function listResourcePage(tx: Transaction, workspace: string, query: ListQuery) {
  return readPage<Row, Resource>(
    tx,
    query,
    querySource(
      tx,
      { selected: SELECTED, from: ROWS, row: rowSchema },
      {
        columns,
        sort: 'key',
        id: sql`(r.cluster_id || ' ' || r.key)`,
        scope: sql`r.workspace_id = ${workspace}`,
      },
    ),
    viewOf,
  );
}

type Detail = z.output<typeof resourceDetail>;

/**
 * Returns a resource with its object: the desired version while an update is pending, else the reported one. Null when there is
 * none.
 */
export async function findResource(db: Queries, clusterId: string, key: string): Promise<Detail | null> {
  const { rows } = await db.execute(
    sql`select ${SELECTED}, (select w.revision from workspaces w where w.id = r.workspace_id) as seen_revision,
      case when ${IS_OUTDATED} then coalesce((select d.object from desired_objects d where d.cluster_id = r.cluster_id and d.key = r.key), r.object)
        else r.object end as object
    from ${ROWS} where r.cluster_id = ${clusterId} and r.key = ${key}`,
  );
  const [found] = rows;
  if (!found) return null;
  const row = rowSchema.parse(found);
  const seenRevision = z.coerce.number().parse(found['seen_revision']);
  return row.object ? { ...viewOf(row), object: row.object, seenRevision } : null;
}

/** Returns the number of a cluster's objects in each state. */
export async function countStates(
  db: Queries,
  clusterId: string,
): Promise<Record<Resource['state'], number>> {
  const { rows } = await db.execute<{ state: Resource['state']; count: number }>(
    sql`select ${RESOURCE_STATE} as state, count(*)::int as count from ${ROWS} where r.cluster_id = ${clusterId} group by 1`,
  );
  const counts = new Map(rows.map(({ state, count }) => [state, count]));
  const of = (state: Resource['state']) => counts.get(state) ?? 0;
  return { synced: of('synced'), pending: of('pending'), refused: of('refused') };
}
