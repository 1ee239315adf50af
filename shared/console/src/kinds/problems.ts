import { ageColumn } from './age-column.ts';
import { listProblems, type ProblemView } from '@portolan/contract/resources';
import { toned } from './block.ts';
import { formatAge, formatTime, toneOf } from './format.ts';
import type { Kind } from './kind.ts';

/** What is wrong with what the agents read: quarantined objects and warnings. */
export const problems: Kind<ProblemView> = {
  name: 'problems',
  singular: 'problem',
  title: 'Problems',
  aliases: ['problem'],
  topics: ['problems', 'resources'],
  sort: 'severity',
  empty: 'No problems: all objects are served.',
  columns: [
    {
      id: 'severity',
      title: 'SEVERITY',
      type: 'text',
      value: (row) => row.severity,
      tone: (row) => toneOf(row.severity),
    },
    { id: 'object', title: 'OBJECT', type: 'text', value: objectOf, min: 10, max: 36 },
    { id: 'file', drop: 2, title: 'WHERE', type: 'text', value: whereOf, min: 8, max: 36 },
    { id: 'field', drop: 3, title: 'FIELD', type: 'text', value: (row) => row.field, max: 28 },
    { id: 'message', title: 'WHAT', type: 'text', value: (row) => row.message, min: 16 },
    { id: 'cluster', title: 'CLUSTER', type: 'text', value: (row) => row.cluster, wide: true, max: 20 },
    { id: 'code', title: 'CODE', type: 'text', value: (row) => row.code, wide: true, max: 24 },
    ageColumn('since', 'AGE', (row) => row.since, { drop: 4 }),
  ],
  id: (row) => row.id,
  label: objectOf,
  fetch: ({ client, workspace }, query, signal) =>
    client.call(listProblems, { params: { workspace }, query }, signal),
  tabs: (row, _loaded, now) => [
    {
      id: 'overview',
      title: 'Overview',
      blocks: [
        {
          type: 'fields',
          rows: [
            ['Severity', toned(toneOf(row.severity), row.severity)],
            ['What', row.message],
            ['Fix', row.fix ?? '–'],
            ['Object', objectOf(row)],
            ['Field', row.field ?? '–'],
            ['File', whereOf(row) || '–'],
            ['Cluster', row.cluster],
            ['Code', row.code],
            ['Since', `${formatTime(row.since)} (${formatAge(row.since, now)} ago)`],
          ],
        },
        {
          type: 'note',
          tone: 'dim',
          text: 'The last valid revision of the object, if there is one, is still served.',
        },
      ],
    },
  ],
};

function objectOf(row: ProblemView): string {
  if (row.name === null) return row.file ?? row.code;
  const name = row.namespace === null ? row.name : `${row.namespace}/${row.name}`;
  return row.kind === null ? name : `${row.kind} ${name}`;
}

function whereOf(row: ProblemView): string {
  if (row.file === null) return '';
  return row.line === null ? row.file : `${row.file}:${row.line}`;
}
