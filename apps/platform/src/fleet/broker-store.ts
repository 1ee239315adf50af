import { randomUUID } from 'node:crypto';
import { and, asc, eq, inArray, isNotNull, isNull, lt, ne, notInArray, sql } from 'drizzle-orm';
import type { BrokerRegistration } from '@portolan/contract/broker-link';
import type { Queries, Transaction } from '../db/database.ts';
import type { EdgeAddress } from './edge-address.ts';
import { brokers } from './schema.ts';

export type BrokerRow = typeof brokers.$inferSelect;

/** Stores a broker as live; an earlier connection of it no longer counts. */
export async function registerBroker(tx: Transaction, registration: BrokerRegistration): Promise<void> {
  const { edge, ...rest } = registration;
  const values = {
    ...rest,
    edgeHttp: edge.http,
    edgeHttps: edge.https,
    state: 'live' as const,
    incarnation: randomUUID(),
    lastSeenAt: sql`now()`,
    registeredAt: sql`now()`,
    downAt: null,
  };
  await tx.insert(brokers).values(values).onConflictDoUpdate({ target: brokers.id, set: values });
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

/** Lists every registered broker, ordered by id. */
export async function listAllBrokers(db: Queries): Promise<BrokerRow[]> {
  return db.select().from(brokers).orderBy(asc(brokers.id));
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

/** Returns the edge address of a live broker, of one that is not drained if there is one. */
export async function readEdgeAddress(db: Queries): Promise<EdgeAddress> {
  const [edge] = await db
    .select({ http: brokers.edgeHttp, https: brokers.edgeHttps })
    .from(brokers)
    .where(eq(brokers.state, 'live'))
    .orderBy(isNotNull(brokers.drainedAt), asc(brokers.id))
    .limit(1);
  return edge ?? { http: null, https: null };
}
