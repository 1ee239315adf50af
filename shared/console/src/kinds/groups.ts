import { ageColumn } from './age-column.ts';
import { listGroups, listUsers, type Group } from '@portolan/contract/users';
import { toned, type Block } from './block.ts';
import { rightsOf } from './consumers.ts';
import { formatAge, formatTime, toneOf } from './format.ts';
import type { Kind, Session } from './kind.ts';
import { auditTab } from './related-tabs.ts';
import { quoted, recordTraces } from './traces.ts';
import { fullName } from './users.ts';

/** Groups of users; resources grant rights to them by name. */
export const groups: Kind<Group> = {
  name: 'groups',
  singular: 'group',
  title: 'Groups',
  aliases: ['group'],
  topics: ['groups', 'users'],
  sort: 'name',
  empty: 'No groups yet. Press n to create one; APIs are granted to groups.',
  columns: [
    { id: 'name', title: 'NAME', type: 'text', value: (row) => row.name, min: 12, max: 44 },
    { id: 'members', title: 'MEMBERS', type: 'number', value: (row) => row.members, right: true },
    { id: 'provider', title: 'PROVIDER', type: 'text', value: (row) => row.provider },
    ageColumn('createdAt', 'AGE', (row) => row.createdAt),
  ],
  id: (row) => row.id,
  label: (row) => row.name,
  fetch: ({ client, workspace }, query, signal) =>
    client.call(listGroups, { params: { workspace }, query }, signal),
  inside: (row) => ({ kind: 'users', filter: `groups=${quoted(row.name)}` }),
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
            ['Members', String(row.members)],
            ['Provider', row.provider],
            ['Created', `${formatTime(row.createdAt)} (${formatAge(row.createdAt, now)} ago)`],
            ['ID', toned('dim', row.id)],
          ],
        },
      ],
      read: async (session, signal) => [
        await membersOf(session, row, signal),
        ...(await rightsOf(session, { groups: [row.name] }, signal)),
      ],
      topics: ['groups', 'users', 'apis', 'resources'],
    },
    auditTab(recordTraces(row.id)),
  ],
};

async function membersOf({ client, workspace }: Session, row: Group, signal?: AbortSignal): Promise<Block> {
  const query = { filter: `groups=${quoted(row.name)}`, limit: 200 };
  const page = await client.call(listUsers, { params: { workspace }, query }, signal);
  const rest = page.matched - page.items.length;
  return {
    type: 'table',
    title: `Members${rest > 0 ? ` (first ${page.items.length} of ${page.matched}; enter: list all)` : ''}`,
    head: ['E-MAIL', 'NAME', 'STATE'],
    rows: page.items.map((user) => [user.email, fullName(user), toned(toneOf(user.state), user.state)]),
    empty: 'none: press M on a user to add them',
  };
}
