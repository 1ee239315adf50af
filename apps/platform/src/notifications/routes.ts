import * as contract from '@portolan/contract/alert-receivers';
import type { AlertReceiver, ReceiverTarget } from '@portolan/contract/alert-receivers';
import { clientOf, enforceRateLimit } from '../auth/rate-limit.ts';
import type { Transaction } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import { onDuplicate } from '../db/duplicate.ts';
import { AppError, notFound } from '../app-error.ts';
import { mount, mountWithoutTransaction } from '../http/mount.ts';
import type { UnitOfWork } from '../db/unit-of-work.ts';
import type { Api, CreateCapability } from '../platform.ts';
import { deliverDue, secretContext, send } from './deliver.ts';
import { readWorkspace } from './outbox-store.ts';
import {
  deleteReceiverRow,
  findReceiver,
  insertReceiver,
  listReceivers,
  recordAttempt,
} from './receiver-store.ts';
import { newWebhookSecret } from './webhook.ts';

const DELIVER_EVERY_MS = 5_000;
const RECEIVERS_MAX = 20;

/** Routes for alert receivers, and the delivery of notifications. */
export const notifications: CreateCapability = (platform) => ({
  routes(api) {
    mount(api, contract.listAlertReceivers, async ({ workspace }, { tx }) => ({
      items: await listReceivers(tx, workspace.id),
    }));
    mount(api, contract.createAlertReceiver, ({ workspace, body }, work) =>
      createReceiver(api, work, { workspace: workspace.id, ...body }),
    );
    mountWithoutTransaction(api, contract.testAlertReceiver, async ({ workspace, params, remoteAddress }) => {
      await enforceRateLimit(api.db, clientOf(remoteAddress), [
        { key: `receiver-test:${workspace.id}`, burst: 10, everySeconds: 6 },
      ]);
      const { row } = await receiverOf(api, workspace.id, params.receiver);
      const about = await readWorkspace(api.db, workspace.id);
      const at = new Date().toISOString();
      const notification = { id: newId('ntf'), type: 'test', at, workspace: about, alert: null } as const;
      const problem = await send(api, row, notification);
      await recordAttempt(api.db, row.id, problem);
      return { delivered: problem === null, problem };
    });
    mount(api, contract.deleteAlertReceiver, async ({ workspace, params }, work) => {
      const { view } = await receiverOf({ db: work.tx }, workspace.id, params.receiver);
      await deleteReceiverRow(work.tx, view.id);
      work.audit({ action: 'alert-receiver.delete', target: targetOf(view), before: view });
      work.publish('alerts', [view.id], 'deleted');
    });
  },
  jobs: [{ name: 'notifications.delivery', everyMs: DELIVER_EVERY_MS, run: () => deliverDue(platform) }],
});

interface NewReceiver {
  readonly workspace: string;
  readonly name: string;
  readonly target: ReceiverTarget;
  readonly minSeverity: AlertReceiver['minSeverity'];
}

async function createReceiver(
  { sealer, mailer }: Api,
  work: UnitOfWork,
  { workspace, name, target, minSeverity }: NewReceiver,
): Promise<AlertReceiver & { readonly secret: string | null }> {
  if (target.kind === 'mail' && !mailer) {
    throw new AppError('conflict', 'This platform has no mail server configured.', {
      fix: 'Set PORTOLAN_SMTP_URL on the platform, or use a webhook.',
    });
  }
  if ((await listReceivers(work.tx, workspace)).length >= RECEIVERS_MAX) {
    throw new AppError(
      'conflict',
      `This workspace already has ${RECEIVERS_MAX} alert receivers, the maximum.`,
      {
        fix: 'Delete a receiver that is no longer needed.',
      },
    );
  }
  const [id, secret] = [newId('rcv'), target.kind === 'webhook' ? newWebhookSecret() : null];
  const place = { id, workspaceId: workspace };
  const sealedSecret = secret === null ? null : sealer.seal(secret, secretContext(place));
  const address = target.kind === 'webhook' ? target.url : target.email;
  const row = { ...place, name, kind: target.kind, address, sealedSecret, minSeverity };
  await insertReceiver(work.tx, row).catch(
    onDuplicate(`Alert receiver ${name} already exists.`, {
      field: 'name',
      fix: 'Choose another name, or delete that receiver first.',
    }),
  );
  const { view } = await receiverOf({ db: work.tx }, workspace, id);
  work.audit({ action: 'alert-receiver.create', target: targetOf(view), after: view });
  work.publish('alerts', [id], 'created');
  return { ...view, secret };
}

async function receiverOf(
  { db }: Pick<Api, 'db'> | { readonly db: Transaction },
  workspace: string,
  idOrName: string,
) {
  const found = await findReceiver(db, workspace, idOrName);
  if (!found) throw notFound(`alert receiver ${idOrName}`);
  return found;
}

function targetOf({ id, name }: AlertReceiver): { kind: string; id: string; name: string } {
  return { kind: 'alert-receiver', id, name };
}
