import { ageColumn } from './age-column.ts';
import { listAlerts, type Alert } from '@portolan/contract/alerts';
import { conditionOf, targetOf } from './alert-conditions.ts';
import { toned, type Block } from './block.ts';
import { formatAge, formatNumber, formatTime, toneOf } from './format.ts';
import { firedTab, historyTab } from './alert-tabs.ts';
import type { Kind } from './kind.ts';
import { auditTab } from './related-tabs.ts';
import { recordTraces } from './traces.ts';

/** Times a rule fired, those that still do first. */
export const alerts: Kind<Alert> = {
  name: 'alerts',
  singular: 'alert',
  title: 'Alerts',
  aliases: ['alert'],
  topics: ['alerts'],
  sort: '-firedAt',
  empty: 'No alerts. Alert rules are at `: rules`.',
  columns: [
    {
      id: 'state',
      title: 'STATE',
      type: 'text',
      value: (row) => row.state,
      tone: (row) => toneOf(row.state),
    },
    {
      id: 'severity',
      title: 'SEVERITY',
      type: 'text',
      value: (row) => row.severity,
      tone: (row) => toneOf(row.severity),
    },
    { id: 'rule', title: 'RULE', type: 'text', value: (row) => row.rule.name, min: 10, max: 36 },
    { id: 'target', drop: 2, title: 'TARGET', type: 'text', value: (row) => targetOf(row.scope), max: 40 },
    {
      id: 'value',
      title: 'VALUE',
      type: 'number',
      value: (row) => row.value,
      text: (row) => (row.value === null ? '–' : formatNumber(row.value)),
      right: true,
    },
    {
      id: 'silenced',
      drop: 3,
      title: 'SILENCED',
      type: 'text',
      value: (row) => (row.silence === null ? '' : 'yes'),
    },
    ageColumn('firedAt', 'SINCE', (row) => row.firedAt),
  ],
  id: (row) => row.id,
  label: (row) => row.rule.name,
  fetch: ({ client, workspace }, query, signal) =>
    client.call(listAlerts, { params: { workspace }, query }, signal),
  traces: (row) => ({ ...recordTraces(row.rule.id), alerts: row.scope }),
  tabs: (row, _loaded, now) => [
    { id: 'overview', title: 'Overview', blocks: [overview(row, now), points(row)] },
    historyTab(row),
    firedTab(row.rule, now),
    auditTab(recordTraces(row.rule.id)),
  ],
};

function overview(row: Alert, now: number): Block {
  return {
    type: 'fields',
    rows: [
      ['State', toned(toneOf(row.state), row.state)],
      ['Severity', toned(toneOf(row.severity), row.severity)],
      ['Rule', row.rule.name],
      ['Watches', targetOf(row.scope)],
      ['Fires when', conditionOf(row.threshold)],
      ['Value', row.value === null ? '–' : formatNumber(row.value)],
      ['Fired', `${formatTime(row.firedAt)} (${formatAge(row.firedAt, now)} ago)`],
      ['Resolved', row.resolvedAt === null ? '–' : formatTime(row.resolvedAt)],
      [
        'Silenced',
        row.silence === null
          ? 'no'
          : `until ${formatTime(row.silence.until)} by ${row.silence.by}: ${row.silence.reason}`,
      ],
    ],
  };
}

function points(row: Alert): Block {
  const values = row.points.map((point) => point.value);
  return {
    type: 'spark',
    title: 'Last evaluation while firing',
    values,
    caption: values.length === 0 ? 'no points' : `highest ${formatNumber(Math.max(...values))}`,
  };
}
