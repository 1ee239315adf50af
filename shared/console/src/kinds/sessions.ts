import { ageColumn } from './age-column.ts';
import { listAccessTokens, type AccessToken } from '@portolan/contract/access-tokens';
import { toned } from './block.ts';
import { formatAge, formatTime, formatUntil } from './format.ts';
import type { Kind } from './kind.ts';
import { wholeList } from './whole-list.ts';

/** Everything that is signed in as oneself: sessions of clients, and personal access tokens. */
export const sessions: Kind<AccessToken> = {
  name: 'sessions',
  singular: 'session',
  title: 'My sessions and tokens',
  aliases: ['session', 'tokens', 'token'],
  topics: [],
  sort: '-lastUsedAt',
  pollMs: 15_000,
  empty: 'No sessions.',
  columns: [
    { id: 'name', title: 'NAME', type: 'text', value: (row) => row.name, min: 12, max: 40 },
    { id: 'kind', title: 'KIND', type: 'text', value: (row) => row.kind },
    {
      id: 'current',
      title: 'THIS ONE',
      type: 'text',
      value: (row) => (row.current ? 'yes' : ''),
      tone: () => 'ok',
    },
    { id: 'scopes', title: 'SCOPES', type: 'text', drop: 2, value: scopesText, max: 40 },
    {
      id: 'remoteAddress',
      title: 'ADDRESS',
      type: 'text',
      drop: 3,
      value: (row) => row.remoteAddress,
      max: 24,
    },
    ageColumn('lastUsedAt', 'USED', (row) => row.lastUsedAt),
    {
      id: 'expiresAt',
      title: 'EXPIRES',
      type: 'time',
      drop: 1,
      value: (row) => row.expiresAt,
      text: (row, now) => formatUntil(row.expiresAt, now),
      right: true,
    },
  ],
  id: (row) => row.id,
  label: (row) => row.name,
  async fetch({ client }, query, signal) {
    const { items } = await client.call(listAccessTokens, {}, signal);
    return wholeList(sessions, items, query);
  },
  tabs: (row, _loaded, now) => [
    {
      id: 'overview',
      title: 'Overview',
      blocks: [
        {
          type: 'fields',
          rows: [
            ['Name', row.name],
            ['Kind', row.kind === 'session' ? 'session of a client' : 'personal access token'],
            ['This one', row.current ? toned('ok', 'yes, the current session') : 'no'],
            ['May', scopesText(row)],
            ['From', row.remoteAddress ?? '–'],
            ['Made', `${formatTime(row.createdAt)} (${formatAge(row.createdAt, now)} ago)`],
            ['Last used', row.lastUsedAt === null ? 'never' : `${formatAge(row.lastUsedAt, now)} ago`],
            ['Expires', `${formatTime(row.expiresAt)} (${formatUntil(row.expiresAt, now)})`],
            ['ID', toned('dim', row.id)],
          ],
        },
      ],
    },
  ],
};

function scopesText(row: AccessToken): string {
  return row.scopes === null ? 'all of yours' : row.scopes.join(', ');
}
