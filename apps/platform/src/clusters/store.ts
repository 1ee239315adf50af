import { and, asc, eq, isNull, or, sql, type SQL } from 'drizzle-orm';
import { TUNNELS_WANTED } from '@portolan/contract/agent';
import type { Cluster } from '@portolan/contract/clusters';
import type { ListQuery } from '@portolan/contract/list';
import type { Queries, Transaction } from '../db/database.ts';
import { agentReports } from '../resources/reports/schema.ts';
import { agentCredentials, agentTokens, clusters } from './schema.ts';
import type { ListColumns } from '../lists/columns.ts';
import { readPage } from '../lists/list-page.ts';

/** Number of live tunnels below which a cluster is degraded. */
const wanted = sql<number>`coalesce(${agentReports.tunnelsWanted}, ${TUNNELS_WANTED}::int)`;
const live = sql<number>`(select count(*)::int from tunnels t where t.cluster_id = ${clusters.id} and t.state = 'live')`;
const countOf = (table: SQL) =>
  sql<number>`(select count(*)::int from ${table} x where x.cluster_id = ${clusters.id})`;
const ofKind = (kind: string) =>
  sql<number>`(select count(*)::int from resources x where x.cluster_id = ${clusters.id} and x.kind = ${kind} and x.api_version like 'hub.traefik.io/%')`;

/** Of a cluster that has never linked it is not known yet. */
const generation = sql<Cluster['generation']>`coalesce(${agentReports.generation}, 'v2')`;

const state = sql<Cluster['state']>`case
    when ${agentReports.lastSeenAt} is null then 'never-connected'
    when ${live} = 0 then 'disconnected'
    when ${live} < ${wanted} then 'degraded'
    else 'connected' end`;

function columnsOf(): ListColumns {
  const text = { type: 'text', isSearched: true } as const;
  return {
    name: { ...text, sql: sql`${clusters.name}` },
    id: { ...text, sql: sql`${clusters.id}` },
    state: { ...text, sql: state },
    agentVersion: { type: 'text', isNullable: true, sql: sql`${agentReports.agentVersion}` },
    source: { type: 'text', isNullable: true, isSearched: true, sql: sql`${agentReports.source}` },
    generation: { type: 'text', sql: generation },
    lastSeenAt: { type: 'time', isNullable: true, sql: sql`${agentReports.lastSeenAt}` },
    tunnels: { type: 'number', sql: live },
    resources: { type: 'number', sql: countOf(sql`resources`) },
    problems: { type: 'number', sql: countOf(sql`problems`) },
    apis: { type: 'number', sql: ofKind('API') },
    createdAt: { type: 'time', sql: sql`${clusters.createdAt}` },
    age: { type: 'time', sql: sql`${clusters.createdAt}` },
  };
}

function selectClusters(db: Queries, key: SQL<string | null>) {
  return db
    .select({
      id: clusters.id,
      name: clusters.name,
      createdAt: clusters.createdAt,
      state,
      live,
      wanted,
      agentVersion: agentReports.agentVersion,
      source: agentReports.source,
      generation,
      lastSeenAt: agentReports.lastSeenAt,
      nodes: agentReports.nodes,
      desired: agentReports.desiredRevision,
      applied: agentReports.appliedRevision,
      distributedRateLimitAvailable: agentReports.distributedRateLimitAvailable,
      notShared: agentReports.notShared,
      resources: countOf(sql`resources`),
      problems: countOf(sql`problems`),
      apis: ofKind('API'),
      gateways: ofKind('APIGateway'),
      sortKey: key,
    })
    .from(clusters)
    .leftJoin(agentReports, eq(agentReports.clusterId, clusters.id));
}

type Row = Awaited<ReturnType<typeof selectClusters>>[number];

