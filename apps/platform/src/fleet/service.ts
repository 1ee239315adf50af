import type { z } from 'zod';
import type { BrokerRegistration, sessionsReport, sessionsVerdict } from '@portolan/contract/broker-link';
import type { Database, Transaction } from '../db/database.ts';
import { workspaces } from '../workspaces/schema.ts';
import { publish } from '../db/changes.ts';
import { notFound } from '../app-error.ts';
import { markDown, registerBroker, renewBroker, type Gone } from './broker-store.ts';
import { listInvalid, markTunnelsDown, storeReport, type ChangedTunnel } from './tunnel-store.ts';

/** Registers a broker. */
export async function register(db: Database, registration: BrokerRegistration): Promise<void> {
  await db.transaction(async (tx) => {
    await registerBroker(tx, registration);
    await publishChanges(tx, { brokers: [registration.id] });
  });
}

/** Stores what a broker holds; returns the sessions that it must close. */
export async function receiveReport(
  db: Database,
  brokerId: string,
  report: z.infer<typeof sessionsReport>,
): Promise<z.infer<typeof sessionsVerdict>> {
  // Apart from what follows: a large report must not hold the row that the lease is renewed on.
  const renewed = await db.transaction((tx) => renewBroker(tx, brokerId, report));
  if (!renewed) throw notFound(`registered broker ${brokerId}`);
  return db.transaction(async (tx) => {
    const close = await listInvalid(tx, brokerId, report.sessions);
    const tunnels = await storeReport(tx, brokerId, report.sessions);
    await publishChanges(tx, { tunnels, brokers: renewed.wasDraining === report.draining ? [] : [brokerId] });
    return { close: close.map(({ tunnelId, credentialId }) => ({ tunnelId, credentialId })) };
  });
}

/** Marks brokers down, and their tunnels with them. */
export async function takeDown(db: Database, which: Gone): Promise<readonly string[]> {
  return db.transaction(async (tx) => {
    const gone = await markDown(tx, which);
    if (gone.length === 0) return gone;
    await publishChanges(tx, { tunnels: await markTunnelsDown(tx, gone), brokers: gone });
    return gone;
  });
}

/** Publishes to every workspace that an administrator changed a broker. */
export async function announceBroker(db: Database, id: string): Promise<void> {
  await db.transaction((tx) => publishChanges(tx, { brokers: [id] }));
}

interface FleetChanges {
  readonly tunnels?: readonly ChangedTunnel[];
  readonly brokers?: readonly string[];
}

/**
 * Publishes what changed to those it concerns; brokers serve every workspace, so all are notified. Publishing locks a
 * workspace's row, hence one order everywhere: two transactions must never wait for each other.
 */
async function publishChanges(tx: Transaction, { tunnels = [], brokers = [] }: FleetChanges): Promise<void> {
  const byWorkspace = Map.groupBy(tunnels, ({ workspaceId }) => workspaceId);
  const concerned = new Set(byWorkspace.keys());
  if (brokers.length > 0) {
    for (const { id } of await tx.select({ id: workspaces.id }).from(workspaces)) concerned.add(id);
  }
  for (const workspace of [...concerned].toSorted()) {
    const changed = byWorkspace.get(workspace) ?? [];
    const clusters = [...new Set(changed.map(({ clusterId }) => clusterId))];
    const publications = [
      { topic: 'brokers', ids: brokers, change: 'updated' },
      { topic: 'tunnels', ids: changed.map(({ id }) => id), change: 'updated' },
      { topic: 'clusters', ids: clusters, change: 'updated' },
    ] as const;
    await publish(tx, workspace, ...publications.filter(({ ids }) => ids.length > 0));
  }
}
