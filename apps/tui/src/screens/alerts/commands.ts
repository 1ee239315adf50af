import { deleteAlertRule, endSilence, silenceAlertRule, type AlertRule } from '@portolan/contract/alerts';
import type { Command } from '../../commands/command.ts';
import { alertRules } from '@portolan/console/kinds/alert-rules';
import { alerts } from '@portolan/console/kinds/alerts';
import { apis } from '@portolan/console/kinds/apis';
import { Form } from '../../overlays/form.ts';
import type { App } from '../../store/app.ts';
import { ensureRead } from '../../store/ensure-read.ts';
import { numberOf, ruleForm } from './rule-form.ts';

const HOUR_MS = 3_600_000;

/** Making rules, silencing and deleting them. */
export const alertCommands: readonly Command[] = [
  {
    id: 'rules.new',
    title: 'New alert rule for an API',
    keys: ['n'],
    where: 'item',
    kinds: ['rules', 'alerts'],
    permission: 'alerts.write',
    hint: 'new rule',
    danger: 0,
    async run(app) {
      await ensureRead(app, apis);
      app.openOverlay(ruleForm(app));
    },
  },
  {
    id: 'apis.watch',
    title: 'New alert rule for the API',
    keys: ['N'],
    where: 'item',
    kinds: ['apis'],
    permission: 'alerts.write',
    danger: 0,
    disabled: (app) => (app.targets(apis).length === 1 ? null : 'it takes one API'),
    run: (app) => app.openOverlay(ruleForm(app)),
  },
  {
    id: 'rules.silence',
    title: 'Silence the rule, or end its silence',
    keys: ['Z'],
    where: 'item',
    kinds: ['rules', 'alerts'],
    permission: 'alerts.write',
    hint: 'silence',
    danger: 0,
    disabled: (app) => (ruleHere(app) === null ? 'it takes one rule' : null),
    run: silence,
  },
  {
    id: 'rules.edit',
    title: 'Edit the rule',
    keys: ['e', 'i'],
    where: 'item',
    kinds: ['rules'],
    permission: 'alerts.write',
    hint: 'edit',
    danger: 0,
    disabled: (app) => (app.targets(alertRules).length === 1 ? null : 'it takes one rule'),
    run(app) {
      const [rule] = app.targets(alertRules);
      if (rule) app.openOverlay(ruleForm(app, rule));
    },
  },
  {
    id: 'rules.delete',
    title: 'Delete the rule',
    keys: ['D'],
    where: 'item',
    kinds: ['rules'],
    permission: 'alerts.write',
    danger: 2,
    disabled: (app) => (app.targets(alertRules).length === 1 ? null : 'it takes one rule'),
    plan(app) {
      const [rule] = app.targets(alertRules);
      if (!rule) return null;
      const { client, workspace } = app.session;
      return {
        title: `Delete rule ${rule.name}`,
        action: 'Delete',
        object: rule.name,
        lines: ['Its alerts are deleted with it. This cannot be undone.'],
        async run() {
          await client.call(deleteAlertRule, { params: { workspace, rule: rule.id } });
          return `Rule ${rule.name} is deleted.`;
        },
      };
    },
  },
];

interface RuleHere {
  readonly id: string;
  readonly name: string;
  readonly silence: AlertRule['silence'];
}

function ruleHere(app: App): RuleHere | null {
  const rules = app.targets(alertRules);
  const fired = app.targets(alerts).map(({ rule, silence: held }) => ({ ...rule, silence: held }));
  const [first, ...more] = [...rules, ...fired];
  return first && more.length === 0 ? first : null;
}

async function silence(app: App): Promise<void> {
  const rule = ruleHere(app);
  if (!rule) return;
  const { client, workspace } = app.session;
  const params = { workspace, rule: rule.id };
  if (rule.silence !== null) {
    await client.call(endSilence, { params });
    app.did({ what: 'End the silence', object: rule.name, result: `Rule ${rule.name} is heard again.` });
    return;
  }
  app.openOverlay(
    new Form({
      title: `Silence ${rule.name}`,
      action: 'silence; it goes on being looked at',
      fields: [
        { name: 'hours', label: 'For', value: '1', hint: 'hours' },
        { name: 'reason', label: 'Reason', hint: 'shown to everyone' },
      ],
      focus: 'reason',
      async submit({ hours = '', reason = '' }) {
        const until = new Date(app.now() + numberOf(hours, 'hours') * HOUR_MS).toISOString();
        await client.call(silenceAlertRule, { params, body: { until, reason } });
        app.closeOverlay();
        app.did({
          what: 'Silence a rule',
          object: rule.name,
          result: `Rule ${rule.name} is silent for ${hours} h.`,
        });
      },
    }),
  );
}
