import { and, eq, inArray, isNull, ne, sql } from 'drizzle-orm';
import * as routes from '@portolan/contract/clusters';
import { ROLE_PERMISSIONS, ROLES } from '@portolan/contract/permissions';
import type { Principal } from '../auth/authenticate.ts';
import type { Database } from '../db/database.ts';
import { brokers, tunnels } from './schema.ts';
import { members } from '../identity/members/schema.ts';
import { AppError, notFound } from '../app-error.ts';
import { mount, mountWithoutTransaction } from '../http/mount.ts';
import type { UnitOfWork } from '../db/unit-of-work.ts';
import type { Api } from '../platform.ts';
import { announceBroker } from './service.ts';
import { readBroker, readTunnel } from './list-store.ts';

const MANAGERS = ROLES.filter((role) => ROLE_PERMISSIONS[role].has('clusters.write'));

/** Serves what administrators do to tunnels and brokers. Brokers hear of it by their directory stream. */
export function mountFleetAdministration(api: Api): void {
  for (const [route, how] of [
    [routes.reconnectTunnel, 'reconnect'],
    [routes.closeTunnel, 'close'],
  ] as const) {
    mount(api, route, ({ workspace, params }, work) => endSession(work, workspace.id, params.tunnel, how));
  }
  for (const [route, isDrained] of [
    [routes.drainBroker, true],
    [routes.resumeBroker, false],
  ] as const) {
    mountWithoutTransaction(api, route, async ({ params: { broker: id }, principal }, transact) => {
      await refuseForOthers(api.db, id, principal);
      const answer = await transact((work) => setDrained(work, id, isDrained));
      await announceBroker(api.db, id);
      return answer;
    });
  }
}

/** Asks for the end of the session that carries a tunnel now; one that comes after it is not meant. */
async function endSession(work: UnitOfWork, workspace: string, id: string, how: 'reconnect' | 'close') {
  const tunnel = await readTunnel(work.tx, workspace, id);
  if (!tunnel) throw notFound(`tunnel ${id}`);
  if (tunnel.state === 'down') {
    throw new AppError('conflict', 'This tunnel is down: there is no connection to end.', {
      fix: 'The agent keeps dialling by itself; `portolan doctor tunnel` names what is in its way.',
    });
  }
  await work.tx
    .update(tunnels)
    .set({ end: how, endSince: sql`${tunnels.since}` })
    .where(and(eq(tunnels.id, id), eq(tunnels.workspaceId, workspace)));
  const name = `${tunnel.cluster} – ${tunnel.brokerId}`;
  work.audit({ action: `tunnel.${how}`, target: { kind: 'tunnel', id, name } });
  work.publish('tunnels', [id], 'updated');
  return tunnel;
}

async function setDrained(work: UnitOfWork, id: string, isDrained: boolean) {
  const { tx } = work;
  const before = await readBroker(tx, id);
  if (!before) throw notFound(`broker ${id}`);
  if ((before.drainedAt !== null) === isDrained) {
    work.unchanged();
    return before;
  }
  if (isDrained) await refuseLast(tx, id);
  await tx
    .update(brokers)
    .set({ drainedAt: isDrained ? sql`now()` : null })
    .where(eq(brokers.id, id));
  work.audit({
    action: isDrained ? 'broker.drain' : 'broker.resume',
    target: { kind: 'broker', id, name: id },
    before: { drained: !isDrained },
    after: { drained: isDrained },
  });
  return (await readBroker(tx, id)) ?? before;
}

async function refuseLast(tx: UnitOfWork['tx'], id: string): Promise<void> {
  const [other] = await tx
    .select({ id: brokers.id })
    .from(brokers)
    .where(and(eq(brokers.state, 'live'), isNull(brokers.drainedAt), ne(brokers.id, id)))
    .limit(1);
  if (other) return;
  throw new AppError('conflict', 'No other broker is live and open: tunnels would have nowhere to go.', {
    fix: 'Start another broker or resume a drained one first.',
  });
}

/** Brokers serve every workspace: one is moved by those who may move all tunnels that end there. */
async function refuseForOthers(db: Database, brokerId: string, principal: Principal): Promise<void> {
  const managed = db
    .select({ id: members.workspaceId })
    .from(members)
    .where(and(eq(members.accountId, principal.account.id), inArray(members.role, MANAGERS)));
  const isForeign =
    principal.confinedTo === null
      ? sql`${tunnels.workspaceId} not in ${managed}`
      : ne(tunnels.workspaceId, principal.confinedTo);
  const [foreign] = await db
    .select({ id: tunnels.id })
    .from(tunnels)
    .where(and(eq(tunnels.brokerId, brokerId), isNull(tunnels.retiresAt), isForeign))
    .limit(1);
  if (!foreign) return;
  throw new AppError('not-allowed', 'This broker also carries tunnels of workspaces that are not yours.', {
    fix: 'Whoever runs the broker can drain it with SIGTERM; see docs/brokers.md.',
  });
}
