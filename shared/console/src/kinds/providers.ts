import { ageColumn } from './age-column.ts';
import { listProviders, type Provider } from '@portolan/contract/providers';
import { toned } from './block.ts';
import { formatAge, formatTime, formatUntil } from './format.ts';
import type { Kind } from './kind.ts';
import { auditTab } from './related-tabs.ts';
import { quoted } from './traces.ts';
import type { Tone } from '../tone.ts';

const SYNC_TONES: Readonly<Record<Provider['sync']['state'], Tone>> = {
  never: 'dim',
  running: 'warn',
  succeeded: 'ok',
  failed: 'bad',
  alarm: 'bad',
};

/** Where users come from: one is in use, others can be gone back to. */
export const providers: Kind<Provider> = {
  name: 'providers',
  singular: 'provider',
  title: 'Identity providers',
  aliases: ['provider', 'idp', 'idps'],
  topics: ['providers', 'users'],
  sort: '-active',
  empty: 'No identity providers.',
  columns: [
    { id: 'id', title: 'PROVIDER', type: 'text', value: (row) => row.id, min: 12, max: 50 },
    { id: 'kind', title: 'KIND', type: 'text', value: (row) => row.kind },
    {
      id: 'active',
      title: 'IN USE',
      type: 'text',
      value: (row) => row.active,
      text: (row) => (row.active ? 'yes' : 'no'),
      tone: (row) => (row.active ? 'ok' : 'dim'),
    },
    { id: 'users', title: 'USERS', type: 'number', value: (row) => row.users, right: true },
    { id: 'groups', title: 'GROUPS', type: 'number', value: (row) => row.groups, right: true },
    {
      id: 'sync',
      title: 'SYNC',
      type: 'text',
      value: (row) => row.sync.state,
      tone: (row) => SYNC_TONES[row.sync.state],
    },
    ageColumn('finishedAt', 'SYNCED', (row) => row.sync.finishedAt, { drop: 1 }),
  ],
  id: (row) => row.id,
  label: (row) => row.id,
  async fetch({ client, workspace }, _query, signal) {
    const { items } = await client.call(listProviders, { params: { workspace } }, signal);
    return { items, total: items.length, matched: items.length, next: null };
  },
  traces: () => ({ audit: 'action:provider' }),
  tabs: (row, _loaded, now) => [
    {
      id: 'overview',
      title: 'Overview',
      blocks: [
        {
          type: 'fields',
          rows: [
            ['Provider', row.id],
            [
              'In use',
              row.active
                ? toned('ok', 'yes')
                : `no${row.deletedAt === null ? '' : `; its users are deleted ${formatUntil(row.deletedAt, now)}`}`,
            ],
            ['Users', String(row.users)],
            ['Groups', String(row.groups)],
            ['Sync', toned(SYNC_TONES[row.sync.state], row.sync.state)],
            [
              'Last',
              row.sync.finishedAt === null
                ? 'never'
                : `${formatTime(row.sync.finishedAt)} (${formatAge(row.sync.finishedAt, now)} ago)`,
            ],
            ['Message', row.sync.message ?? '–'],
          ],
        },
        {
          type: 'fields',
          title: 'Settings (without secrets)',
          rows: Object.entries(row.settings).map(([key, value]) => [
            key,
            typeof value === 'string' ? value : JSON.stringify(value),
          ]),
        },
      ],
    },
    { ...auditTab({ audit: 'action:provider' }), title: 'Log' },
  ],
  inside: (row) => ({ kind: 'users', filter: `provider=${quoted(row.id)}` }),
};
