import type { ChangePlan } from '@portolan/contract/changes';
import { listApis } from '@portolan/contract/resources';
import {
  createGroup,
  deleteGroup,
  listGroups,
  planGroup,
  renameGroup,
  type Group,
} from '@portolan/contract/users';
import { z } from 'zod';
import { Failure } from '../failure.ts';
import type { Cell } from '../kinds/block.ts';
import { counted } from '../kinds/format.ts';
import { groups } from '../kinds/groups.ts';
import type { Session } from '../kinds/kind.ts';
import { quoted } from '../kinds/traces.ts';
import { defineAction, stepsFor } from './action.ts';
import { text } from './input.ts';

const name = (group: Group) => group.name;

/**
 * Checks that groups exist, and creates those that do not when asked to. Returns the created ones; throws Failure with the
 * missing ones otherwise.
 */
export async function requireGroups(
  session: Session,
  names: readonly string[],
  isCreating: boolean,
): Promise<readonly string[]> {
  const { client, workspace } = session;
  const missing = await missingGroups(session, names);
  if (missing.length > 0 && !isCreating)
    throw new Failure(
      `${missing.length === 1 ? 'Group' : 'Groups'} ${missing.map((one) => `"${one}"`).join(', ')} ${missing.length === 1 ? 'does' : 'do'} not exist.`,
      'Check the spelling, or choose to create missing groups (--create-group).',
    );
  for (const one of missing) await client.call(createGroup, { params: { workspace }, body: { name: one } });
  return missing;
}

/** Returns the names that no group of the workspace has. */
export async function missingGroups(
  { client, workspace }: Session,
  names: readonly string[],
): Promise<readonly string[]> {
  if (names.length === 0) return [];
  const query = { filter: `name=${names.map(quoted).join(',')}`, limit: 500 };
  const { items } = await client.call(listGroups, { params: { workspace }, query });
  const known = new Set(items.map(name));
  return [...new Set(names)].filter((one) => !known.has(one));
}

/** Returns a test for warnings of a plan that objects name one of these groups, which do not exist. */
export function namesGroup(groups: readonly string[]): (warning: ChangePlan['warnings'][number]) => boolean {
  return ({ field, message }) =>
    field === 'spec.groups' && groups.some((group) => message.includes(`"${group}"`));
}

/** Returns the names of the APIs a group can call. */
async function grantsOf({ client, workspace }: Session, group: string): Promise<readonly string[]> {
  const { items } = await client.call(listApis, { params: { workspace }, query: { limit: 500 } });
  return items.filter((api) => api.access.some((one) => one.groups.includes(group))).map((api) => api.name);
}

/** Who loses which APIs when resources no longer match a group's name. */
async function lossLines({ client, workspace }: Session, rows: readonly Group[]): Promise<readonly Cell[]> {
  const lines = await Promise.all(
    rows.map(async (group): Promise<readonly Cell[]> => {
      const { members, apis, objects } = await client.call(planGroup, {
        params: { workspace, group: group.id },
      });
      const count = counted(members, 'user');
      const named = objects.map(({ kind, name: object }) => `${kind} ${object}`).join(', ');
      return [
        apis.length === 0 || members === 0
          ? `${group.name}: ${count}; no API is lost.`
          : {
              tone: 'bad',
              text: `${group.name}: ${count} ${members === 1 ? 'loses' : 'lose'} ${apis.map((api) => api.name).join(', ')} within a second, unless another group grants it.`,
            },
        ...(named === ''
          ? []
          : [{ tone: 'warn' as const, text: `Objects that refer to ${group.name}: ${named}` }]),
      ];
    }),
  );
  return lines.flat();
}

export const groupCreate = defineAction({
  id: 'groups.create',
  title: 'New group',
  button: 'Create',
  done: 'created',
  permission: 'users.write',
  danger: 0,
  kind: groups,
  takes: 'none',
  keys: ['n'],
  inputs: z.object({
    name: text({
      label: 'Name',
      value: 'NAME',
      help: 'such as crew; APIAccess and APIRateLimit refer to it',
    }),
  }),
  plan: ({ client, workspace }, _rows, { name: wanted }) => ({
    steps: [
      {
        name: wanted,
        async run() {
          const made = await client.call(createGroup, { params: { workspace }, body: { name: wanted } });
          return { name: made.name, id: made.id, object: made };
        },
      },
    ],
  }),
});

export const groupRename = defineAction({
  id: 'groups.rename',
  title: 'Rename a group',
  button: 'Rename',
  done: 'renamed',
  details: 'Resources refer to groups by name: those that name the old one no longer match.',
  permission: 'users.write',
  danger: 2,
  kind: groups,
  takes: 'one',
  keys: ['i', 'e'],
  initial: (_session, group) => ({ name: group.name }),
  inputs: z.object({ name: text({ label: 'New name', value: 'NEW-NAME', help: 'the new name' }) }),
  plan: async (session, rows, { name: wanted }) => {
    const { client, workspace } = session;
    const rename = (group: Group, to: string, now: string) =>
      stepsFor(
        [group],
        () => now,
        async () => ({
          object: await client.call(renameGroup, {
            params: { workspace, group: group.id },
            body: { name: to },
          }),
          note: `It is now called ${to}.`,
        }),
      );
    const gained = await grantsOf(session, wanted);
    const [group] = rows;
    return {
      lines: [
        ...(await lossLines(session, rows)),
        ...(gained.length === 0
          ? []
          : [{ tone: 'warn' as const, text: `Its users gain ${gained.join(', ')}, which name ${wanted}.` }]),
      ],
      steps: group === undefined ? [] : rename(group, wanted, group.name),
      ...(group === undefined
        ? {}
        : {
            undo: {
              title: `Rename group ${wanted} back to ${group.name}`,
              done: 'renamed',
              steps: rename(group, group.name, wanted),
            },
          }),
    };
  },
});

export const groupDelete = defineAction({
  id: 'groups.delete',
  title: 'Delete groups',
  button: 'Delete',
  done: 'deleted',
  permission: 'users.write',
  danger: 3,
  kind: groups,
  takes: 'some',
  keys: ['D'],
  inputs: z.object({}),
  plan: async (session, rows) => ({
    lines: [
      ...(await lossLines(session, rows)),
      { tone: 'bad', text: 'The users stay; their membership cannot be restored.' },
    ],
    steps: stepsFor(rows, name, async (group) => {
      const { client, workspace } = session;
      await client.call(deleteGroup, { params: { workspace, group: group.id } });
    }),
  }),
});
