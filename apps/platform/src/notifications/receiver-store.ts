import { and, asc, eq, getTableColumns, or, sql } from 'drizzle-orm';
import type { AlertReceiver } from '@portolan/contract/alert-receivers';
import type { Queries, Transaction } from '../db/database.ts';
import { alertReceivers } from './schema.ts';

export type ReceiverRow = typeof alertReceivers.$inferSelect;

// Columns are named in SQL: Drizzle omits the table of a column when a query selects from one table.
const waiting = sql<number>`(select count(*)::int from alert_notifications n where n.receiver_id = alert_receivers.id)`;
const selection = { ...getTableColumns(alertReceivers), waiting };

export async function listReceivers(db: Queries, workspace: string): Promise<AlertReceiver[]> {
  const rows = await db
    .select(selection)
    .from(alertReceivers)
    .where(eq(alertReceivers.workspaceId, workspace))
    .orderBy(asc(alertReceivers.name));
  return rows.map(receiverView);
}

/** Returns a receiver by id or name. */
export async function findReceiver(
  db: Queries,
  workspace: string,
  idOrName: string,
): Promise<{ readonly row: ReceiverRow; readonly view: AlertReceiver } | null> {
  const [row] = await db
    .select(selection)
    .from(alertReceivers)
    .where(
      and(
        eq(alertReceivers.workspaceId, workspace),
        or(eq(alertReceivers.id, idOrName), eq(alertReceivers.name, idOrName)),
      ),
    );
  return row ? { row, view: receiverView(row) } : null;
}

function receiverView(row: ReceiverRow & { readonly waiting: number }): AlertReceiver {
  const { id, name, kind, address, minSeverity, lastError } = row;
  return {
    id,
    name,
    target: kind === 'webhook' ? { kind, url: address } : { kind, email: address },
    minSeverity,
    createdAt: row.createdAt.toISOString(),
    waiting: row.waiting,
    lastDeliveredAt: row.lastDeliveredAt?.toISOString() ?? null,
    lastError,
  };
}

export async function insertReceiver(
  tx: Transaction,
  row: typeof alertReceivers.$inferInsert,
): Promise<void> {
  await tx.insert(alertReceivers).values(row);
}

export async function deleteReceiverRow(tx: Transaction, id: string): Promise<void> {
  await tx.delete(alertReceivers).where(eq(alertReceivers.id, id));
}

/** Records the result of the latest attempt; null: delivered. */
export async function recordAttempt(db: Queries, id: string, problem: string | null): Promise<void> {
  await db
    .update(alertReceivers)
    .set({ lastError: problem, ...(problem === null ? { lastDeliveredAt: sql`now()` } : {}) })
    .where(eq(alertReceivers.id, id));
}
