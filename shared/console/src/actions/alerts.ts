import {
  createAlertReceiver,
  deleteAlertReceiver,
  testAlertReceiver,
} from '@portolan/contract/alert-receivers';
import {
  ALERT_KINDS,
  ALERT_METRICS,
  ALERT_SEVERITIES,
  createAlertRule,
  deleteAlertRule,
  endSilence,
  silenceAlertRule,
  updateAlertRule,
  type AlertRule,
} from '@portolan/contract/alerts';
import { z } from 'zod';
import { Failure } from '../failure.ts';
import { alertRules } from '../kinds/alert-rules.ts';
import { conditionOf, targetOf } from '../kinds/alert-conditions.ts';
import { receivers } from '../kinds/receivers.ts';
import type { Session } from '../kinds/kind.ts';
import { defineAction, stepsFor } from './action.ts';
import { amount, choice, duration, optionalText, text } from './input.ts';
import { momentIn } from './keys.ts';

const name = (row: { readonly name: string }) => row.name;
const words = (allowed: readonly string[], usual?: string) =>
  `${allowed.join(', ')}${usual === undefined ? '' : `; ${usual} by default`}`;

/** What a rule is made of; the same fields create one and change one. */
export const ruleInputs = z.object({
  name: text({ label: 'Name', value: 'NAME', help: 'such as flights-failing' }),
  api: text({
    label: 'Watches',
    value: 'NAMESPACE/NAME',
    of: 'apis',
    help: 'API to watch, or with a kind another object of that name; * for each of them',
  }),
  kind: choice(ALERT_KINDS, {
    label: 'Kind',
    value: 'KIND',
    initial: 'api',
    help: words(ALERT_KINDS, 'api'),
  }),
  metric: choice(ALERT_METRICS, { label: 'Metric', value: 'METRIC', help: words(ALERT_METRICS) }),
  above: amount({ label: 'Above', value: 'NUMBER', help: 'fires when the metric is above this value' }),
  below: amount({ label: 'Below', value: 'NUMBER', help: 'fires when the metric is below this value' }),
  within: duration({
    label: 'Window',
    value: 'TIME',
    unit: 's',
    initial: '10m',
    help: 'time range that is evaluated; 10m by default',
  }),
  times: amount({
    label: 'Occurrences',
    value: 'N',
    initial: '1',
    help: 'points of the window that must be above or below; 1 by default',
  }),
  minRequests: amount({
    label: 'Requests',
    value: 'N',
    initial: '0',
    help: 'points with fewer requests do not count; 0 by default',
  }),
  objective: amount({
    label: 'Objective',
    value: 'PERCENT',
    initial: '99.9',
    help: 'percent of requests without error that is promised, for burn rates; 99.9 by default',
  }),
  severity: choice(ALERT_SEVERITIES, {
    label: 'Severity',
    value: 'SEVERITY',
    initial: 'warning',
    help: words(ALERT_SEVERITIES, 'warning'),
  }),
  enabled: choice(['yes', 'no'], {
    label: 'Enabled',
    value: 'yes|no',
    initial: 'yes',
    help: 'whether the rule is evaluated; yes by default',
  }),
  namespace: optionalText({
    label: 'Namespace',
    value: 'NAME',
    short: 'n',
    help: 'namespace of the watched object',
  }),
  cluster: optionalText({
    label: 'Cluster',
    value: 'NAME',
    of: 'clusters',
    help: 'cluster; the sum of all clusters by default',
  }),
});

/** The body of a rule; throws Failure where the inputs contradict each other. */
export function ruleBody(inputs: z.output<typeof ruleInputs>) {
  const { api, above, below } = inputs;
  if ((above === undefined) === (below === undefined))
    throw new Failure('When the rule fires is missing.', 'Give a value for either above or below.', 2);
  const [object = '', namespace = inputs.namespace ?? ''] = api.split('/').toReversed();
  return {
    name: inputs.name,
    severity: inputs.severity,
    enabled: inputs.enabled === 'yes',
    scope: { kind: inputs.kind, namespace, name: object, cluster: inputs.cluster ?? null },
    threshold: {
      metric: inputs.metric,
      condition: { above: above !== undefined, value: above ?? below ?? 0 },
      occurrence: inputs.times ?? 1,
      timeRange: inputs.within ?? 600,
      minRequests: inputs.minRequests ?? 0,
      objective: inputs.objective ?? 99.9,
    },
  };
}

