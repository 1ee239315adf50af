import { listLogs, type LogEntry } from '@portolan/contract/telemetry';
import { toned } from './block.ts';
import { formatTime, toneOf } from './format.ts';
import type { Kind } from './kind.ts';

/** What agents reported in the last 24 hours. */
export const logs: Kind<LogEntry> = {
  name: 'logs',
  singular: 'log',
  title: 'Logs',
  aliases: ['log'],
  topics: ['logs'],
  sort: '-time',
  empty: 'No log entries in the last 24 hours.',
  columns: [
    {
      id: 'time',
      title: 'TIME',
      type: 'time',
      value: (row) => row.time,
      text: (row) => formatTime(row.time),
      min: 19,
    },
    {
      id: 'level',
      title: 'LEVEL',
      type: 'text',
      value: (row) => row.level,
      tone: (row) => toneOf(row.level),
    },
    { id: 'cluster', drop: 3, title: 'CLUSTER', type: 'text', value: (row) => row.cluster, max: 18 },
    { id: 'event', drop: 2, title: 'EVENT', type: 'text', value: (row) => row.event, max: 30 },
    { id: 'message', title: 'MESSAGE', type: 'text', value: (row) => row.message, min: 20 },
    { id: 'fields', title: 'FIELDS', type: 'text', value: fieldsText, wide: true, min: 20, max: 80 },
  ],
  id: (row) => row.id,
  label: (row) => row.event,
  fetch: ({ client, workspace }, query, signal) =>
    client.call(listLogs, { params: { workspace }, query }, signal),
  tabs: (row) => [
    {
      id: 'entry',
      title: 'Entry',
      blocks: [
        {
          type: 'fields',
          rows: [
            ['Time', formatTime(row.time)],
            ['Level', toned(toneOf(row.level), row.level)],
            ['Cluster', row.cluster],
            ['Event', row.event],
            ['Message', row.message],
          ],
        },
        {
          type: 'fields',
          title: 'Fields',
          rows: Object.entries(row.fields).map(([key, value]) => [
            key,
            typeof value === 'string' ? value : JSON.stringify(value),
          ]),
        },
      ],
    },
  ],
};

/** As logfmt writes them: `api=tickets status=502`. */
function fieldsText(row: LogEntry): string {
  return Object.entries(row.fields)
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
}
