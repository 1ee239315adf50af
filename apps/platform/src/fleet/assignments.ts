import type { TunnelEndpoint } from '@portolan/contract/agent';
import { publish } from '../db/changes.ts';
import type { Database, Queries, Transaction } from '../db/database.ts';
import { listApprovedBrokers, type BrokerRow } from './broker-store.ts';
import {
  insertTunnels,
  listAssigned,
  listPlaces,
  lockCluster,
  readTunnelsWanted,
  retireTunnels,
  type PlacedCluster,
} from './placement-store.ts';
import { placeTunnels } from './placement.ts';
import { weightOf } from './shedding.ts';
import type { TunnelRow } from './tunnel-store.ts';

/** A restarted broker is back within this time; moving its agents would move them twice. */
const DOWN_GRACE_MS = 10_000;
const RETIRE_MS = 60_000;

/** Returns the brokers a cluster's tunnels belong on. Where too few can take them, its current places are kept. */
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
 * Returns the tunnels a cluster's agent is to keep, and assigns them first if too few of its places work. Moving agents
 * for a better balance is left to the reconciler, which does so gradually.
 */
export async function assignTunnels(db: Database, clusterId: string): Promise<TunnelEndpoint[]> {
  const brokers = await listApprovedBrokers(db);
  const assigned = await listAssigned(db, clusterId);
  const current = assigned.map(({ brokerId }) => brokerId);
  const wanted = await readTunnelsWanted(db, clusterId);
  return needsPlaces(current, brokers, wanted) ? placeCluster(db, clusterId) : endpoints(assigned, brokers);
}

/** Returns whether a cluster has fewer places on live brokers than it could have. One at a drained broker works until it moves. */
function needsPlaces(current: readonly string[], brokers: readonly BrokerRow[], wanted: number): boolean {
  const live = brokers.filter(({ state }) => state === 'live');
  const working = live.filter(({ id }) => current.includes(id));
  const open = live.filter(({ drainedAt }) => drainedAt === null);
  return working.length < Math.min(wanted, open.length > 0 ? open.length : live.length);
}

/** Moves a cluster's tunnels to the brokers they belong on and returns them. Writes nothing if none moves. */
export async function placeCluster(db: Database, clusterId: string): Promise<TunnelEndpoint[]> {
  return db.transaction(async (tx) => {
    const cluster = await lockCluster(tx, clusterId);
    if (!cluster) return [];
    const brokers = await listApprovedBrokers(tx);
    if (await move(tx, cluster, brokers)) {
      const moved = { topic: 'tunnels', ids: [], change: 'many' } as const;
      await publish(tx, cluster.workspace, moved, { topic: 'clusters', ids: [clusterId], change: 'updated' });
    }
    return endpoints(await listAssigned(tx, clusterId), brokers);
  });
}

async function move(
  tx: Transaction,
  cluster: PlacedCluster,
  brokers: readonly BrokerRow[],
): Promise<boolean> {
  const assigned = await listAssigned(tx, cluster.id);
  const current = assigned.map(({ brokerId }) => brokerId);
  const wanted = await readTunnelsWanted(tx, cluster.id);
  const target = wantedBrokers(cluster.id, brokers, { current, wanted, now: Date.now() });
  const leaving = assigned.filter(({ brokerId }) => !target.includes(brokerId)).map(({ id }) => id);
  const joining = target.filter((id) => !current.includes(id));
  await retireTunnels(tx, leaving, RETIRE_MS);
  await insertTunnels(tx, cluster, joining);
  return leaving.length + joining.length > 0;
}

function endpoints(assigned: readonly TunnelRow[], brokers: readonly BrokerRow[]): TunnelEndpoint[] {
  const byId = new Map(brokers.map((broker) => [broker.id, broker]));
  return assigned.flatMap(({ id, brokerId }) => {
    const broker = byId.get(brokerId);
    return broker ? [{ id, brokerId, region: broker.region, url: broker.url }] : [];
  });
}

/** Lists the clusters whose agent has linked and whose tunnels are not on the brokers they belong on. */
export async function listMisplaced(db: Queries): Promise<{ clusterId: string; isForced: boolean }[]> {
  const brokers = await listApprovedBrokers(db);
  const places = await listPlaces(db);
  const now = Date.now();
  return places.flatMap(({ clusterId, wanted, current }) => {
    const target = wantedBrokers(clusterId, brokers, { current, wanted, now });
    const isInPlace = target.length === current.length && current.every((id) => target.includes(id));
    // Too few working tunnels cannot wait for their turn; a better place can.
    return isInPlace ? [] : [{ clusterId, isForced: needsPlaces(current, brokers, wanted) }];
  });
}
