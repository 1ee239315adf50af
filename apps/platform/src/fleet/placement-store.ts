import { and, asc, count, eq, inArray, isNotNull, isNull, sql } from 'drizzle-orm';
import { TUNNELS_WANTED } from '@portolan/contract/agent';
import { clusters } from '../clusters/schema.ts';
import { ADVISORY_LOCKS } from '../db/advisory-locks.ts';
import type { Queries, Transaction } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import { agentReports } from '../resources/reports/schema.ts';
import { tunnels } from './schema.ts';
import type { TunnelRow } from './tunnel-store.ts';

/** A cluster whose tunnels are placed. */
export interface PlacedCluster {
  readonly id: string;
  readonly workspace: string;
}

/** Locks a cluster until the end of the transaction, so that it is placed once at a time; null if it does not exist. */
export async function lockCluster(tx: Transaction, id: string): Promise<PlacedCluster | null> {
  const [cluster] = await tx
    .select({ id: clusters.id, workspace: clusters.workspaceId })
    .from(clusters)
    .where(eq(clusters.id, id))
    .for('update');
  return cluster ?? null;
}

/** Lists the tunnels assigned to a cluster, without those that retire. */
export async function listAssigned(db: Queries, clusterId: string): Promise<TunnelRow[]> {
  return db
    .select()
    .from(tunnels)
    .where(and(eq(tunnels.clusterId, clusterId), isNull(tunnels.retiresAt)))
    .orderBy(asc(tunnels.createdAt), asc(tunnels.id));
}

/** Returns how many tunnels the cluster's agent asked for when it last linked. */
export async function readTunnelsWanted(db: Queries, clusterId: string): Promise<number> {
  const [row] = await db
    .select({ wanted: agentReports.tunnelsWanted })
    .from(agentReports)
    .where(eq(agentReports.clusterId, clusterId));
  return row?.wanted ?? TUNNELS_WANTED;
}

export interface ClusterPlaces {
  readonly clusterId: string;
  readonly wanted: number;
  /** Brokers its tunnels are assigned to. */
  readonly current: readonly string[];
}

/** Lists the places of every cluster whose agent has linked. */
export async function listPlaces(db: Queries): Promise<ClusterPlaces[]> {
  const { rows } = await db.execute<{ cluster_id: string; wanted: number; broker_ids: string[] }>(sql`
    select r.cluster_id, r.tunnels_wanted as wanted,
      coalesce(array_agg(t.broker_id) filter (where t.broker_id is not null), '{}') as broker_ids
    from agent_reports r left join ${tunnels} t on t.cluster_id = r.cluster_id and t.retires_at is null
    group by r.cluster_id`);
  return rows.map((row) => ({ clusterId: row.cluster_id, wanted: row.wanted, current: row.broker_ids }));
}

/** Returns how many tunnels are assigned to each broker, without those that retire. */
export async function countTunnels(db: Queries): Promise<Map<string, number>> {
  const rows = await db
    .select({ brokerId: tunnels.brokerId, tunnels: count() })
    .from(tunnels)
    .where(isNull(tunnels.retiresAt))
    .groupBy(tunnels.brokerId);
  return new Map(rows.map((row) => [row.brokerId, row.tunnels]));
}

/** Assigns a tunnel to a cluster at each of the brokers. */
export async function insertTunnels(
  tx: Transaction,
  cluster: PlacedCluster,
  brokerIds: readonly string[],
): Promise<void> {
  if (brokerIds.length === 0) return;
  const values = brokerIds.map((brokerId) => ({
    id: newId('tun'),
    workspaceId: cluster.workspace,
    clusterId: cluster.id,
    brokerId,
  }));
  await tx.insert(tunnels).values(values);
}

/** Retires tunnels: they end in `graceMs`, so that the agent brings up their replacements first. */
export async function retireTunnels(tx: Transaction, ids: readonly string[], graceMs: number): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .update(tunnels)
    .set({ retiresAt: sql`now() + ${graceMs} * interval '1 millisecond'` })
    .where(inArray(tunnels.id, [...ids]));
}

/** Deletes retired tunnels that are past their end or down; the next report closes a session that still uses one. */
export async function deleteRetired(db: Queries): Promise<void> {
  await db
    .delete(tunnels)
    .where(
      and(isNotNull(tunnels.retiresAt), sql`(${tunnels.retiresAt} < now() or ${tunnels.state} = 'down')`),
    );
}

/** Lists retiring tunnels of these brokers that still carry traffic `leftMs` before their end. */
export async function listOverdue(
  db: Queries,
  brokerIds: readonly string[],
  leftMs: number,
): Promise<TunnelRow[]> {
  if (brokerIds.length === 0) return [];
  return db
    .select()
    .from(tunnels)
    .where(
      and(
        inArray(tunnels.brokerId, [...brokerIds]),
        eq(tunnels.state, 'live'),
        sql`${tunnels.retiresAt} < now() + ${leftMs} * interval '1 millisecond'`,
      ),
    );
}

/** Locks the replacement of tunnels until the end of the transaction; false while another replica holds the lock. */
export async function tryLockReplacement(tx: Transaction): Promise<boolean> {
  const { rows } = await tx.execute<{ locked: boolean }>(
    sql`select pg_try_advisory_xact_lock(${ADVISORY_LOCKS.tunnelReplacement}) as locked`,
  );
  return rows[0]?.locked === true;
}
