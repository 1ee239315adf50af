import { listAudit, type AuditEvent } from '@portolan/contract/audit';
import { toned, type Block } from './block.ts';
import { formatTime } from './format.ts';
import type { Kind } from './kind.ts';

/** Who changed what, from where. */
export const audit: Kind<AuditEvent> = {
  name: 'audit',
  singular: 'event',
  title: 'Audit',
  aliases: ['audits'],
  topics: ['audit'],
  sort: '-at',
  empty: 'No audit events yet.',
  columns: [
    {
      id: 'at',
      title: 'TIME',
      type: 'time',
      value: (row) => row.at,
      text: (row) => formatTime(row.at),
      min: 19,
    },
    { id: 'actor', title: 'ACTOR', type: 'text', value: (row) => row.actor.name, max: 32 },
    { id: 'action', title: 'ACTION', type: 'text', value: (row) => row.action, max: 26 },
    {
      id: 'target',
      title: 'TARGET',
      type: 'text',
      value: (row) => `${row.target.kind} ${row.target.name}`,
      min: 10,
      max: 44,
    },
    { id: 'origin', title: 'SOURCE', type: 'text', drop: 1, value: (row) => row.origin },
    {
      id: 'remoteAddress',
      title: 'ADDRESS',
      type: 'text',
      drop: 2,
      value: (row) => row.remoteAddress,
      max: 24,
    },
    { id: 'sequence', title: 'NO', type: 'number', drop: 3, value: (row) => row.sequence, right: true },
  ],
  id: (row) => String(row.sequence),
  label: (row) => `${row.action} ${row.target.name}`,
  fetch: ({ client, workspace }, query, signal) =>
    client.call(listAudit, { params: { workspace }, query }, signal),
  tabs: (row) => [
    {
      id: 'change',
      title: 'Change',
      blocks: [
        {
          type: 'fields',
          rows: [
            ['Time', formatTime(row.at)],
            ['Who', `${row.actor.name} (${row.actor.kind})`],
            ['Source', `${row.origin}${row.remoteAddress === null ? '' : `, ${row.remoteAddress}`}`],
            ['Did', row.action],
            ['Target', `${row.target.kind} ${row.target.name}`],
            ['Number', String(row.sequence)],
            ['Hash', toned('dim', row.hash)],
          ],
        },
      ],
      // What was recorded stays as it is.
      topics: [],
      read: async () => [await differences(row)],
    },
  ],
};

async function differences({ before, after }: AuditEvent): Promise<Block> {
  // Comparing takes more code than the list: loaded with the first event that is looked at.
  const { diffObjects } = await import('./manifest-diff.ts');
  return { type: 'cells', title: 'Changes', lines: diffObjects(before, after), empty: 'no differences' };
}
