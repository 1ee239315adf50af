import type { AlertNotification } from '@portolan/contract/alert-receivers';
import type { Platform } from '../platform.ts';
import { mailText } from './mail-text.ts';
import { deleteNotification, leaseDue, retryAfter, type Due } from './outbox-store.ts';
import { recordAttempt, type ReceiverRow } from './receiver-store.ts';
import { sendWebhook } from './webhook.ts';

const FIRST_RETRY_MS = 5_000;
const RETRY_MAX_MS = 30 * 60_000;
/** Time after which an undelivered notification is discarded. */
const GIVEN_UP_AFTER_MS = 24 * 3600_000;

export type Delivering = Pick<Platform, 'db' | 'sealer' | 'mailer' | 'outbound' | 'log'>;

/** Delivers all notifications that are due. */
export async function deliverDue(parts: Delivering): Promise<void> {
  for (;;) {
    const due = await leaseDue(parts.db);
    if (due.length === 0) return;
    await Promise.all(due.map((one) => deliverOne(parts, one)));
  }
}

async function deliverOne(parts: Delivering, { notification: row, receiver }: Due): Promise<void> {
  const { db, log } = parts;
  const problem = await send(parts, receiver, row.notification);
  await recordAttempt(db, receiver.id, problem);
  if (problem === null) return deleteNotification(db, row.id);
  const { id, attempts } = row;
  log.warn({
    event: 'notification.not-delivered',
    id,
    receiver: receiver.id,
    attempts: attempts + 1,
    problem,
  });
  if (Date.now() - row.createdAt.getTime() > GIVEN_UP_AFTER_MS) return deleteNotification(db, id);
  return retryAfter(db, id, Math.min(FIRST_RETRY_MS * 2 ** Math.min(attempts, 20), RETRY_MAX_MS));
}

/** Sends a notification. Returns the reason when it was not delivered, else null. */
export async function send(
  { sealer, mailer, outbound }: Delivering,
  receiver: ReceiverRow,
  notification: AlertNotification,
): Promise<string | null> {
  if (receiver.kind === 'mail') {
    if (!mailer) return 'No mail server is configured.';
    return mailer.send({ to: receiver.address, id: notification.id, ...mailText(notification) });
  }
  const secret = sealer.open(receiver.sealedSecret ?? '', secretContext(receiver));
  const webhook = { url: receiver.address, secret, guard: outbound.guard };
  return sendWebhook(webhook, notification).then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

/** Returns the context that binds a sealed webhook secret to its receiver. */
export function secretContext({ workspaceId, id }: Pick<ReceiverRow, 'workspaceId' | 'id'>): string {
  return `alert-receiver:${workspaceId}:${id}`;
}
