import { EACH_METRICS } from '@portolan/contract/alerts';
import type { Transaction } from '../db/database.ts';
import { queueNotifications } from '../notifications/outbox-store.ts';
import { findAlert, trySetNotified, tryNotifySubjects } from './alert-store.ts';

/**
 * Notifies receivers that an alert fired, unless its rule is silenced, or that it was resolved, if they were notified that it
 * fired. Where each thing counts, such as each certificate that ends, they are notified again of those that have been added.
 */
export async function notifyReceivers(tx: Transaction, workspace: string, alertId: string): Promise<void> {
  const alert = await findAlert(tx, workspace, alertId);
  if (!alert) return;
  const hasFired = alert.state === 'firing';
  if (hasFired && alert.silence !== null) return;
  const isNew = await trySetNotified(tx, alertId, hasFired);
  const hasMore =
    hasFired &&
    EACH_METRICS.includes(alert.threshold.metric) &&
    (await tryNotifySubjects(tx, alertId, alert.subjects));
  if (!isNew && !hasMore) return;
  await queueNotifications(tx, workspace, { type: hasFired ? 'alert.fired' : 'alert.resolved', alert });
}
