import {
  ALERT_METRICS,
  ALERT_SEVERITIES,
  createAlertRule,
  deleteAlertRule,
  endSilence,
  silenceAlertRule,
  type AlertRule,
} from '@portolan/contract/alerts';
import { z } from 'zod';
import type { Command } from '../../commands/command.ts';
import { Failure } from '../../failure.ts';
import { alertRules } from '../../kinds/alert-rules.ts';
import { alerts } from '../../kinds/alerts.ts';
import { apis } from '../../kinds/apis.ts';
import { Form } from '../../overlays/form.ts';
import type { App } from '../../store/app.ts';

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

function ruleForm(app: App): Form {
  const known = app.lists.of(apis).rows as readonly { readonly namespace: string; readonly name: string }[];
  return new Form({
    title: 'New alert rule',
    action: 'make the rule',
    fields: [
      { name: 'name', label: 'Name', hint: 'such as flights-failing' },
      {
        name: 'api',
        label: 'API',
        hint: 'namespace/name; tab completes',
        choices: known.map((api) => `${api.namespace}/${api.name}`),
      },
      {
        name: 'severity',
        label: 'Severity',
        value: 'warning',
        choices: ALERT_SEVERITIES,
        hint: ALERT_SEVERITIES.join(', '),
      },
      {
        name: 'metric',
        label: 'Figure',
        value: 'errorsPerSecond',
        choices: ALERT_METRICS,
        hint: ALERT_METRICS.join(', '),
      },
      { name: 'value', label: 'Above', value: '1', hint: 'fires when the figure is above it' },
      { name: 'minutes', label: 'Within', value: '10', hint: 'minutes' },
    ],
    async submit({ name = '', api = '', severity = '', metric = '', value = '', minutes = '' }) {
      const { client, workspace } = app.session;
      const [namespace = '', apiName = ''] = api.includes('/') ? api.split('/') : ['', api];
      const made = await client.call(createAlertRule, {
        params: { workspace },
        body: {
          name,
          severity: oneOf(ALERT_SEVERITIES, severity, 'severity'),
          scope: { kind: 'api', namespace, name: apiName },
          threshold: {
            metric: oneOf(ALERT_METRICS, metric, 'figure'),
            condition: { above: true, value: numberOf(value, 'number') },
            timeRange: numberOf(minutes, 'minutes') * 60,
          },
        },
      });
      app.closeOverlay();
      app.openList(alertRules);
      await app.showMade(alertRules, made.id);
      app.did({ what: 'New alert rule', object: made.name, result: `Rule ${made.name} is made.` });
    },
  });
}

function oneOf<T extends string>(allowed: readonly T[], text: string, what: string): T {
  const parsed = z.enum(allowed).safeParse(text);
  if (parsed.success) return parsed.data;
  throw new Failure(`"${text}" is not a ${what}.`, `One of: ${allowed.join(', ')}.`);
}

function numberOf(text: string, what: string): number {
  const value = Number(text);
  if (text !== '' && value >= 0 && Number.isFinite(value)) return value;
  throw new Failure(`"${text}" is not a number of ${what}.`, 'Write it with digits.');
}
