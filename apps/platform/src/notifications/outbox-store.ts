import { and, eq, inArray, sql } from 'drizzle-orm';
import { ALERT_SEVERITIES, type Alert } from '@portolan/contract/alerts';
import type { AlertNotification } from '@portolan/contract/alert-receivers';
import type { Database, Queries, Transaction } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import { alertNotifications, alertReceivers } from './schema.ts';
import { workspaces } from '../workspaces/schema.ts';

const BATCH = 20;
/** Time after which another replica may retry an attempt that has not finished. */
const LEASE = sql`now() + interval '2 minutes'`;

export type NotificationType = AlertNotification['type'];

/** Queues a notification for each receiver of the workspace, in the transaction that changes the alert. */
export async function queueNotifications(
  tx: Transaction,
  workspaceId: string,
  { type, alert }: { readonly type: NotificationType; readonly alert: Alert },
): Promise<void> {
  const rank = ALERT_SEVERITIES.indexOf(alert.severity);
  const receivers = await tx
    .select({ id: alertReceivers.id })
    .from(alertReceivers)
    .where(
      and(
        eq(alertReceivers.workspaceId, workspaceId),
        inArray(alertReceivers.minSeverity, ALERT_SEVERITIES.slice(0, rank + 1)),
      ),
    );
  if (receivers.length === 0) return;
  const workspace = await readWorkspace(tx, workspaceId);
  await tx.insert(alertNotifications).values(
    receivers.map(({ id: receiverId }) => {
      const id = newId('ntf');
      const notification = { id, type, at: new Date().toISOString(), workspace, alert };
      return { id, workspaceId, receiverId, notification };
    }),
  );
}

export async function readWorkspace(db: Queries, id: string): Promise<AlertNotification['workspace']> {
  const [row] = await db.select({ name: workspaces.name }).from(workspaces).where(eq(workspaces.id, id));
  return { id, name: row?.name ?? id };
}

export type Due = Awaited<ReturnType<typeof leaseDue>>[number];

/** Returns notifications that are due and leases them to this replica. */
export function leaseDue(db: Database) {
  return db.transaction(async (tx) => {
    const due = await tx
      .select({ notification: alertNotifications, receiver: alertReceivers })
      .from(alertNotifications)
      .innerJoin(alertReceivers, eq(alertReceivers.id, alertNotifications.receiverId))
      .where(sql`${alertNotifications.nextAt} <= now()`)
      .orderBy(alertNotifications.nextAt)
      .limit(BATCH)
      .for('update', { of: alertNotifications, skipLocked: true });
    const ids = due.map(({ notification }) => notification.id);
    if (ids.length > 0)
      await tx
        .update(alertNotifications)
        .set({ nextAt: LEASE, attempts: sql`${alertNotifications.attempts} + 1` })
        .where(inArray(alertNotifications.id, ids));
    return due;
  });
}

/** Deletes a notification that was delivered or discarded. */
export async function deleteNotification(db: Queries, id: string): Promise<void> {
  await db.delete(alertNotifications).where(eq(alertNotifications.id, id));
}

export async function retryAfter(db: Queries, id: string, delayMs: number): Promise<void> {
  await db
    .update(alertNotifications)
    .set({ nextAt: new Date(Date.now() + delayMs) })
    .where(eq(alertNotifications.id, id));
}
