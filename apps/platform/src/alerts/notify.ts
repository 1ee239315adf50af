import { and, eq, sql } from 'drizzle-orm';
import type { Transaction } from '../db/database.ts';
import { alerts } from './schema.ts';
import { queueNotifications } from '../notifications/outbox-store.ts';
import { findAlert } from './alert-store.ts';

/** Tells receivers that an alert fired, unless its rule is silenced; and that it is over, if they were told that it fired. */
export async function notifyReceivers(tx: Transaction, workspace: string, alertId: string): Promise<void> {
  const alert = await findAlert(tx, workspace, alertId);
  if (!alert) return;
  const hasFired = alert.state === 'firing';
  if (hasFired && alert.silence !== null) return;
  const [row] = await tx
    .update(alerts)
    .set({ notified: sql`not ${alerts.notified}` })
    .where(and(eq(alerts.id, alertId), eq(alerts.notified, !hasFired)))
    .returning({ id: alerts.id });
  if (!row) return;
  await queueNotifications(tx, workspace, { type: hasFired ? 'alert.fired' : 'alert.resolved', alert });
}
