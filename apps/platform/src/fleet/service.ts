import type { z } from 'zod';
import type { BrokerRegistration, sessionsReport, sessionsVerdict } from '@portolan/contract/broker-link';
import type { broker } from '@portolan/contract/clusters';
import { ROLE_PERMISSIONS, ROLES } from '@portolan/contract/permissions';
import type { Principal } from '../auth/authenticate.ts';
import type { Database, Transaction } from '../db/database.ts';
import type { UnitOfWork } from '../db/unit-of-work.ts';
import { listWorkspaceIds } from '../workspaces/store.ts';
import { publish } from '../db/changes.ts';
import { AppError, notFound } from '../app-error.ts';
import {
  approveBroker,
  hasOtherOpenBroker,
  isApprovedBroker,
  markDown,
  registerBroker,
  renewBroker,
  revokeBroker,
  updateDrained,
  type Gone,
} from './broker-store.ts';
import { findBrokerView, findTunnelView } from './list-store.ts';
import {
  carriesOthers,
  hasOtherWorkspaces,
  listInvalid,
  markTunnelsDown,
  requestEnd,
  storeReport,
  type ChangedTunnel,
} from './tunnel-store.ts';

const MANAGERS = ROLES.filter((role) => ROLE_PERMISSIONS[role].has('clusters.write'));

/**
 * Registers a broker. One that is not approved is stored as waiting, for an administrator to see.
 * @throws AppError `not-allowed`.
 */
export async function register(
  db: Database,
  registration: BrokerRegistration,
  preapproved: ReadonlySet<string>,
): Promise<void> {
  const { id } = registration;
  const approval = await db.transaction(async (tx) => {
    const isPreapproved = preapproved.has(id) || preapproved.has('*');
    const stored = await registerBroker(tx, registration, isPreapproved);
    // One that waits registers again every few seconds: no news.
    if (stored.isNew || stored.approval === 'approved') await publishChanges(tx, { brokers: [id] });
    return stored.approval;
  });
  if (approval === 'approved') return;
  throw new AppError(
    'not-allowed',
    approval === 'pending' ? `Broker ${id} waits for approval.` : `Broker ${id} was revoked.`,
    { fix: `An administrator approves it with: portolan approve broker ${id}` },
  );
}

/** Requires that a broker is approved. @throws AppError `not-allowed`. */
export async function requireApproved(db: Database, id: string): Promise<void> {
  if (await isApprovedBroker(db, id)) return;
  throw new AppError('not-allowed', `Broker ${id} is not approved.`, {
    fix: `An administrator approves it with: portolan approve broker ${id}`,
  });
}

/** Approves a broker, or the greater capacity that an approved one asks for. */
export async function approve(work: UnitOfWork, id: string) {
  const { tx } = work;
  const before = await findBrokerView(tx, id);
  if (!before) throw notFound(`broker ${id}`);
  if (before.approval === 'approved' && before.capacity === before.approvedCapacity) {
    work.unchanged();
    return before;
  }
  await approveBroker(tx, id);
  return auditApproval(work, 'broker.approve', before);
}

/** Revokes a broker at once; not the last one that takes tunnels. */
export async function revoke(work: UnitOfWork, id: string) {
  const { tx } = work;
  const before = await findBrokerView(tx, id);
  if (!before) throw notFound(`broker ${id}`);
  if (before.approval === 'revoked') {
    work.unchanged();
    return before;
  }
  if (before.state === 'live') await requireOtherBroker(tx, id);
  await revokeBroker(tx, id);
  return auditApproval(work, 'broker.revoke', before);
}

async function auditApproval(work: UnitOfWork, action: string, before: z.input<typeof broker>) {
  const { id } = before;
  const after = (await findBrokerView(work.tx, id)) ?? before;
  const state = ({ approval, approvedCapacity }: z.input<typeof broker>) => ({ approval, approvedCapacity });
  work.audit({
    action,
    target: { kind: 'broker', id, name: id },
    before: state(before),
    after: state(after),
  });
  return after;
}

