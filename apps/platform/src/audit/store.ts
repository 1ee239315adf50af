import { notFound } from '../app-error.ts';
import { workspaces } from '../workspaces/schema.ts';
import { and, asc, eq, gt, sql } from 'drizzle-orm';
import type { AuditEvent } from '@portolan/contract/audit';
import type { ListQuery } from '@portolan/contract/list';
import type { ListColumns } from '../lists/columns.ts';
import { readPage } from '../lists/list-page.ts';
import type { Queries, Transaction } from '../db/database.ts';
import { auditChains, auditEvents } from '../db/schema.ts';
import { GENESIS, hashOf } from '../db/audit-chain.ts';

const BATCH = 500;

type AuditRow = typeof auditEvents.$inferSelect;

/** Returns the id of a workspace's audit chain. @throws AppError `not-found`. */
export async function chainOfWorkspace(db: Queries, workspace: string): Promise<string> {
  const [row] = await db.select({ uid: workspaces.uid }).from(workspaces).where(eq(workspaces.id, workspace));
  if (!row) throw notFound(`workspace ${workspace}`);
  return row.uid;
}

/** Yields the events of a chain, oldest first. */
export async function* readChain(db: Queries, chain: string): AsyncGenerator<AuditRow> {
  let after = 0;
  for (;;) {
    const rows = await db
      .select()
      .from(auditEvents)
      .where(and(eq(auditEvents.chain, chain), gt(auditEvents.sequence, after)))
      .orderBy(asc(auditEvents.sequence))
      .limit(BATCH);
    yield* rows;
    const last = rows.at(-1);
    if (!last) return;
    after = last.sequence;
  }
}

export interface ChainVerdict {
  readonly intact: boolean;
  readonly events: number;
  readonly broken: { readonly sequence: number; readonly reason: string } | null;
  readonly head: string;
}

/** Verifies a chain: recomputes every hash and detects changed, removed, inserted and truncated events. */
export async function verifyChain(db: Queries, chain: string): Promise<ChainVerdict> {
  let previous: Buffer = GENESIS;
  let events = 0;
  const broken = (sequence: number, reason: string): ChainVerdict => ({
    intact: false,
    events,
    broken: { sequence, reason },
    head: previous.toString('hex'),
  });
  for await (const { hash, ...event } of readChain(db, chain)) {
    if (event.sequence !== events + 1) return broken(events + 1, 'is missing');
    if (!event.previous.equals(previous))
      return broken(event.sequence, 'does not follow the event before it');
    if (!hashOf(event).equals(hash)) return broken(event.sequence, 'was changed after it was written');
    previous = hash;
    events += 1;
  }
  const [head] = await db.select().from(auditChains).where(eq(auditChains.id, chain));
  if (head && head.sequence > events) return broken(events + 1, 'and all later events are missing');
  if (head && !head.head.equals(previous)) return broken(events, 'is not the last event of the chain');
  return { intact: true, events, broken: null, head: previous.toString('hex') };
}

const columns: ListColumns = {
  sequence: { type: 'number', sql: sql`${auditEvents.sequence}` },
  at: { type: 'time', sql: sql`${auditEvents.at}` },
  age: { type: 'time', sql: sql`${auditEvents.at}` },
  actor: { type: 'text', sql: sql`${auditEvents.actorName}`, isSearched: true },
  origin: { type: 'text', sql: sql`${auditEvents.origin}` },
  action: { type: 'text', sql: sql`${auditEvents.action}`, isSearched: true },
  target: { type: 'text', sql: sql`${auditEvents.targetName}`, isSearched: true },
  kind: { type: 'text', sql: sql`${auditEvents.targetKind}` },
  targetId: { type: 'text', sql: sql`${auditEvents.targetId}` },
  address: { type: 'text', sql: sql`${auditEvents.remoteAddress}`, isNullable: true },
  revision: { type: 'number', sql: sql`${auditEvents.revision}`, isNullable: true },
};

/** Returns one page of the events of a chain, newest first unless asked otherwise. */
export async function listAuditPage(tx: Transaction, chain: string, query: ListQuery) {
  return readPage(
    tx,
    query,
    {
      columns,
      sort: '-sequence',
      id: sql`${auditEvents.sequence}::text`,
      scope: eq(auditEvents.chain, chain),
      read: async ({ where, orderBy, limit, key }) => {
        const rows = await tx
          .select({ event: auditEvents, sortKey: key })
          .from(auditEvents)
          .where(where)
          .orderBy(...orderBy)
          .limit(limit);
        return rows.map(({ event, sortKey }) => ({ ...event, id: String(event.sequence), sortKey }));
      },
      count: (where) => tx.$count(auditEvents, where),
    },
    auditView,
  );
}

/** Returns an event as the API shows it. */
export function auditView(row: typeof auditEvents.$inferSelect): AuditEvent {
  const { sequence, origin, remoteAddress, action, before, after, revision } = row;
  return {
    sequence,
    at: row.at.toISOString(),
    actor: { kind: row.actorKind, id: row.actorId, name: row.actorName },
    origin,
    remoteAddress,
    action,
    target: { kind: row.targetKind, id: row.targetId, name: row.targetName },
    before,
    after,
    revision,
    hash: row.hash.toString('hex'),
  };
}
