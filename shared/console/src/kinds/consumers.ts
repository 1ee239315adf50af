import { listApis, type ApiView } from '@portolan/contract/resources';
import { listUsers } from '@portolan/contract/users';
import { toned, type Block } from './block.ts';
import type { Session, Tab } from './kind.ts';
import { quoted } from './traces.ts';

const ROWS = 200;

/** Who may call an API: the groups it is open to, and the users in them. */
export function consumersTab(api: ApiView): Tab {
  return {
    id: 'consumers',
    title: 'Consumers',
    blocks: [],
    topics: ['users', 'groups', 'apis', 'resources'],
    read: async (session, signal) => [await consumers(session, api, signal)],
  };
}

async function consumers({ client, workspace }: Session, api: ApiView, signal?: AbortSignal): Promise<Block> {
  const isForAll = api.access.some((one) => one.any);
  const groups = [...new Set(api.access.flatMap((one) => one.groups))];
  const filter = isForAll ? '' : ` groups=${groups.map(quoted).join(',')}`;
  const query = { filter: `state=active${filter}`, limit: ROWS };
  const isForNobody = !isForAll && groups.length === 0;
  const page = isForNobody
    ? { items: [], matched: 0 }
    : await client.call(listUsers, { params: { workspace }, query }, signal);
  const through = (names: readonly string[]) =>
    api.access.filter((one) => one.any || one.groups.some((group) => names.includes(group)));
  return {
    type: 'table',
    title: `Users with access: ${page.matched}${page.matched > ROWS ? ` (first ${ROWS})` : ''}`,
    head: ['E-MAIL', 'GROUPS', 'KEYS', 'THROUGH'],
    rows: page.items.map((user) => [
      user.email,
      user.groups.join(', '),
      user.keys === 0 ? toned('warn', 'none') : String(user.keys),
      through(user.groups)
        .map((one) => one.name)
        .join(', '),
    ]),
    empty: isForNobody
      ? 'nobody: press A to grant it to a group'
      : `nobody: no active user is in ${groups.join(', ')}`,
  };
}

/** What a user may call. */
export function rightsTab(user: { readonly groups: readonly string[]; readonly isDisabled: boolean }): Tab {
  return {
    id: 'rights',
    title: 'Rights',
    blocks: user.isDisabled
      ? [
          {
            type: 'note',
            tone: 'warn',
            text: 'The user is disabled: all calls are refused.',
          },
        ]
      : [],
    topics: ['apis', 'resources', 'users', 'groups'],
    read: (session, signal) => rightsOf(session, user, signal),
  };
}

/** The APIs that are open to some groups, and through what. */
export async function rightsOf(
  { client, workspace }: Session,
  { groups }: { readonly groups: readonly string[] },
  signal?: AbortSignal,
): Promise<readonly Block[]> {
  const { items } = await client.call(listApis, { params: { workspace }, query: { limit: 500 } }, signal);
  const rows = items.flatMap((api) => {
    const through = api.access.filter((one) => one.any || one.groups.some((group) => groups.includes(group)));
    if (through.length === 0) return [];
    const by = through.some((one) => one.any)
      ? 'everyone'
      : groups.filter((group) => through.some((one) => one.groups.includes(group))).join(', ');
    return [
      [
        api.name,
        api.cluster,
        by,
        through.map((one) => one.name).join(', '),
        api.urls[0] ?? toned('warn', 'no public address'),
      ],
    ];
  });
  return [
    {
      type: 'table',
      title: `Granted APIs (${rows.length} of ${items.length}); X explains a call`,
      head: ['API', 'CLUSTER', 'AS', 'THROUGH', 'ADDRESS'],
      rows,
      empty: 'none: no APIAccess has one of these groups. Press A on an API to grant it to a group.',
    },
  ];
}
