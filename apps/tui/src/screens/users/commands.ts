import { createPasswordLink } from '@portolan/contract/one-time-links';
import { deleteUser, updateUser, type User } from '@portolan/contract/users';
import type { Command, Plan } from '../../commands/command.ts';
import { counted } from '@portolan/console/kinds/format';
import { groups } from '@portolan/console/kinds/groups';
import { users } from '@portolan/console/kinds/users';
import { Notice } from '../../overlays/notice.ts';
import { runAll } from '../../overlays/progress.ts';
import type { App } from '../../store/app.ts';
import { ensureRead } from '../../store/ensure-read.ts';
import { newKeyForm } from '../keys/new-key-form.ts';
import { groupForm } from './group-form.ts';
import { editUserForm, newUserForm } from './user-forms.ts';

const KINDS = ['users'];

/** Creating, changing, disabling and deleting users, and giving them keys. */
export const userCommands: readonly Command[] = [
  {
    id: 'users.new',
    title: 'New user',
    keys: ['n'],
    where: 'item',
    kinds: KINDS,
    permission: 'users.write',
    hint: 'new',
    danger: 0,
    async run(app) {
      await ensureRead(app, groups);
      app.openOverlay(newUserForm(app));
    },
  },
  {
    id: 'users.edit',
    title: 'Edit the user',
    keys: ['i', 'e'],
    where: 'item',
    kinds: KINDS,
    permission: 'users.write',
    hint: 'edit',
    danger: 0,
    disabled: (app) => needsOne(app),
    run(app) {
      const [user] = app.targets(users);
      if (user) app.openOverlay(editUserForm(app, user));
    },
  },
  {
    id: 'users.key',
    title: 'New API key for the user',
    keys: ['K'],
    where: 'item',
    kinds: KINDS,
    permission: 'keys.write',
    hint: 'key',
    danger: 0,
    disabled: (app) => needsOne(app),
    run(app) {
      const [user] = app.targets(users);
      if (user) app.openOverlay(newKeyForm(app, user.email));
    },
  },
  {
    id: 'users.group',
    title: 'Put users in a group',
    keys: ['M'],
    where: 'item',
    kinds: KINDS,
    permission: 'users.write',
    danger: 0,
    disabled: needsSome,
    async run(app) {
      await ensureRead(app, groups);
      app.openOverlay(groupForm(app, app.targets(users)));
    },
  },
  {
    id: 'users.passwordLink',
    title: 'One-time link with which the user sets a password',
    keys: [],
    where: 'item',
    kinds: KINDS,
    permission: 'users.write',
    danger: 1,
    disabled: (app) => needsOne(app),
    plan: passwordLinkPlan,
  },
  {
    id: 'users.disable',
    title: 'Disable or enable users',
    keys: ['Z'],
    where: 'item',
    kinds: KINDS,
    permission: 'users.write',
    hint: 'disable/enable',
    danger: 1,
    disabled: needsSome,
    plan: disablePlan,
  },
  {
    id: 'users.delete',
    title: 'Delete users',
    keys: ['D'],
    where: 'item',
    kinds: KINDS,
    permission: 'users.write',
    danger: 3,
    disabled: needsSome,
    plan: deletePlan,
  },
];

function passwordLinkPlan(app: App): Plan | null {
  const [user] = app.targets(users);
  if (!user) return null;
  const { client, workspace } = app.session;
  return {
    title: `Password link for ${user.email}`,
    action: 'Make the link',
    object: user.email,
    lines: ['Whoever has the link sets the password of this user, once. An earlier link stops working.'],
    async run() {
      const made = await client.call(createPasswordLink, { params: { workspace, user: user.id } });
      if (made.url === null) return `The link was mailed to ${user.email}.`;
      const failed = made.problem === null ? '' : `It could not be mailed (${made.problem}). `;
      const text = `${failed}Give this link to the person: it is shown this once.`;
      app.openOverlay(
        new Notice(`Password link for ${user.email}`, [{ type: 'note', tone: 'warn', text }], {
          secret: made.url,
          now: app.now,
        }),
      );
      return `A password link for ${user.email} is made.`;
    },
  };
}

/** What the first one is decides for all: those who are not so already become the opposite of it. */
function disablePlan(app: App): Plan | null {
  const [first] = app.targets(users);
  if (!first) return null;
  const to = first.state === 'active' ? 'disabled' : 'active';
  const chosen = app.targets(users).filter((user) => user.state !== to);
  const { client, workspace } = app.session;
  const word = to === 'disabled' ? 'Disable' : 'Enable';
  const name = nameOf(chosen);
  const set = (state: User['state'], title: string) =>
    runAll(app, {
      title,
      items: chosen.map((user) => ({
        name: user.email,
        run: () => client.call(updateUser, { params: { workspace, user: user.id }, body: { state } }),
      })),
      one: `${first.email} is ${state}.`,
      many: `users are ${state}.`,
    });
  const keyCount = chosen.reduce((sum, user) => sum + user.keys, 0);
  return {
    title: `${word} ${name}`,
    action: word,
    object: chosen.map((user) => user.email).join(', '),
    count: chosen.length,
    lines: [
      ...(chosen.length === 1 ? [] : chosen.map((user) => user.email)),
      to === 'disabled'
        ? `Their ${counted(keyCount, 'API key')} and every other sign-in are refused at every gateway within a second.`
        : `Their sign-ins and active API keys (${keyCount} in all) are accepted again.`,
    ],
    run: () => set(to, `${word} ${name}`),
    undo: {
      title: `make ${name} ${to === 'disabled' ? 'active' : 'disabled'} again`,
      run: () => set(to === 'disabled' ? 'active' : 'disabled', `Undo: ${name}`),
    },
  };
}

function deletePlan(app: App): Plan | null {
  const chosen = app.targets(users);
  const [first] = chosen;
  if (!first) return null;
  const { client, workspace } = app.session;
  const keyCount = chosen.reduce((sum, user) => sum + user.keys, 0);
  return {
    title: `Delete ${nameOf(chosen)}`,
    action: 'Delete',
    typed: app.confirmWord(chosen.length === 1 ? first.email : String(chosen.length)),
    object: chosen.map((user) => user.email).join(', '),
    count: chosen.length,
    lines: [
      ...chosen.map(
        (user) => `${user.email}  groups: ${user.groups.join(', ') || 'none'}  keys: ${user.keys}`,
      ),
      {
        tone: 'bad',
        text: `${counted(keyCount, 'API key')} ${keyCount === 1 ? 'stops' : 'stop'} working within a second. This cannot be undone.`,
      },
    ],
    run: () =>
      runAll(app, {
        title: `Delete ${nameOf(chosen)}`,
        items: chosen.map((user) => ({
          name: user.email,
          run: () => client.call(deleteUser, { params: { workspace, user: user.id } }),
        })),
        one: `${first.email} is deleted.`,
        many: 'users are deleted.',
      }),
  };
}

function nameOf(chosen: readonly User[]): string {
  return chosen.length === 1 ? (chosen[0]?.email ?? '') : counted(chosen.length, 'user');
}

function needsSome(app: App): string | null {
  return app.targets(users).length > 0 ? null : 'there is no user here';
}

function needsOne(app: App): string | null {
  const { length } = app.targets(users);
  return length === 1
    ? null
    : length === 0
      ? 'there is no user here'
      : 'it takes one user and several are marked';
}
