import { listApis, type ApiView } from '@portolan/contract/resources';
import { listGroups, listUsers, type Group, type User } from '@portolan/contract/users';
import { toned } from './block.ts';
import { formatAge, formatTime, toneOf } from './format.ts';
import type { Kind } from './kind.ts';
import { fullName } from './users.ts';

interface GroupParts {
  readonly members: readonly User[];
  readonly apis: readonly ApiView[];
}

/** Groups of users; resources grant rights to them by name. */
export const groups: Kind<Group> = {
  name: 'groups',
  singular: 'group',
  title: 'Groups',
  aliases: ['group'],
  topics: ['groups', 'users'],
  sort: 'name',
  empty: 'No group yet. Press n to create one; APIs are granted to groups.',
  columns: [
    { id: 'name', title: 'NAME', type: 'text', value: (row) => row.name, min: 12, max: 44 },
    { id: 'members', title: 'MEMBERS', type: 'number', value: (row) => row.members, right: true },
    { id: 'provider', title: 'PROVIDER', type: 'text', value: (row) => row.provider },
    {
      id: 'createdAt',
      title: 'AGE',
      type: 'time',
      value: (row) => row.createdAt,
      text: (row, now) => formatAge(row.createdAt, now),
      right: true,
    },
  ],
  id: (row) => row.id,
  label: (row) => row.name,
  fetch: ({ client, workspace }, query, signal) =>
    client.call(listGroups, { params: { workspace }, query }, signal),
  async load({ client, workspace }, row, signal): Promise<GroupParts> {
    const filter = `groups="${row.name.replace(/["\\]/g, '\\$&')}"`;
    const [members, apis] = await Promise.all([
      client.call(listUsers, { params: { workspace }, query: { filter, limit: 200 } }, signal),
      client.call(listApis, { params: { workspace }, query: { limit: 500 } }, signal),
    ]);
    return {
      members: members.items.filter((user) => user.groups.includes(row.name)),
      apis: apis.items.filter((api) =>
        api.access.some((access) => access.any || access.groups.includes(row.name)),
      ),
    };
  },
  tabs(row, loaded, now) {
    const parts = loaded as GroupParts | null;
    const wait = parts === null ? 'loading …' : 'none';
    return [
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
              ['Id', toned('dim', row.id)],
            ],
          },
          {
            type: 'table',
            title: 'Members',
            head: ['E-MAIL', 'NAME', 'STATE'],
            rows: (parts?.members ?? []).map((user) => [
              user.email,
              fullName(user),
              toned(toneOf(user.state), user.state),
            ]),
            empty: wait,
          },
          {
            type: 'table',
            title: 'APIs open to it',
            head: ['API', 'NAMESPACE', 'CLUSTER', 'THROUGH'],
            rows: (parts?.apis ?? []).map((api) => [
              api.name,
              api.namespace,
              api.cluster,
              api.access
                .filter((access) => access.any || access.groups.includes(row.name))
                .map((access) => access.name)
                .join(', '),
            ]),
            empty: wait,
          },
        ],
      },
    ];
  },
};
