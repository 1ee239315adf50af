import {
  createGroup,
  createUser,
  listGroups,
  listUsers,
  updateUser,
  type User,
} from '@portolan/contract/users';
import type { RouteOutput } from '@portolan/contract/route';
import { z } from 'zod';
import { counted } from '../kinds/format.ts';
import { groups } from '../kinds/groups.ts';
import type { Session } from '../kinds/kind.ts';
import { users } from '../kinds/users.ts';
import { defineAction, type Step } from './action.ts';
import { missingGroups, requireGroups } from './groups.ts';
import { choice, document, toggle } from './input.ts';
import { parseGroups, parseUsers, PEOPLE_FORMATS, type ImportedUser } from './people-file.ts';

const PAGE = 500;

/** Reads all pages of a list. */
async function readAll<T>(
  read: (
    cursor: string | undefined,
  ) => Promise<{ readonly items: readonly T[]; readonly next: string | null }>,
): Promise<readonly T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    items.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return items;
}

/** Returns every user of the workspace, by e-mail address. */
export function allUsers({ client, workspace }: Session): Promise<readonly User[]> {
  return readAll((cursor) =>
    client.call(listUsers, {
      params: { workspace },
      query: { limit: PAGE, sort: 'email', ...(cursor === undefined ? {} : { cursor }) },
    }),
  );
}

type Group = RouteOutput<typeof listGroups>['items'][number];

/** Returns every group of the workspace, by name. */
export function allGroups({ client, workspace }: Session): Promise<readonly Group[]> {
  return readAll((cursor) =>
    client.call(listGroups, {
      params: { workspace },
      query: { limit: PAGE, sort: 'name', ...(cursor === undefined ? {} : { cursor }) },
    }),
  );
}

const formatInput = choice(PEOPLE_FORMATS, {
  label: 'Format',
  value: 'FORMAT',
  initial: 'csv',
  help: 'csv or yaml',
});

export const userImport = defineAction({
  id: 'users.import',
  title: 'Import users',
  button: 'Import',
  done: 'imported',
  details:
    'Creates users that do not exist and changes those that differ, by e-mail address; nobody is deleted. CSV has the columns email, firstName, lastName, company, groups (separated by ";") and state. Columns that are missing stay as they are.',
  permission: 'users.write',
  danger: 1,
  kind: users,
  takes: 'none',
  inputs: z.object({
    content: document({ label: 'Content', value: 'TEXT', syntax: 'csv', help: 'content of the file' }),
    format: formatInput,
    createGroup: toggle({ label: 'Create missing groups', help: 'create groups that do not exist yet' }),
  }),
  async plan(session, _rows, { content, format, createGroup: isCreating }) {
    const wanted = parseUsers(content, format);
    const known = new Map((await allUsers(session)).map((user) => [user.email.toLowerCase(), user]));
    const steps = wanted.flatMap((user) => stepFor(session, user, known.get(user.email.toLowerCase())));
    const named = [...new Set(wanted.flatMap((user) => user.groups ?? []))];
    const missing = isCreating
      ? await missingGroups(session, named)
      : await requireGroups(session, named, false);
    const created = steps.filter(({ isNew }) => isNew).length;
    return {
      title: `Import ${counted(wanted.length, 'user')}`,
      object: counted(wanted.length, 'user'),
      lines: [
        `${created} to create, ${steps.length - created} to change, ${wanted.length - steps.length} unchanged.`,
        ...(missing.length === 0 ? [] : [`Groups to create: ${missing.join(', ')}`]),
      ],
      steps: [...missing.map((one) => groupStep(session, one)), ...steps.map(({ step }) => step)],
    };
  },
});

function groupStep({ client, workspace }: Session, name: string): Step {
  return {
    name,
    async run() {
      const made = await client.call(createGroup, { params: { workspace }, body: { name } });
      return { name, id: made.id, object: made, noun: 'group', done: 'created' };
    },
  };
}

/** What one row changes; nothing when the user is as the row says. */
function stepFor(
  { client, workspace }: Session,
  row: ImportedUser,
  known: User | undefined,
): readonly { readonly step: Step; readonly isNew: boolean }[] {
  const { state, groups: names, ...person } = row;
  const params = { workspace };
  if (known === undefined) {
    const run = async () => {
      const made = await client.call(createUser, { params, body: { ...person, groups: names ?? [] } });
      const user =
        state === 'disabled'
          ? await client.call(updateUser, { params: { ...params, user: made.id }, body: { state } })
          : made;
      return { name: user.email, id: user.id, object: user, done: 'created' };
    };
    return [{ isNew: true, step: { name: row.email, run } }];
  }
  const body = changesOf(known, row);
  if (Object.keys(body).length === 0) return [];
  const run = async () => {
    const request = { params: { ...params, user: known.id }, body: { ...body, revision: known.revision } };
    const user = await client.call(updateUser, request);
    return { name: user.email, id: user.id, object: user, done: 'configured' };
  };
  return [{ isNew: false, step: { name: row.email, run } }];
}

/** Fields of a row that differ from the user; empty ones stay as they are. */
function changesOf(known: User, row: ImportedUser) {
  const isSame = (one: readonly string[], other: readonly string[]) =>
    one.length === other.length && one.every((name) => other.includes(name));
  return {
    ...(row.firstName !== '' && row.firstName !== known.firstName ? { firstName: row.firstName } : {}),
    ...(row.lastName !== '' && row.lastName !== known.lastName ? { lastName: row.lastName } : {}),
    ...(row.company !== '' && row.company !== known.company ? { company: row.company } : {}),
    ...(row.groups !== undefined && !isSame(row.groups, known.groups) ? { groups: row.groups } : {}),
    ...(row.state !== undefined && row.state !== known.state ? { state: row.state } : {}),
  };
}

export const groupImport = defineAction({
  id: 'groups.import',
  title: 'Import groups',
  button: 'Import',
  done: 'imported',
  details: 'Creates groups that do not exist; none is deleted. CSV has the column name.',
  permission: 'users.write',
  danger: 1,
  kind: groups,
  takes: 'none',
  inputs: z.object({
    content: document({ label: 'Content', value: 'TEXT', syntax: 'csv', help: 'content of the file' }),
    format: formatInput,
  }),
  async plan(session, _rows, { content, format }) {
    const wanted = parseGroups(content, format).map(({ name }) => name);
    const missing = await missingGroups(session, wanted);
    return {
      title: `Import ${counted(wanted.length, 'group')}`,
      object: counted(wanted.length, 'group'),
      lines: [`${missing.length} to create, ${new Set(wanted).size - missing.length} unchanged.`],
      steps: missing.map((one) => groupStep(session, one)),
    };
  },
});
