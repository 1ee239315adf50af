import type { z } from 'zod';
import type { resourcesAck, resourcesDelta, resourcesSnapshot } from '@portolan/contract/agent-reports';
import type { Database, Transaction } from '../../db/database.ts';
import { enterWorkspace } from '../../db/tenancy.ts';
import { publish } from '../../db/changes.ts';
import { AppError } from '../../app-error.ts';
import type { AgentIdentity } from '@portolan/contract/agent';
import { allocateDomains, type DomainSettings } from '../../domains/allocate.ts';
import { deleteResources, keepOnlyResources, lockSequence, setSequence, upsertResources } from './store.ts';
import { replacePlatformProblems, replaceProblems } from '../problems/report-store.ts';

type Snapshot = z.output<typeof resourcesSnapshot>;
type Delta = z.output<typeof resourcesDelta>;
type Ack = z.output<typeof resourcesAck>;

const API_KINDS =
  /^(API|APIVersion|APICollection|APIAccess|APIGateway|APIPlan|APIBundle|ManagedSubscription|ManagedApplication)\.hub\.traefik\.io\//;

/** Stores a complete snapshot of a cluster in one transaction. @throws AppError `conflict` when the cluster is not linked. */
export function receiveSnapshot(
  db: Database,
  identity: AgentIdentity,
  settings: DomainSettings,
  snapshot: Snapshot,
): Promise<Ack> {
  return db.transaction(async (tx) => {
    await enterWorkspace(tx, identity.workspace);
    await lockSequence(tx, identity.clusterId);
    const keys = snapshot.objects.map(({ key }) => key);
    await keepOnlyResources(tx, identity.clusterId, keys);
    await upsertResources(tx, identity, snapshot.sequence, snapshot.objects);
    await replaceProblems(tx, identity, snapshot.problems);
    await setSequence(tx, identity.clusterId, snapshot.sequence);
    await replacePlatformProblems(tx, identity, await allocateDomains(tx, identity, settings));
    const topics = ['resources', 'apis', 'problems'] as const;
    await publish(
      tx,
      identity.workspace,
      ...topics.map((topic) => ({ topic, ids: [], change: 'many' }) as const),
    );
    return { sequence: snapshot.sequence };
  });
}

/**
 * Stores changes that follow the current sequence.
 * @throws AppError `sequence-gap` when a snapshot is needed, or `conflict` when the cluster is not linked.
 */
export function receiveDelta(
  db: Database,
  identity: AgentIdentity,
  settings: DomainSettings,
  delta: Delta,
): Promise<Ack> {
  return db.transaction(async (tx) => {
    await enterWorkspace(tx, identity.workspace);
    const sequence = await lockSequence(tx, identity.clusterId);
    // A retry: the response to the first request was lost.
    if (sequence === delta.sequence) return { sequence };
    if (sequence !== delta.base) {
      throw new AppError(
        'sequence-gap',
        `These changes follow sequence ${delta.base}, but the platform is at ${sequence ?? 'none'}.`,
        {
          fix: 'Send a snapshot.',
        },
      );
    }
    await deleteResources(tx, identity.clusterId, delta.deletes);
    await upsertResources(tx, identity, delta.sequence, delta.upserts);
    if (delta.problems) await replaceProblems(tx, identity, delta.problems);
    await setSequence(tx, identity.clusterId, delta.sequence);
    await publishDelta(tx, identity, delta, settings);
    return { sequence: delta.sequence };
  });
}

async function publishDelta(
  tx: Transaction,
  identity: AgentIdentity,
  delta: Delta,
  settings: DomainSettings,
): Promise<void> {
  const keys = [...delta.upserts.map(({ key }) => key), ...delta.deletes];
  if (keys.length > 0) {
    await replacePlatformProblems(tx, identity, await allocateDomains(tx, identity, settings));
    await publish(tx, identity.workspace, { topic: 'resources', ids: keys, change: 'updated' });
  }
  const apis = keys.filter((key) => API_KINDS.test(key));
  if (apis.length > 0) await publish(tx, identity.workspace, { topic: 'apis', ids: apis, change: 'updated' });
  if (delta.problems) await publish(tx, identity.workspace, { topic: 'problems', ids: [], change: 'many' });
}
