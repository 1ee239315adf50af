import {
  ALERT_METRICS,
  ALERT_SEVERITIES,
  createAlertRule,
  updateAlertRule,
  type AlertRule,
} from '@portolan/contract/alerts';
import { SERIES_KINDS } from '@portolan/contract/telemetry';
import { z } from 'zod';
import { Failure } from '@portolan/console/failure';
import { alertRules } from '@portolan/console/kinds/alert-rules';
import { apis } from '@portolan/console/kinds/apis';
import { Form, type Values } from '../../overlays/form.ts';
import type { App } from '../../store/app.ts';

/** Asks for a rule, new or to be changed. */
export function ruleForm(app: App, held?: AlertRule): Form {
  return new Form({
    title: held ? `Edit rule ${held.name}` : 'New alert rule',
    action: held ? 'save the rule' : 'make the rule',
    fields: fieldsOf(app, held),
    submit: (values) => (held ? save(app, held, values) : create(app, values)),
  });
}

function fieldsOf(app: App, held?: AlertRule) {
  const known = app.lists.of(apis).rows as readonly { readonly namespace: string; readonly name: string }[];
  const { scope, threshold } = held ?? {};
  const [here] = app.targets(apis);
  const place = scope ?? here;
  return [
    { name: 'name', label: 'Name', value: held?.name ?? '', hint: 'such as flights-failing', isNeeded: true },
    {
      name: 'object',
      label: 'Watches',
      value: place ? `${place.namespace}/${place.name}` : '',
      hint: 'namespace/name; tab completes',
      choices: known.map((api) => `${api.namespace}/${api.name}`),
      isNeeded: true,
    },
    {
      name: 'kind',
      label: 'which is',
      value: scope?.kind ?? 'api',
      choices: SERIES_KINDS,
      hint: SERIES_KINDS.join(', '),
    },
    {
      name: 'severity',
      label: 'Severity',
      value: held?.severity ?? 'warning',
      choices: ALERT_SEVERITIES,
      hint: ALERT_SEVERITIES.join(', '),
    },
    {
      name: 'metric',
      label: 'Fires when',
      value: threshold?.metric ?? 'errorsPerSecond',
      choices: ALERT_METRICS,
      hint: ALERT_METRICS.join(', '),
    },
    {
      name: 'side',
      label: 'is',
      value: threshold?.condition.above === false ? 'below' : 'above',
      choices: ['above', 'below'],
    },
    { name: 'value', label: 'the value', value: String(threshold?.condition.value ?? 1) },
    { name: 'occurrence', label: 'times', value: String(threshold?.occurrence ?? 1), hint: 'at least' },
    { name: 'minutes', label: 'in minutes', value: String((threshold?.timeRange ?? 600) / 60) },
    {
      name: 'enabled',
      label: 'Looked at',
      value: held?.enabled === false ? 'no' : 'yes',
      choices: ['yes', 'no'],
    },
  ];
}

function bodyOf(values: Values, held?: AlertRule) {
  const { name = '', object = '', kind = '', severity = '', metric = '', side = '', enabled = '' } = values;
  const slash = object.indexOf('/');
  return {
    name,
    severity: oneOf(ALERT_SEVERITIES, severity, 'severity'),
    enabled: oneOf(['yes', 'no'], enabled, 'answer') === 'yes',
    scope: {
      kind: oneOf(SERIES_KINDS, kind, 'kind'),
      namespace: slash < 0 ? '' : object.slice(0, slash),
      name: object.slice(slash + 1),
      cluster: held?.scope.cluster ?? null,
    },
    threshold: {
      metric: oneOf(ALERT_METRICS, metric, 'figure'),
      condition: {
        above: oneOf(['above', 'below'], side, 'side') === 'above',
        value: numberOf(values['value'] ?? '', 'number'),
      },
      occurrence: numberOf(values['occurrence'] ?? '', 'times'),
      timeRange: numberOf(values['minutes'] ?? '', 'minutes') * 60,
    },
  };
}

async function create(app: App, values: Values): Promise<void> {
  const { client, workspace } = app.session;
  const made = await client.call(createAlertRule, { params: { workspace }, body: bodyOf(values) });
  app.closeOverlay();
  app.openList(alertRules);
  await app.showMade(alertRules, made.id);
  app.did({ what: 'New alert rule', object: made.name, result: `Rule ${made.name} is made.` });
}

async function save(app: App, held: AlertRule, values: Values): Promise<void> {
  const { client, workspace } = app.session;
  const params = { workspace, rule: held.id };
  const { name, severity, enabled, scope, threshold } = held;
  const { clusterName: _, ...place } = scope;
  const before = { name, severity, enabled, scope: place, threshold };
  const after = bodyOf(values, held);
  const set = async (body: typeof after) => {
    await client.call(updateAlertRule, { params, body });
    return `Rule ${body.name} is saved.`;
  };
  const result = await set(after);
  app.closeOverlay();
  app.did({
    what: 'Edit the rule',
    object: name,
    result,
    undo: { title: `give rule ${name} its former values`, run: () => set(before), redo: () => set(after) },
  });
}

export function oneOf<const T extends string>(allowed: readonly T[], text: string, what: string): T {
  const parsed = z.enum(allowed).safeParse(text);
  if (parsed.success) return parsed.data;
  throw new Failure(`"${text}" is not a ${what}.`, `One of: ${allowed.join(', ')}.`);
}

export function numberOf(text: string, what: string): number {
  const value = Number(text);
  if (text !== '' && value >= 0 && Number.isFinite(value)) return value;
  throw new Failure(`"${text}" is not a number of ${what}.`, 'Write it with digits.');
}