/** The inputs that make a rule what it is. */
export function ruleValues(rule: AlertRule) {
  const { scope, threshold } = rule;
  const { above, value } = threshold.condition;
  return {
    name: rule.name,
    api: `${scope.namespace}/${scope.name}`,
    kind: scope.kind,
    metric: threshold.metric,
    ...(above ? { above: String(value) } : { below: String(value) }),
    within: `${threshold.timeRange}s`,
    times: String(threshold.occurrence),
    minRequests: String(threshold.minRequests),
    objective: String(threshold.objective),
    severity: rule.severity,
    enabled: rule.enabled ? 'yes' : 'no',
    ...(scope.cluster === null ? {} : { cluster: scope.clusterName ?? scope.cluster }),
  };
}

export const ruleCreate = defineAction({
  id: 'rules.create',
  title: 'New alert rule',
  button: 'Create',
  done: 'created',
  permission: 'alerts.write',
  danger: 0,
  kind: alertRules,
  takes: 'none',
  keys: ['n'],
  inputs: ruleInputs,
  plan: ({ client, workspace }, _rows, inputs) => {
    const body = ruleBody(inputs);
    return {
      steps: [
        {
          name: body.name,
          async run() {
            const rule = await client.call(createAlertRule, { params: { workspace }, body });
            const note = `It watches ${targetOf(rule.scope)}: ${conditionOf(rule.threshold)}.`;
            return { name: rule.name, id: rule.id, object: rule, note };
          },
        },
      ],
    };
  },
});

export const ruleEdit = defineAction({
  id: 'rules.edit',
  title: 'Edit an alert rule',
  button: 'Save',
  done: 'saved',
  permission: 'alerts.write',
  danger: 0,
  kind: alertRules,
  takes: 'one',
  keys: ['e', 'i'],
  inputs: ruleInputs,
  initial: (_session, rule) => ruleValues(rule),
  plan: (session, rows, inputs) => {
    const after = ruleBody(inputs);
    return {
      steps: setRules(session, rows, () => after),
      undo: {
        title: `Restore rule ${rows.map(name).join(', ')}`,
        done: 'restored',
        steps: setRules(session, rows, ({ name: label, severity, enabled, scope, threshold }) => {
          const { clusterName: _, ...watched } = scope;
          return { name: label, severity, enabled, scope: watched, threshold };
        }),
      },
    };
  },
});

type RuleBody = z.input<typeof updateAlertRule.body>;

/** Returns steps that change rules. */
export function setRules(
  { client, workspace }: Session,
  rows: readonly AlertRule[],
  bodyOf: (rule: AlertRule) => RuleBody,
) {
  return stepsFor(rows, name, async (rule) => ({
    object: await client.call(updateAlertRule, {
      params: { workspace, rule: rule.id },
      body: bodyOf(rule),
    }),
  }));
}

export const ruleDisable = enabledAction(false);
export const ruleEnable = enabledAction(true);

function enabledAction(enabled: boolean) {
  return defineAction({
    id: enabled ? 'rules.enable' : 'rules.disable',
    title: enabled ? 'Enable alert rules' : 'Disable alert rules',
    button: enabled ? 'Enable' : 'Disable',
    done: enabled ? 'enabled' : 'disabled',
    details: 'A disabled rule is not evaluated, and its alert is resolved.',
    permission: 'alerts.write',
    danger: 1,
    kind: alertRules,
    takes: 'some',
    inputs: z.object({}),
    whyNot: (rule) => (rule.enabled === enabled ? `it is ${enabled ? 'enabled' : 'disabled'} already` : null),
    plan: (session, rows) => ({
      lines: enabled ? [] : ['Disabled rules are not evaluated, and their alerts are resolved.'],
      steps: setRules(session, rows, () => ({ enabled })),
      undo: {
        title: `${enabled ? 'Disable' : 'Enable'} ${rows.map(name).join(', ')} again`,
        done: enabled ? 'disabled' : 'enabled',
        steps: setRules(session, rows, () => ({ enabled: !enabled })),
      },
    }),
  });
}

export const ruleSilence = defineAction({
  id: 'rules.silence',
  title: 'Silence an alert rule',
  button: 'Silence',
  done: 'silenced',
  details: 'The rule is still evaluated, but sends no notifications. Everyone sees the reason.',
  permission: 'alerts.write',
  danger: 0,
  kind: alertRules,
  takes: 'one',
  keys: ['Z'],
  inputs: z.object({
    for: duration({
      label: 'For',
      value: 'TIME',
      unit: 's',
      initial: '1h',
      help: 'how long; 1h by default',
    }),
    reason: text({ label: 'Reason', value: 'TEXT', help: 'shown to everyone' }),
  }),
  whyNot: ({ silence }) => (silence === null ? null : `it is silenced until ${silence.until}`),
  plan: ({ client, workspace }, rows, { for: seconds = 3600, reason }) => ({
    steps: stepsFor(rows, name, async (rule) => {
      const until = momentIn(seconds);
      const params = { workspace, rule: rule.id };
      const object = await client.call(silenceAlertRule, { params, body: { until, reason } });
      return { object, done: `silenced until ${until}` };
    }),
  }),
});

