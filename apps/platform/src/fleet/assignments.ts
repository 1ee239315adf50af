import { eq, sql } from 'drizzle-orm';
import { TUNNELS_WANTED, type TunnelEndpoint } from '@portolan/contract/agent';
import { placeTunnels } from './placement.ts';
import type { Database, Queries, Transaction } from '../db/database.ts';
import { agentReports } from '../resources/reports/schema.ts';
import { clusters } from '../clusters/schema.ts';
import { tunnels } from './schema.ts';
import { publish } from '../db/changes.ts';
import { listAllBrokers, type BrokerRow } from './broker-store.ts';
import { weightOf } from './shedding.ts';
import { addTunnels, listAssigned, retireTunnels, type TunnelRow } from './tunnel-store.ts';

/** A broker that is restarted comes back within this; moving its agents for that would move them twice. */
const DOWN_GRACE_MS = 10_000;
const RETIRE_MS = 60_000;

/** The brokers one cluster's tunnels belong on. Where too few can take them, the places it has stay. */
export function wantedBrokers(
  clusterId: string,
  brokers: readonly BrokerRow[],
  {
    current,
    wanted,
    now,
  }: { readonly current: readonly string[]; readonly wanted: number; readonly now: number },
): string[] {
  const isEligible = ({ state, downAt, drainedAt, id }: BrokerRow) =>
    drainedAt === null &&
    (state === 'live' ||
      // Down for a moment, with a place of this cluster: no reason to move yet. Draining is a reason at once.
      (state === 'down' &&
        current.includes(id) &&
        downAt !== null &&
        now - downAt.getTime() < DOWN_GRACE_MS));
  const eligible = brokers
    .filter(isEligible)
    .map((broker) => ({ id: broker.id, region: broker.region, weight: weightOf(broker) }));
  const chosen = placeTunnels(clusterId, eligible, wanted);
  // A place at a drained broker is given up for a smaller number of others, but not for none.
  const keepable = brokers.filter(({ drainedAt }) => drainedAt === null || chosen.length === 0);
  const known = new Set(keepable.map(({ id }) => id));
  const kept = current.filter((id) => !chosen.includes(id) && known.has(id));
  return [...chosen, ...kept.slice(0, Math.max(0, wanted - chosen.length))];
}

/**
 * The tunnels a cluster's agent is to keep. Places it has stay as they are as long as enough of them work:
 * moving agents for a better balance is the reconciler's, which does it little by little.
 */
export async function assignTunnels(db: Database, clusterId: string): Promise<TunnelEndpoint[]> {
  const brokers = await listAllBrokers(db);
  const assigned = await listAssigned(db, clusterId);
  const current = assigned.map(({ brokerId }) => brokerId);
  const wanted = await readWanted(db, clusterId);
  return needsPlaces(current, brokers, wanted) ? placeCluster(db, clusterId) : endpoints(assigned, brokers);
}

/** True if a cluster has fewer places on live brokers than it could have. One at a drained broker works until it moves. */
function needsPlaces(current: readonly string[], brokers: readonly BrokerRow[], wanted: number): boolean {
  const live = brokers.filter(({ state }) => state === 'live');
  const working = live.filter(({ id }) => current.includes(id));
  const open = live.filter(({ drainedAt }) => drainedAt === null);
  return working.length < Math.min(wanted, open.length > 0 ? open.length : live.length);
}

/** Brings a cluster's tunnels to where they belong and answers where that is. Writes nothing if they already are. */
export async function placeCluster(db: Database, clusterId: string): Promise<TunnelEndpoint[]> {
  return db.transaction(async (tx) => {
    const [cluster] = await tx
      .select({ id: clusters.id, workspace: clusters.workspaceId })
      .from(clusters)
      .where(eq(clusters.id, clusterId))
      .for('update');
    if (!cluster) return [];
    const brokers = await listAllBrokers(tx);
    if (await move(tx, cluster, brokers)) {
      const moved = { topic: 'tunnels', ids: [], change: 'many' } as const;
      await publish(tx, cluster.workspace, moved, { topic: 'clusters', ids: [clusterId], change: 'updated' });
    }
    return endpoints(await listAssigned(tx, clusterId), brokers);
  });
}

async function move(
  tx: Transaction,
  cluster: { readonly id: string; readonly workspace: string },
  brokers: readonly BrokerRow[],
): Promise<boolean> {
  const assigned = await listAssigned(tx, cluster.id);
  const current = assigned.map(({ brokerId }) => brokerId);
  const wanted = await readWanted(tx, cluster.id);
  const target = wantedBrokers(cluster.id, brokers, { current, wanted, now: Date.now() });
  const leaving = assigned.filter(({ brokerId }) => !target.includes(brokerId)).map(({ id }) => id);
  const joining = target.filter((id) => !current.includes(id));
  await retireTunnels(tx, leaving, RETIRE_MS);
  await addTunnels(tx, cluster, joining);
  return leaving.length + joining.length > 0;
}

/** How many tunnels the cluster's agent asked for when it last linked. */
async function readWanted(db: Queries, clusterId: string): Promise<number> {
  const [row] = await db
    .select({ wanted: agentReports.tunnelsWanted })
    .from(agentReports)
    .where(eq(agentReports.clusterId, clusterId));
  return row?.wanted ?? TUNNELS_WANTED;
}

function endpoints(assigned: readonly TunnelRow[], brokers: readonly BrokerRow[]): TunnelEndpoint[] {
  const byId = new Map(brokers.map((broker) => [broker.id, broker]));
  return assigned.flatMap(({ id, brokerId }) => {
    const broker = byId.get(brokerId);
    return broker ? [{ id, brokerId, region: broker.region, url: broker.url }] : [];
  });
}

/** Clusters that have an agent (linked once) and whose tunnels are not where they belong. */
export async function listMisplaced(db: Queries): Promise<{ clusterId: string; isForced: boolean }[]> {
  const brokers = await listAllBrokers(db);
  const { rows } = await db.execute<{ cluster_id: string; wanted: number; broker_ids: string[] }>(sql`
    select r.cluster_id, r.tunnels_wanted as wanted,
      coalesce(array_agg(t.broker_id) filter (where t.broker_id is not null), '{}') as broker_ids
    from agent_reports r left join ${tunnels} t on t.cluster_id = r.cluster_id and t.retires_at is null
    group by r.cluster_id`);
  const now = Date.now();
  return rows.flatMap(({ cluster_id: clusterId, wanted, broker_ids: current }) => {
    const target = wantedBrokers(clusterId, brokers, { current, wanted, now });
    const isInPlace = target.length === current.length && current.every((id) => target.includes(id));
    // Too few working tunnels cannot wait for their turn; a better place can.
    return isInPlace ? [] : [{ clusterId, isForced: needsPlaces(current, brokers, wanted) }];
  });
}
