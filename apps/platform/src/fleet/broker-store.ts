import { randomUUID } from 'node:crypto';
import { and, asc, eq, inArray, isNotNull, isNull, lt, ne, notInArray, sql } from 'drizzle-orm';
import type { BrokerRegistration } from '@portolan/contract/broker-link';
import type { Queries, Transaction } from '../db/database.ts';
import type { EdgeAddress } from './edge-address.ts';
import { brokers, tunnels } from './schema.ts';

export type BrokerRow = typeof brokers.$inferSelect;

export type Approval = 'pending' | 'approved' | 'revoked';

/** Returns whether a broker is let in. A revocation lasts until the next approval. */
export function approvalOf({ approvedAt, revokedAt }: Pick<BrokerRow, 'approvedAt' | 'revokedAt'>): Approval {
  if (revokedAt !== null) return 'revoked';
  return approvedAt === null ? 'pending' : 'approved';
}

const isApproved = and(isNotNull(brokers.approvedAt), isNull(brokers.revokedAt));

/**
 * Stores what a broker registers: as live if it is approved, else as down. `isPreapproved`: a broker that nobody has decided about
 * is approved now. An earlier connection of it no longer counts.
 */
export async function registerBroker(
  tx: Transaction,
  { edge, ...rest }: BrokerRegistration,
  isPreapproved: boolean,
): Promise<{ readonly approval: Approval; readonly isNew: boolean }> {
  const values = {
    ...rest,
    edgeHttp: edge.http,
    edgeHttps: edge.https,
    incarnation: randomUUID(),
    lastSeenAt: sql`now()`,
    registeredAt: sql`now()`,
  };
  const [before] = await tx.select().from(brokers).where(eq(brokers.id, rest.id)).for('update');
  const known = before ? approvalOf(before) : 'pending';
  const approval = known === 'pending' && isPreapproved ? 'approved' : known;
  const isLive = approval === 'approved';
  const set = {
    ...values,
    ...(isLive && known === 'pending' ? { approvedAt: sql`now()`, approvedCapacity: rest.capacity } : {}),
    state: isLive ? ('live' as const) : ('down' as const),
    downAt: isLive ? null : sql`coalesce(${brokers.downAt}, now())`,
  };
  await tx
    .insert(brokers)
    .values({ ...set, downAt: isLive ? null : sql`now()` })
    .onConflictDoUpdate({ target: brokers.id, set });
  return { approval, isNew: before === undefined };
}

/** Approves a broker with the capacity that it asks for. */
export async function approveBroker(tx: Transaction, id: string): Promise<void> {
  await tx
    .update(brokers)
    .set({ approvedAt: sql`now()`, approvedCapacity: sql`${brokers.capacity}`, revokedAt: null })
    .where(eq(brokers.id, id));
}

/** Revokes a broker: it is down at once, and none of its tunnels is kept. */
export async function revokeBroker(tx: Transaction, id: string): Promise<void> {
  await tx
    .update(brokers)
    .set({ revokedAt: sql`now()`, state: 'down', connections: 0, load: 0, downAt: sql`now()` })
    .where(eq(brokers.id, id));
  await tx.delete(tunnels).where(eq(tunnels.brokerId, id));
}

/** Lists the ids of approved brokers, ordered. */
export async function listApprovedIds(db: Queries): Promise<string[]> {
  const rows = await db.select({ id: brokers.id }).from(brokers).where(isApproved).orderBy(asc(brokers.id));
  return rows.map(({ id }) => id);
}

/** Returns whether a broker is registered and approved. */
export async function isApprovedBroker(db: Queries, id: string): Promise<boolean> {
  const rows = await db
    .select({ id: brokers.id })
    .from(brokers)
    .where(and(eq(brokers.id, id), isApproved));
  return rows.length > 0;
}

/** Renews the lease of a broker; false if it is not registered (any more). */
export async function renewLease(db: Queries, id: string): Promise<boolean> {
  const rows = await db
    .update(brokers)
    .set({ lastSeenAt: sql`now()` })
    .where(and(eq(brokers.id, id), ne(brokers.state, 'down')))
    .returning({ id: brokers.id });
  return rows.length > 0;
}

