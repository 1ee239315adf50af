import type { ClusterSync } from '@portolan/contract/changes';
import type { Cluster } from '@portolan/contract/clusters';
import type { Resource } from '@portolan/contract/resources';
import { getCluster } from '../clusters/service.ts';
import { countStates, listResourcePage } from '../resources/list/store.ts';
import type { Transaction } from '../db/database.ts';
import { findReportState } from '../resources/reports/store.ts';
import { listDesiredKeys } from '../agents/desired-state/desired-store.ts';
import { newestChangeSet } from './store.ts';
import { listErrors } from '../resources/problems/store.ts';

type SyncObject = ClusterSync['objects'][number];

const NAMED_MAX = 500;
const ERRORS_MAX = 5000;

/**
 * Returns how far a cluster has applied its desired state, and for each object that is not applied the reasons.
 * @throws AppError `not-found`.
 */
export async function readSync(tx: Transaction, workspace: string, idOrName: string): Promise<ClusterSync> {
  const cluster = await getCluster(tx, workspace, idOrName);
  const counts = await countStates(tx, cluster.id);
  const filter = `clusterId="${cluster.id}" state!=synced`;
  const { items } = await listResourcePage(tx, workspace, { filter, sort: 'key', limit: NAMED_MAX });
  const refusals = await readRefusals(tx, cluster.id);
  const wanted = await listDesiredKeys(tx, cluster.id);
  const report = await findReportState(tx, cluster.id);
  const objects = items.map((item): SyncObject => {
    const { key, kind, namespace, name, owner, updatedAt: since } = item;
    const shared = { key, kind, namespace, name, owner, since };
    return item.state === 'refused'
      ? { ...shared, state: 'refused', reasons: refusals.get(placeOf(item)) ?? [] }
      : { ...shared, state: 'pending', reasons: [waiting(cluster, { isWanted: wanted.has(key) })] };
  });
  return {
    cluster: { id: cluster.id, name: cluster.name, state: cluster.state },
    state: stateOf(cluster, counts),
    changeSet: await newestChangeSet(tx, cluster.id),
    revision: cluster.revision,
    appliedAt: report?.appliedAt?.toISOString() ?? null,
    lastReportAt: report?.lastSeenAt?.toISOString() ?? null,
    counts,
    objects,
  };
}

function stateOf(
  { lastSeenAt, revision }: Cluster,
  counts: Readonly<Record<Resource['state'], number>>,
): ClusterSync['state'] {
  if (lastSeenAt === null) return 'never-connected';
  if (counts.refused > 0) return 'refused';
  const isApplied = revision.applied !== null && revision.applied >= revision.desired;
  return isApplied && counts.pending === 0 ? 'in-sync' : 'behind';
}

function waiting({ state, lastSeenAt }: Cluster, { isWanted }: { readonly isWanted: boolean }) {
  const what = isWanted ? 'This version' : 'Its deletion';
  if (state === 'never-connected') {
    const fix = 'Start the agent with a token of this cluster.';
    return { message: `${what} is pending until the cluster connects for the first time.`, field: null, fix };
  }
  if (state === 'disconnected') {
    const fix = 'If this is unexpected, check the agent and its connection to the brokers.';
    return {
      message: `${what} is pending until the cluster reconnects; it was last seen at ${lastSeenAt}.`,
      field: null,
      fix,
    };
  }
  return {
    message: `${what} was sent to the agent, which has not confirmed it yet.`,
    field: null,
    fix: null,
  };
}

async function readRefusals(
  tx: Transaction,
  clusterId: string,
): Promise<ReadonlyMap<string, SyncObject['reasons']>> {
  const byPlace = Map.groupBy(await listErrors(tx, clusterId, ERRORS_MAX), placeOf);
  return new Map(
    [...byPlace].map(([place, of]) => [
      place,
      of.map(({ message, field, fix }) => ({ message, field, fix })),
    ]),
  );
}

function placeOf(of: {
  readonly kind: string | null;
  readonly namespace: string | null;
  readonly name: string | null;
}): string {
  return JSON.stringify([of.kind, of.namespace ?? '', of.name]);
}