/** Stores the sessions a broker reports; returns those it must close. */
export async function receiveReport(
  db: Database,
  brokerId: string,
  report: z.infer<typeof sessionsReport>,
): Promise<z.infer<typeof sessionsVerdict>> {
  // A transaction apart: a large report must not lock the row on which the lease is renewed.
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

/** Ends the session that carries a tunnel now, or has it reconnect; its broker learns it by its directory stream. */
export async function endSession(
  work: UnitOfWork,
  workspace: string,
  id: string,
  how: 'reconnect' | 'close',
) {
  const tunnel = await findTunnelView(work.tx, workspace, id);
  if (!tunnel) throw notFound(`tunnel ${id}`);
  if (tunnel.state === 'down') {
    throw new AppError('conflict', 'This tunnel is down: there is no connection to end.', {
      fix: 'The agent keeps dialling; run `portolan doctor tunnel` to see why it does not connect.',
    });
  }
  await requestEnd(work.tx, workspace, { id, how });
  const name = `${tunnel.cluster} – ${tunnel.brokerId}`;
  work.audit({ action: `tunnel.${how}`, target: { kind: 'tunnel', id, name } });
  work.publish('tunnels', [id], 'updated');
  return tunnel;
}

/** Drains a broker or resumes it; the last one that is live and not drained cannot be drained. */
export async function setDrained(work: UnitOfWork, id: string, isDrained: boolean) {
  const { tx } = work;
  const before = await findBrokerView(tx, id);
  if (!before) throw notFound(`broker ${id}`);
  if ((before.drainedAt !== null) === isDrained) {
    work.unchanged();
    return before;
  }
  if (isDrained) await requireOtherBroker(tx, id);
  await updateDrained(tx, id, isDrained);
  work.audit({
    action: isDrained ? 'broker.drain' : 'broker.resume',
    target: { kind: 'broker', id, name: id },
    before: { drained: !isDrained },
    after: { drained: isDrained },
  });
  return (await findBrokerView(tx, id)) ?? before;
}

async function requireOtherBroker(tx: Transaction, id: string): Promise<void> {
  if (await hasOtherOpenBroker(tx, id)) return;
  throw new AppError('conflict', 'No other broker is live and open: tunnels would have nowhere to go.', {
    fix: 'Start another broker or resume a drained one first.',
  });
}

/** Refuses an account that may not manage the clusters of every workspace: an approved broker serves all of them. */
export async function requireAllWorkspaces(db: Database, principal: Principal): Promise<void> {
  const own = principal.confinedTo ?? { accountId: principal.account.id, roles: MANAGERS };
  if (!(await hasOtherWorkspaces(db, own))) return;
  throw new AppError('not-allowed', 'Brokers serve every workspace, and some are not yours.', {
    fix: 'The operator of the platform approves brokers with its --brokers flag; see docs/brokers.md.',
  });
}

/** Refuses an account that may not manage every tunnel of the broker: brokers serve all workspaces. */
export async function requireAllTunnels(db: Database, brokerId: string, principal: Principal): Promise<void> {
  const own = principal.confinedTo ?? { accountId: principal.account.id, roles: MANAGERS };
  if (!(await carriesOthers(db, brokerId, own))) return;
  throw new AppError('not-allowed', 'This broker also carries tunnels of workspaces that are not yours.', {
    fix: 'The operator of the broker can drain it with SIGTERM; see docs/brokers.md.',
  });
}

interface FleetChanges {
  readonly tunnels?: readonly ChangedTunnel[];
  readonly brokers?: readonly string[];
}

/**
 * Publishes changes to the workspaces concerned: those of the tunnels, or all if brokers changed. Publishing locks a
 * workspace's row, so workspaces are sorted: two transactions never wait for each other.
 */
async function publishChanges(tx: Transaction, { tunnels = [], brokers = [] }: FleetChanges): Promise<void> {
  const byWorkspace = Map.groupBy(tunnels, ({ workspaceId }) => workspaceId);
  const concerned = new Set(byWorkspace.keys());
  if (brokers.length > 0) {
    for (const id of await listWorkspaceIds(tx)) concerned.add(id);
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
