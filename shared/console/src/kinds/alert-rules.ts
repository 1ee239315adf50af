import { ageColumn } from './age-column.ts';
import { listAlertRules, type AlertRule } from '@portolan/contract/alerts';
import { conditionOf, targetOf } from './alert-conditions.ts';
import { toned } from './block.ts';
import { formatAge, formatTime, toneOf } from './format.ts';
import { firedTab, historyTab } from './alert-tabs.ts';
import type { Kind } from './kind.ts';
import { auditTab } from './related-tabs.ts';
import { quoted, recordTraces } from './traces.ts';

/** What is watched, and when it is an alert. */
export const alertRules: Kind<AlertRule> = {
  name: 'rules',
  singular: 'rule',
  title: 'Alert rules',
  aliases: ['rule', 'alert-rules', 'alert-rule'],
  topics: ['alerts'],
  sort: 'name',
  empty: 'No alert rules yet. Press n to create one.',
  columns: [
    { id: 'name', title: 'RULE', type: 'text', value: (row) => row.name, min: 10, max: 36 },
    {
      id: 'state',
      title: 'STATE',
      type: 'text',
      value: (row) => row.state,
      tone: (row) => toneOf(row.state),
    },
    { id: 'severity', title: 'SEVERITY', type: 'text', value: (row) => row.severity },
    { id: 'target', drop: 3, title: 'WATCHES', type: 'text', value: (row) => targetOf(row.scope), max: 40 },
    {
      id: 'condition',
      drop: 4,
      title: 'FIRES WHEN',
      type: 'text',
      value: (row) => conditionOf(row.threshold),
      max: 60,
    },
    {
      id: 'silenced',
      drop: 2,
      title: 'SILENCED',
      type: 'text',
      value: (row) => (row.silence === null ? '' : 'yes'),
    },
    ageColumn('updatedAt', 'AGE', (row) => row.updatedAt, { drop: 5 }),
  ],
  id: (row) => row.id,
  label: (row) => row.name,
  fetch: ({ client, workspace }, query, signal) =>
    client.call(listAlertRules, { params: { workspace }, query }, signal),
  traces: (row) => recordTraces(row.id),
  tabs: (row, _loaded, now) => [
    {
      id: 'overview',
      title: 'Overview',
      blocks: [
        {
          type: 'fields',
          rows: [
            ['Rule', row.name],
            ['State', toned(toneOf(row.state), row.state)],
            ['Severity', row.severity],
            ['Watches', targetOf(row.scope)],
            ['Fires when', conditionOf(row.threshold)],
            [
              'Silenced',
              row.silence === null
                ? 'no'
                : `until ${formatTime(row.silence.until)} by ${row.silence.by}: ${row.silence.reason}`,
            ],
            ['Changed', `${formatTime(row.updatedAt)} (${formatAge(row.updatedAt, now)} ago)`],
          ],
        },
      ],
    },
    historyTab(row),
    firedTab(row, now),
    auditTab(recordTraces(row.id)),
  ],
  inside: (row) => ({ kind: 'alerts', filter: `rule=${quoted(row.name)}` }),
};
