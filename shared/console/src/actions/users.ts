import { createPasswordLink } from '@portolan/contract/one-time-links';
import { createUser, deleteUser, updateUser, type User } from '@portolan/contract/users';
import { z } from 'zod';
import { counted } from '../kinds/format.ts';
import type { Session } from '../kinds/kind.ts';
import { users } from '../kinds/users.ts';
import { defineAction, stepsFor } from './action.ts';
import { requireGroups } from './groups.ts';
import { blankText, choice, list, optionalText, text, toggle } from './input.ts';
import { linkOutcome } from './one-time-link.ts';

const email = (user: User) => user.email;
const keyCount = (rows: readonly User[]) => rows.reduce((sum, user) => sum + user.keys, 0);

const groupField = {
  label: 'Groups',
  value: 'NAME',
  of: 'groups',
  short: 'g',
  help: 'groups of the user, separated by commas',
} as const;
const createGroupField = {
  label: 'Create missing groups',
  help: 'create groups that do not exist yet',
} as const;

export const userCreate = defineAction({
  id: 'users.create',
  title: 'New user',
  button: 'Create',
  done: 'created',
  details: 'Users call APIs. People who administer the workspace are members (portolan create member).',
  permission: 'users.write',
  danger: 0,
  kind: users,
  takes: 'none',
  keys: ['n'],
  inputs: z.object({
    email: text({ label: 'E-mail', value: 'EMAIL', help: 'such as ada@example.com' }),
    firstName: optionalText({ label: 'First name', value: 'NAME', help: 'first name' }),
    lastName: optionalText({ label: 'Last name', value: 'NAME', help: 'last name' }),
    company: optionalText({ label: 'Company', value: 'NAME', help: 'company' }),
    group: list(groupField),
    createGroup: toggle(createGroupField),
  }),
  plan: (session, _rows, { group, createGroup, ...person }) => ({
    object: person.email,
    steps: [
      {
        name: person.email,
        async run() {
          const { client, workspace } = session;
          const created = await requireGroups(session, group, createGroup);
          const body = { ...withoutAbsent(person), email: person.email, groups: group };
          const user = await client.call(createUser, { params: { workspace }, body });
          return { name: user.email, object: user, id: user.id, ...createdNote(created) };
        },
      },
    ],
  }),
});

/** Changes the fields of a user as seen; throws PlatformError `revision-mismatch` when someone changed the user since. */
export const userEdit = defineAction({
  id: 'users.edit',
  title: 'Edit a user',
  button: 'Save',
  done: 'saved',
  permission: 'users.write',
  danger: 0,
  kind: users,
  takes: 'one',
  keys: ['i', 'e'],
  inputs: z.object({
    email: text({ label: 'E-mail', value: 'EMAIL', help: 'e-mail address' }),
    firstName: blankText({ label: 'First name', value: 'NAME', help: 'first name' }),
    lastName: blankText({ label: 'Last name', value: 'NAME', help: 'last name' }),
    company: blankText({ label: 'Company', value: 'NAME', help: 'company' }),
    group: list(groupField),
    state: choice(['active', 'disabled', 'unchanged'], {
      label: 'State',
      value: 'STATE',
      initial: 'unchanged',
      help: 'active, disabled or unchanged',
    }),
  }),
  initial: (_session, { email: address, firstName, lastName, company, groups, state }) => ({
    email: address,
    firstName,
    lastName,
    company,
    group: groups,
    state,
  }),
  plan: (session, rows, { group, state, ...person }) => {
    const set = (user: User, body: Partial<User>, revision?: number) =>
      session.client.call(updateUser, {
        params: { workspace: session.workspace, user: user.id },
        body: { ...body, ...(revision === undefined ? {} : { revision }) },
      });
    const after = { ...person, groups: group, ...(state === 'unchanged' ? {} : { state }) };
    return {
      steps: stepsFor(rows, email, async (user) => {
        const added = group.filter((one) => !user.groups.includes(one));
        await requireGroups(session, added, false);
        return { object: await set(user, after, user.revision) };
      }),
      undo: {
        title: `Restore user ${rows.map(email).join(', ')}`,
        done: 'restored',
        steps: stepsFor(rows, email, async (user) => {
          const { firstName, lastName, company, groups, state: before } = user;
          return {
            object: await set(user, {
              email: user.email,
              firstName,
              lastName,
              company,
              groups,
              state: before,
            }),
          };
        }),
      },
    };
  },
});

