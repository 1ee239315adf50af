import type { Transaction } from '../db/database.ts';
import { queueNotifications } from '../notifications/outbox-store.ts';
import { findAlert, trySetNotified } from './alert-store.ts';

/**
 * Notifies receivers that an alert fired, unless its rule is silenced, or that it was resolved, if they were notified that it
 * fired.
 */
export async function notifyReceivers(tx: Transaction, workspace: string, alertId: string): Promise<void> {
  const alert = await findAlert(tx, workspace, alertId);
  if (!alert) return;
  const hasFired = alert.state === 'firing';
  if (hasFired && alert.silence !== null) return;
  if (!(await trySetNotified(tx, alertId, hasFired))) return;
  await queueNotifications(tx, workspace, { type: hasFired ? 'alert.fired' : 'alert.resolved', alert });
}
