import { and, asc, eq, getTableColumns, max, sql, type SQL } from 'drizzle-orm';
import type { ChangeSet, getChangeSet } from '@portolan/contract/changes';
import type { ListQuery } from '@portolan/contract/list';
import { kubernetesObject } from '@portolan/contract/resources';
import type { RouteOutput } from '@portolan/contract/route';
import type { KubernetesObject } from '@portolan/resources/kinds/object';
import type { Queries, Transaction } from '../db/database.ts';
import { changeSetObjects, changeSets } from './schema.ts';
import { clusters } from '../clusters/schema.ts';
import type { ListColumns } from '../lists/columns.ts';
import { readPage } from '../lists/list-page.ts';
import { diffObjects } from './object-diff.ts';

const text = { type: 'text', isSearched: true } as const;

const columns: ListColumns = {
  revision: { type: 'number', sql: sql`${changeSets.revision}` },
  cluster: { ...text, sql: sql`${clusters.name}` },
  action: { ...text, sql: sql`${changeSets.action}` },
  actor: { ...text, sql: sql`${changeSets.actorName}` },
  origin: { type: 'text', sql: sql`${changeSets.origin}` },
  at: { type: 'time', sql: sql`${changeSets.at}` },
  age: { type: 'time', sql: sql`${changeSets.at}` },
  creates: { type: 'number', sql: sql`${changeSets.creates}` },
  updates: { type: 'number', sql: sql`${changeSets.updates}` },
  deletes: { type: 'number', sql: sql`${changeSets.deletes}` },
  key: {
    type: 'texts',
    some: (test) => sql`exists (
      select 1 from change_set_objects o
      where o.workspace_id = ${changeSets.workspaceId} and o.revision = ${changeSets.revision} and ${test(sql`o.key`)})`,
  },
};

function selectChangeSets(db: Queries, key: SQL<string | null>) {
  return db
    .select({
      ...getTableColumns(changeSets),
      clusterName: clusters.name,
      id: sql<string>`${changeSets.revision}::text`,
      sortKey: key,
    })
    .from(changeSets)
    .innerJoin(clusters, eq(clusters.id, changeSets.clusterId));
}

type Row = Awaited<ReturnType<typeof selectChangeSets>>[number];

/** Returns one page of a workspace's change sets, newest first. */
export function listChangeSetPage(tx: Transaction, workspace: string, query: ListQuery) {
  return readPage<Row, ChangeSet>(
    tx,
    query,
    {
      columns,
      sort: '-revision',
      id: sql`${changeSets.revision}::text`,
      scope: eq(changeSets.workspaceId, workspace),
      read: ({ where, orderBy, limit, key }) =>
        selectChangeSets(tx, key)
          .where(where)
          .orderBy(...orderBy)
          .limit(limit),
      count: async (where) => {
        const [row] = await tx
          .select({ count: sql<number>`count(*)::int` })
          .from(changeSets)
          .innerJoin(clusters, eq(clusters.id, changeSets.clusterId))
          .where(where);
        return row?.count ?? 0;
      },
    },
    changeSetView,
  );
}

/** Returns the revision of a cluster's newest change set, or null. */
export async function newestChangeSet(tx: Transaction, clusterId: string): Promise<number | null> {
  const [row] = await tx
    .select({ revision: max(changeSets.revision) })
    .from(changeSets)
    .where(eq(changeSets.clusterId, clusterId));
  return row?.revision ?? null;
}

/** Returns a change set with its changes to each object; null when there is none. */
export async function findChangeSet(
  tx: Transaction,
  workspace: string,
  revision: number,
): Promise<RouteOutput<typeof getChangeSet> | null> {
  const [row] = await selectChangeSets(tx, sql<null>`null`).where(
    and(eq(changeSets.workspaceId, workspace), eq(changeSets.revision, revision)),
  );
  if (!row) return null;
  const objects = await tx
    .select({ key: changeSetObjects.key, before: changeSetObjects.before, after: changeSetObjects.after })
    .from(changeSetObjects)
    .where(and(eq(changeSetObjects.workspaceId, workspace), eq(changeSetObjects.revision, revision)))
    .orderBy(asc(changeSetObjects.key));
  return { ...changeSetView(row), changes: objects.map(objectView) };
}

function objectView({ key, ...row }: Pick<typeof changeSetObjects.$inferSelect, 'key' | 'before' | 'after'>) {
  const before = kubernetesObject.nullable().parse(row.before);
  const after = kubernetesObject.nullable().parse(row.after);
  const fields = diffObjects(before as KubernetesObject | null, after as KubernetesObject | null);
  const change = before === null ? 'create' : after === null ? 'delete' : 'update';
  return { key, change, before, after, fields } as const;
}

function changeSetView(row: Row): ChangeSet {
  const { revision, action, restored, origin } = row;
  return {
    revision,
    cluster: { id: row.clusterId, name: row.clusterName },
    action,
    restored,
    actor: { kind: row.actorKind, id: row.actorId, name: row.actorName },
    origin,
    at: row.at.toISOString(),
    counts: { create: row.creates, update: row.updates, delete: row.deletes },
  };
}