function viewOf(row: Row): Cluster {
  const { id, name, state, agentVersion, source, generation, distributedRateLimitAvailable } = row;
  return {
    id,
    name,
    state,
    agentVersion,
    source,
    generation,
    lastSeenAt: row.lastSeenAt?.toISOString() ?? null,
    tunnels: { wanted: row.wanted, live: row.live },
    counts: {
      resources: row.resources,
      apis: row.apis,
      gateways: row.gateways,
      nodes: row.nodes ?? 0,
      problems: row.problems,
    },
    revision: { desired: row.desired ?? 0, applied: row.applied },
    distributedRateLimitAvailable,
    notShared: row.notShared ?? [],
    createdAt: row.createdAt.toISOString(),
  };
}

/** Returns one page of a workspace's clusters. */
export function listClusterPage(tx: Transaction, workspace: string, query: ListQuery) {
  return readPage<Row, Cluster>(
    tx,
    query,
    {
      columns: columnsOf(),
      sort: 'name',
      id: sql`${clusters.id}`,
      scope: eq(clusters.workspaceId, workspace),
      read: ({ where, orderBy, limit, key }) =>
        selectClusters(tx, key)
          .where(where)
          .orderBy(...orderBy)
          .limit(limit),
      count: async (where) => {
        const [row] = await tx
          .select({ count: sql<number>`count(*)::int` })
          .from(clusters)
          .leftJoin(agentReports, eq(agentReports.clusterId, clusters.id))
          .where(where);
        return row?.count ?? 0;
      },
    },
    viewOf,
  );
}

/** Returns a cluster by id or name; null when there is none. */
export async function findCluster(db: Queries, workspace: string, idOrName: string): Promise<Cluster | null> {
  const [row] = await selectClusters(db, sql<null>`null`).where(
    and(eq(clusters.workspaceId, workspace), or(eq(clusters.id, idOrName), eq(clusters.name, idOrName))),
  );
  return row ? viewOf(row) : null;
}

/** Returns the name of a cluster of any workspace; null when there is none. */
export async function findClusterName(db: Queries, id: string): Promise<string | null> {
  const [row] = await db.select({ name: clusters.name }).from(clusters).where(eq(clusters.id, id));
  return row?.name ?? null;
}

/** Revokes all tokens and credentials of a cluster, and permits another cluster to link with the next token. */
export async function revokeTokens(tx: Transaction, clusterId: string): Promise<void> {
  for (const table of [agentTokens, agentCredentials]) {
    await tx
      .update(table)
      .set({ revokedAt: sql`now()` })
      .where(and(eq(table.clusterId, clusterId), isNull(table.revokedAt)));
  }
  await tx.update(agentReports).set({ clusterUid: null }).where(eq(agentReports.clusterId, clusterId));
}

/** What other capabilities need of a cluster. */
export type ClusterSummary = Pick<Cluster, 'id' | 'name' | 'generation'>;

/** Returns a workspace's clusters, by name; up to `limit` where that is given. */
export function listClusterSummaries(
  db: Queries,
  workspace: string,
  limit?: number,
): Promise<ClusterSummary[]> {
  const all = db
    .select({ id: clusters.id, name: clusters.name, generation })
    .from(clusters)
    .leftJoin(agentReports, eq(agentReports.clusterId, clusters.id))
    .where(eq(clusters.workspaceId, workspace))
    .orderBy(asc(clusters.name));
  return limit === undefined ? all : all.limit(limit);
}

/** Inserts a cluster; fails if the workspace has one of this name. */
export async function insertCluster(tx: Transaction, row: typeof clusters.$inferInsert): Promise<void> {
  await tx.insert(clusters).values(row);
}

/** Deletes a cluster and, by cascade, everything of it. */
export async function deleteClusterRow(tx: Transaction, id: string): Promise<void> {
  await tx.delete(clusters).where(eq(clusters.id, id));
}

/** Inserts an agent token. */
export async function insertToken(tx: Transaction, row: typeof agentTokens.$inferInsert): Promise<void> {
  await tx.insert(agentTokens).values(row);
}