export const ruleUnsilence = defineAction({
  id: 'rules.unsilence',
  title: 'End the silence of an alert rule',
  button: 'Unsilence',
  done: 'unsilenced',
  permission: 'alerts.write',
  danger: 0,
  kind: alertRules,
  takes: 'one',
  keys: ['Z'],
  inputs: z.object({}),
  whyNot: ({ silence }) => (silence === null ? 'it is not silenced' : null),
  plan: ({ client, workspace }, rows) => ({
    steps: stepsFor(rows, name, async (rule) => ({
      object: await client.call(endSilence, { params: { workspace, rule: rule.id } }),
    })),
  }),
});

export const ruleDelete = defineAction({
  id: 'rules.delete',
  title: 'Delete alert rules',
  button: 'Delete',
  done: 'deleted',
  permission: 'alerts.write',
  danger: 2,
  kind: alertRules,
  takes: 'some',
  keys: ['D'],
  inputs: z.object({}),
  plan: ({ client, workspace }, rows) => ({
    lines: [
      ...(rows.length === 1 ? [] : rows.map(name)),
      { tone: 'bad', text: 'Their alerts are deleted as well. This cannot be undone.' },
    ],
    steps: stepsFor(rows, name, async ({ id }) => {
      await client.call(deleteAlertRule, { params: { workspace, rule: id } });
    }),
  }),
});

export const receiverCreate = defineAction({
  id: 'receivers.create',
  title: 'New alert receiver',
  button: 'Create',
  done: 'created',
  details: 'A webhook signs what it is sent with a secret that is shown once.',
  permission: 'workspace.write',
  danger: 0,
  kind: receivers,
  takes: 'none',
  keys: ['n'],
  inputs: z.object({
    name: text({ label: 'Name', value: 'NAME', help: 'such as on-call' }),
    webhook: optionalText({ label: 'Webhook', value: 'URL', help: 'URL that receives a POST request' }),
    mail: optionalText({ label: 'E-mail', value: 'EMAIL', help: 'address that receives an e-mail' }),
    minSeverity: choice(ALERT_SEVERITIES, {
      label: 'Minimum severity',
      value: 'SEVERITY',
      initial: 'info',
      help: words(ALERT_SEVERITIES, 'info'),
    }),
  }),
  plan: ({ client, workspace }, _rows, { name: label, webhook, mail, minSeverity }) => {
    if ((webhook === undefined) === (mail === undefined))
      throw new Failure(
        'The target of the receiver is missing.',
        'Give either a webhook URL or an e-mail address.',
        2,
      );
    const target =
      webhook === undefined
        ? { kind: 'mail' as const, email: mail ?? '' }
        : { kind: 'webhook' as const, url: webhook };
    return {
      steps: [
        {
          name: label,
          async run() {
            const body = { name: label, target, minSeverity };
            const made = await client.call(createAlertReceiver, { params: { workspace }, body });
            const outcome = { name: made.name, id: made.id, object: made };
            if (made.secret === null) return outcome;
            const note = 'Copy it now: it signs what the webhook receives, and is shown this once.';
            return {
              ...outcome,
              secret: { title: `Secret of receiver ${made.name}`, note, value: made.secret },
            };
          },
        },
      ],
    };
  },
});

export const receiverTest = defineAction({
  id: 'receivers.test',
  title: 'Send a test notification',
  button: 'Send test',
  done: 'received a test notification',
  permission: 'workspace.write',
  danger: 0,
  kind: receivers,
  takes: 'one',
  keys: ['f'],
  inputs: z.object({}),
  plan: ({ client, workspace }, rows) => ({
    steps: stepsFor(rows, name, async ({ id, name: label }) => {
      const params = { workspace, receiver: id };
      const { delivered, problem } = await client.call(testAlertReceiver, { params });
      if (!delivered)
        throw new Failure(
          `The test notification to receiver ${label} failed: ${problem ?? 'no reason given'}.`,
          'Check its address and try again.',
        );
    }),
  }),
});

export const receiverDelete = defineAction({
  id: 'receivers.delete',
  title: 'Delete alert receivers',
  button: 'Delete',
  done: 'deleted',
  permission: 'workspace.write',
  danger: 2,
  kind: receivers,
  takes: 'some',
  keys: ['D'],
  inputs: z.object({}),
  plan: ({ client, workspace }, rows) => ({
    lines: rows.map((one) => `${one.name} receives no more alerts; ${one.waiting} waiting are dropped.`),
    steps: stepsFor(rows, name, async ({ id }) => {
      await client.call(deleteAlertReceiver, { params: { workspace, receiver: id } });
    }),
  }),
});
