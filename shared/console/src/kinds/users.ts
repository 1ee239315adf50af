import { ageColumn } from './age-column.ts';
import { listKeys, type ApiKey } from '@portolan/contract/keys';
import { getUser, listUsers, type User } from '@portolan/contract/users';
import { PlatformError } from '@portolan/contract/client';
import { toned, type Block } from './block.ts';
import { formatAge, formatTime, toneOf } from './format.ts';
import { rightsTab } from './consumers.ts';
import type { Kind } from './kind.ts';
import { auditTab } from './related-tabs.ts';
import { quoted, recordTraces } from './traces.ts';

/** People who use APIs. */
export const users: Kind<User> = {
  name: 'users',
  singular: 'user',
  title: 'Users',
  aliases: ['user'],
  topics: ['users', 'groups', 'keys'],
  sort: 'email',
  empty: 'No users yet. Press n to create one, or run `portolan create user`.',
  columns: [
    { id: 'email', title: 'E-MAIL', type: 'text', value: (row) => row.email, min: 16, max: 44 },
    { id: 'name', title: 'NAME', type: 'text', value: fullName, min: 8, max: 28 },
    { id: 'groups', title: 'GROUPS', type: 'text', value: (row) => row.groups, min: 8, max: 34 },
    {
      id: 'state',
      title: 'STATE',
      type: 'text',
      value: (row) => row.state,
      tone: (row) => toneOf(row.state),
    },
    { id: 'keys', drop: 3, title: 'KEYS', type: 'number', value: (row) => row.keys, right: true },
    { id: 'provider', drop: 5, title: 'PROVIDER', type: 'text', value: (row) => row.provider, wide: true },
    { id: 'company', title: 'COMPANY', type: 'text', value: (row) => row.company, wide: true, max: 24 },
    ageColumn('createdAt', 'AGE', (row) => row.createdAt, { drop: 4 }),
  ],
  id: (row) => row.id,
  label: (row) => row.email,
  fetch: ({ client, workspace }, query, signal) =>
    client.call(listUsers, { params: { workspace }, query }, signal),
  async find({ client, workspace }, name, signal) {
    try {
      return await client.call(getUser, { params: { workspace, user: name } }, signal);
    } catch (error) {
      if (error instanceof PlatformError && error.code === 'not-found') return null;
      throw error;
    }
  },
  async load({ client, workspace }, row, signal) {
    const filter = `user=${quoted(row.email)}`;
    const page = await client.call(
      listKeys,
      { params: { workspace }, query: { filter, limit: 100 } },
      signal,
    );
    return page.items.filter((key) => key.userId === row.id);
  },
  traces: (row) => recordTraces(row.id),
  tabs: (row, loaded, now) => [
    {
      id: 'overview',
      title: 'Overview',
      blocks: [overview(row, now), keyTable(loaded as readonly ApiKey[] | null, now)],
    },
    rightsTab({ groups: row.groups, isDisabled: row.state === 'disabled' }),
    auditTab(recordTraces(row.id)),
  ],
  inside: (row) => ({ kind: 'keys', filter: `user=${quoted(row.email)}` }),
};

export function fullName(row: User): string {
  return `${row.firstName} ${row.lastName}`.trim();
}

function overview(row: User, now: number): Block {
  return {
    type: 'fields',
    rows: [
      ['E-mail', row.email],
      ['Name', fullName(row) || '–'],
      ['Company', row.company || '–'],
      ['Groups', row.groups.join(', ') || toned('warn', 'none: only APIs granted to everyone')],
      ['State', toned(toneOf(row.state), row.state)],
      ['Provider', row.provider],
      ['External ID', row.externalId ?? '–'],
      ['Created', `${formatTime(row.createdAt)} (${formatAge(row.createdAt, now)} ago)`],
      ['Changed', `${formatTime(row.updatedAt)} (${formatAge(row.updatedAt, now)} ago)`],
      ['ID', toned('dim', row.id)],
    ],
  };
}

function keyTable(keys: readonly ApiKey[] | null, now: number): Block {
  return {
    type: 'table',
    title: 'API keys',
    head: ['NAME', 'PREFIX', 'STATE', 'LAST USED', 'AGE'],
    rows: (keys ?? []).map((key) => [
      key.name,
      key.prefix,
      toned(toneOf(key.state), key.state),
      formatAge(key.lastUsedAt, now),
      formatAge(key.createdAt, now),
    ]),
    empty: keys === null ? 'loading …' : 'none; press K to create one',
  };
}