/** Renews the lease and stores a broker's report of itself; null if it is not registered (any more). */
export async function renewBroker(
  tx: Transaction,
  id: string,
  report: { readonly draining: boolean; readonly connections: number; readonly load: number },
): Promise<{ readonly wasDraining: boolean } | null> {
  const [before] = await tx.select().from(brokers).where(eq(brokers.id, id)).for('update');
  if (!before || before.state === 'down') return null;
  const wasDraining = before.state === 'draining';
  await tx
    .update(brokers)
    .set({
      state: report.draining ? 'draining' : 'live',
      connections: report.connections,
      load: report.load,
      lastSeenAt: sql`now()`,
      downAt: report.draining ? sql`coalesce(${brokers.downAt}, now())` : null,
    })
    .where(eq(brokers.id, id));
  return { wasDraining };
}

/** A broker whose connection ended, or all whose lease lapsed except those `seen` by this replica in the meantime. */
export type Gone =
  | { readonly id: string; readonly incarnation: string }
  | { readonly leaseMs: number; readonly seen: readonly string[] };

/** Marks brokers down: one whose connection ended (if it is still that connection), or all whose lease lapsed. */
export async function markDown(tx: Transaction, which: Gone): Promise<string[]> {
  const lapsed =
    'id' in which
      ? and(eq(brokers.id, which.id), eq(brokers.incarnation, which.incarnation))
      : and(
          lt(brokers.lastSeenAt, sql`now() - ${which.leaseMs} * interval '1 millisecond'`),
          notInArray(brokers.id, [...which.seen]),
        );
  const rows = await tx
    .update(brokers)
    .set({ state: 'down', connections: 0, load: 0, downAt: sql`coalesce(${brokers.downAt}, now())` })
    .where(and(ne(brokers.state, 'down'), lapsed))
    .returning({ id: brokers.id });
  return rows.map(({ id }) => id);
}

/** Lists every approved broker, ordered by id. */
export async function listApprovedBrokers(db: Queries): Promise<BrokerRow[]> {
  return db.select().from(brokers).where(isApproved).orderBy(asc(brokers.id));
}

/** Returns the incarnation of a broker; null if it is down or not registered. */
export async function findIncarnation(db: Queries, id: string): Promise<string | null> {
  const [row] = await db
    .select({ incarnation: brokers.incarnation })
    .from(brokers)
    .where(and(eq(brokers.id, id), ne(brokers.state, 'down')));
  return row?.incarnation ?? null;
}

/** Sheds one step more (1) or less (-1) at each of these brokers. */
export async function changeShedSteps(db: Queries, ids: readonly string[], change: 1 | -1): Promise<void> {
  if (ids.length === 0) return;
  await db
    .update(brokers)
    .set({ shedSteps: sql`greatest(0, ${brokers.shedSteps} + ${change})`, shedAt: sql`now()` })
    .where(inArray(brokers.id, [...ids]));
}

/** Drains a broker or resumes it. */
export async function updateDrained(tx: Transaction, id: string, isDrained: boolean): Promise<void> {
  await tx
    .update(brokers)
    .set({ drainedAt: isDrained ? sql`now()` : null })
    .where(eq(brokers.id, id));
}

/** Returns whether another broker than this one is live and not drained. */
export async function hasOtherOpenBroker(tx: Transaction, id: string): Promise<boolean> {
  const rows = await tx
    .select({ id: brokers.id })
    .from(brokers)
    .where(and(eq(brokers.state, 'live'), isNull(brokers.drainedAt), ne(brokers.id, id)))
    .limit(1);
  return rows.length > 0;
}

/**
 * Returns the edge address of a live broker, of one that is not drained if there is one. While none is live, as just after a
 * start of the platform, it is the address that a broker had last.
 */
export async function readEdgeAddress(db: Queries): Promise<EdgeAddress> {
  const [edge] = await db
    .select({ http: brokers.edgeHttp, https: brokers.edgeHttps })
    .from(brokers)
    .where(isApproved)
    .orderBy(ne(brokers.state, 'live'), isNotNull(brokers.drainedAt), asc(brokers.id))
    .limit(1);
  return edge ?? { http: null, https: null };
}