function withoutAbsent(values: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function createdNote(created: readonly string[]) {
  if (created.length === 0) return {};
  return { note: `Created ${created.length === 1 ? 'group' : 'groups'} ${created.join(', ')}.` };
}

export const userDisable = stateAction('disabled');
export const userEnable = stateAction('active');

function stateAction(to: User['state']) {
  const isDisabling = to === 'disabled';
  const set = (
    { client, workspace }: Session,
    rows: readonly User[],
    state: User['state'],
    isFirst: boolean,
  ) =>
    stepsFor(rows, email, async ({ id, revision }) => ({
      object: await client.call(updateUser, {
        params: { workspace, user: id },
        body: { state, ...(isFirst ? { revision } : {}) },
      }),
    }));
  return defineAction({
    id: isDisabling ? 'users.disable' : 'users.enable',
    title: isDisabling ? 'Disable users' : 'Enable users',
    button: isDisabling ? 'Disable' : 'Enable',
    done: isDisabling ? 'disabled' : 'enabled',
    ...(isDisabling ? { details: 'Every gateway refuses the keys of a disabled user within a second.' } : {}),
    permission: 'users.write',
    danger: 1,
    kind: users,
    takes: 'some',
    keys: ['Z'],
    inputs: z.object({}),
    whyNot: (user) => (user.state === to ? `the user is ${to} already` : null),
    plan: (session, rows) => ({
      lines: [
        ...(rows.length === 1 ? [] : rows.map(email)),
        isDisabling
          ? `Every gateway refuses their ${counted(keyCount(rows), 'API key')} and any other sign-in within a second.`
          : `Their sign-ins and active API keys (${keyCount(rows)} in all) are accepted again.`,
      ],
      steps: set(session, rows, to, true),
      undo: {
        title: `${isDisabling ? 'Enable' : 'Disable'} ${rows.length === 1 ? 'the user' : 'the users'} again`,
        done: isDisabling ? 'enabled' : 'disabled',
        steps: set(session, rows, isDisabling ? 'active' : 'disabled', false),
      },
    }),
  });
}

export const userDelete = defineAction({
  id: 'users.delete',
  title: 'Delete users',
  button: 'Delete',
  done: 'deleted',
  permission: 'users.write',
  danger: 3,
  kind: users,
  takes: 'some',
  keys: ['D'],
  inputs: z.object({}),
  plan: ({ client, workspace }, rows) => ({
    lines: [
      ...rows.map((user) => `${user.email}  groups: ${user.groups.join(', ') || 'none'}  keys: ${user.keys}`),
      {
        tone: 'bad',
        text: `${counted(keyCount(rows), 'API key')} ${keyCount(rows) === 1 ? 'stops' : 'stop'} working within a second. This cannot be undone.`,
      },
    ],
    steps: stepsFor(rows, email, async ({ id }) => {
      await client.call(deleteUser, { params: { workspace, user: id } });
    }),
  }),
});

/** Adds users to a group and takes them out: one is the undo of the other. */
export const userAddToGroup = membershipAction('add');
export const userRemoveFromGroup = membershipAction('remove');

function membershipAction(how: 'add' | 'remove') {
  const isAdding = how === 'add';
  const changed = ({ groups }: User, name: string) =>
    isAdding ? [...groups, name] : groups.filter((one) => one !== name);
  return defineAction({
    id: isAdding ? 'users.addToGroup' : 'users.removeFromGroup',
    title: isAdding ? 'Add users to a group' : 'Remove users from a group',
    button: isAdding ? 'Add' : 'Remove',
    done: isAdding ? 'added to the group' : 'removed from the group',
    permission: 'users.write',
    danger: 0,
    kind: users,
    takes: 'some',
    keys: isAdding ? ['M'] : [],
    inputs: z.object({
      group: text({ label: 'Group', value: 'NAME', of: 'groups', help: 'name of the group' }),
      ...(isAdding ? { createGroup: toggle(createGroupField) } : {}),
    }),
    plan: (session, rows, { group, ...rest }) => {
      const { client, workspace } = session;
      const set = (one: User, groups: readonly string[], revision?: number) =>
        client.call(updateUser, {
          params: { workspace, user: one.id },
          body: { groups: [...groups], ...(revision === undefined ? {} : { revision }) },
        });
      const moved = rows.filter((one) => one.groups.includes(group) !== isAdding);
      return {
        steps: stepsFor(rows, email, async (one) => {
          if (!moved.includes(one)) return { done: `unchanged: ${isAdding ? 'already' : 'not'} in ${group}` };
          const created = isAdding ? await requireGroups(session, [group], rest.createGroup === true) : [];
          const now = await set(one, changed(one, group), one.revision);
          return {
            done: `${isAdding ? 'added to' : 'removed from'} group ${group}`,
            object: now,
            note: `Groups: ${now.groups.join(', ') || 'none'}.`,
            ...(created.length === 0 ? {} : createdNote(created)),
          };
        }),
        ...(moved.length === 0
          ? {}
          : {
              undo: {
                title: `${isAdding ? 'Remove' : 'Add'} ${moved.length === 1 ? (moved[0]?.email ?? '') : counted(moved.length, 'user')} ${isAdding ? 'from' : 'to'} group ${group} again`,
                done: 'restored',
                steps: stepsFor(moved, email, async (one) => ({ object: await set(one, one.groups) })),
              },
            }),
      };
    },
  });
}

export const userPasswordLink = defineAction({
  id: 'users.passwordLink',
  title: 'Create a one-time link to set a password',
  button: 'Create link',
  done: 'created',
  details:
    'With the link the user sets a password, once; earlier links stop working. It is e-mailed where a mail server is configured and shown once otherwise.',
  permission: 'users.write',
  danger: 1,
  kind: users,
  noun: 'password-link',
  takes: 'one',
  inputs: z.object({}),
  plan: ({ client, workspace }, rows) => ({
    lines: ['Anyone who has the link can set the password of this user, once. Earlier links stop working.'],
    steps: stepsFor(rows, email, async (user) =>
      linkOutcome(
        `Password link for ${user.email}`,
        await client.call(createPasswordLink, { params: { workspace, user: user.id } }),
      ),
    ),
  }),
});
