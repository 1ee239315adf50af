import {
  createAlertReceiver,
  deleteAlertReceiver,
  testAlertReceiver,
} from '@portolan/contract/alert-receivers';
import { ALERT_SEVERITIES } from '@portolan/contract/alerts';
import type { Command, Plan } from '../../commands/command.ts';
import { Failure } from '@portolan/console/failure';
import { receivers } from '@portolan/console/kinds/receivers';
import { Form } from '../../overlays/form.ts';
import { Notice } from '../../overlays/notice.ts';
import type { App } from '../../store/app.ts';
import { oneOf } from './rule-form.ts';

const KINDS = ['receivers'];
const takesOne = (app: App) => (app.targets(receivers).length === 1 ? null : 'it takes one receiver');

/** Naming who is told of alerts, trying it, and ending it. */
export const receiverCommands: readonly Command[] = [
  {
    id: 'receivers.new',
    title: 'New receiver of alerts',
    keys: ['n'],
    where: 'item',
    kinds: KINDS,
    permission: 'workspace.write',
    hint: 'new',
    danger: 0,
    run: (app) => app.openOverlay(receiverForm(app)),
  },
  {
    id: 'receivers.test',
    title: 'Send it a notification now',
    keys: ['f'],
    where: 'item',
    kinds: KINDS,
    permission: 'workspace.write',
    hint: 'test',
    danger: 0,
    disabled: takesOne,
    async run(app) {
      const [receiver] = app.targets(receivers);
      if (!receiver) return;
      const { client, workspace } = app.session;
      const params = { workspace, receiver: receiver.id };
      const { delivered, problem } = await client.call(testAlertReceiver, { params });
      if (!delivered)
        throw new Failure(`${receiver.name} was not reached: ${problem ?? 'no reason was given'}.`);
      app.say(`${receiver.name} took a test notification.`);
    },
  },
  {
    id: 'receivers.delete',
    title: 'Tell the receiver no more',
    keys: ['D'],
    where: 'item',
    kinds: KINDS,
    permission: 'workspace.write',
    danger: 2,
    disabled: takesOne,
    plan: deletePlan,
  },
];

function receiverForm(app: App): Form {
  return new Form({
    title: 'New receiver of alerts',
    action: 'tell it of alerts from now on',
    fields: [
      { name: 'name', label: 'Name', hint: 'such as on-call', isNeeded: true },
      { name: 'to', label: 'To', hint: 'an e-mail address, or https://… for a webhook', isNeeded: true },
      {
        name: 'severity',
        label: 'From',
        value: 'info',
        choices: ALERT_SEVERITIES,
        hint: `${ALERT_SEVERITIES.join(', ')}: less severe alerts are not told of`,
      },
    ],
    async submit({ name = '', to = '', severity = '' }) {
      const { client, workspace } = app.session;
      const isWebhook = /^https?:\/\//.test(to);
      const made = await client.call(createAlertReceiver, {
        params: { workspace },
        body: {
          name,
          target: isWebhook ? { kind: 'webhook', url: to } : { kind: 'mail', email: to },
          minSeverity: oneOf(ALERT_SEVERITIES, severity, 'severity'),
        },
      });
      app.closeOverlay();
      await app.showMade(receivers, made.id);
      app.did({ what: 'New receiver', object: name, result: `${name} is told of alerts; f tries it.` });
      if (made.secret === null) return;
      const text = 'Copy it now: it signs what the webhook is sent, and is shown this once.';
      app.openOverlay(
        new Notice(`Secret of ${name}`, [{ type: 'note', tone: 'warn', text }], {
          secret: made.secret,
          now: app.now,
        }),
      );
    },
  });
}

function deletePlan(app: App): Plan | null {
  const [receiver] = app.targets(receivers);
  if (!receiver) return null;
  const { client, workspace } = app.session;
  return {
    title: `Tell ${receiver.name} no more`,
    action: 'End it',
    object: receiver.name,
    lines: [`It is told of nothing any more, also not of the ${receiver.waiting} that wait.`],
    async run() {
      await client.call(deleteAlertReceiver, { params: { workspace, receiver: receiver.id } });
      return `${receiver.name} is told no more.`;
    },
  };
}
