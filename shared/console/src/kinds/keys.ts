import { ageColumn } from './age-column.ts';
import { listKeys, type ApiKey } from '@portolan/contract/keys';
import { toned } from './block.ts';
import { formatAge, formatTime, formatUntil, toneOf } from './format.ts';
import type { Kind } from './kind.ts';
import { auditTab } from './related-tabs.ts';
import { recordTraces } from './traces.ts';

/** A key expires by time alone, without a change that the platform reports. */
function stateOf({ state, expiresAt }: ApiKey): ApiKey['state'] {
  const isOver = expiresAt !== null && Date.parse(expiresAt) <= Date.now();
  return state === 'active' && isOver ? 'expired' : state;
}

/** Users' credentials at the gateway; the keys themselves are never seen again after their creation. */
export const keys: Kind<ApiKey> = {
  name: 'keys',
  singular: 'key',
  title: 'API keys',
  aliases: ['key', 'apikeys', 'apikey'],
  topics: ['keys'],
  sort: '-createdAt',
  empty: 'No API keys yet. Press n to create one for a user.',
  columns: [
    { id: 'name', title: 'NAME', type: 'text', value: (row) => row.name, min: 10, max: 32 },
    { id: 'user', title: 'USER', type: 'text', value: (row) => row.userEmail, min: 12, max: 40 },
    { id: 'prefix', drop: 4, title: 'PREFIX', type: 'text', value: (row) => row.prefix, max: 16 },
    {
      id: 'state',
      title: 'STATE',
      type: 'text',
      value: stateOf,
      tone: (row) => toneOf(stateOf(row)),
    },
    ageColumn('lastUsedAt', 'USED', (row) => row.lastUsedAt, { drop: 2 }),
    {
      id: 'expiresAt',
      drop: 5,
      title: 'EXPIRES',
      type: 'time',
      value: (row) => row.expiresAt,
      text: (row, now) => formatUntil(row.expiresAt, now),
      right: true,
    },
    ageColumn('createdAt', 'AGE', (row) => row.createdAt, { drop: 3 }),
  ],
  id: (row) => row.id,
  label: (row) => row.name,
  of: (row) => row.userEmail,
  // A whole key is recognised too: a leaked one can be suspended by pasting it.
  isNamed: (row, name) => name.length >= row.prefix.length && name.startsWith(row.prefix),
  fetch: ({ client, workspace }, query, signal) =>
    client.call(listKeys, { params: { workspace }, query }, signal),
  traces: (row) => recordTraces(row.id),
  tabs: (row, _loaded, now) => [
    {
      id: 'overview',
      title: 'Overview',
      blocks: [
        {
          type: 'fields',
          rows: [
            ['Name', row.name],
            ['User', row.userEmail],
            ['Prefix', row.prefix],
            ['State', toned(toneOf(stateOf(row)), stateOf(row))],
            [
              'Last used',
              row.lastUsedAt === null
                ? 'never'
                : `${formatTime(row.lastUsedAt)} (${formatAge(row.lastUsedAt, now)} ago)`,
            ],
            [
              'Expires',
              row.expiresAt === null
                ? 'never'
                : `${formatTime(row.expiresAt)} (${formatUntil(row.expiresAt, now)})`,
            ],
            ['Created', `${formatTime(row.createdAt)} (${formatAge(row.createdAt, now)} ago)`],
            ['ID', toned('dim', row.id)],
          ],
        },
        {
          type: 'note',
          tone: 'dim',
          text: 'Only a hash of the key is stored: it was shown once, when it was created.',
        },
      ],
    },
    auditTab(recordTraces(row.id)),
  ],
};
