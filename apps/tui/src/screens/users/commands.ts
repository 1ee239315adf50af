import { deleteUser, updateUser, type User } from '@portolan/contract/users';
import type { Command } from '../../commands/command.ts';
import { users } from '../../kinds/users.ts';
import type { App } from '../../store/app.ts';
import { newKeyForm } from '../keys/new-key-form.ts';
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
    run: (app) => app.openOverlay(newUserForm(app)),
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
    id: 'users.disable',
    title: 'Disable or enable the user',
    keys: ['ctrl-x'],
    where: 'item',
    kinds: KINDS,
    permission: 'users.write',
    danger: 1,
    disabled: (app) => needsOne(app),
    plan(app) {
      const [user] = app.targets(users);
      if (!user) return null;
      const state = user.state === 'active' ? 'disabled' : 'active';
      const set = (to: User['state']) =>
        app.session.client.call(updateUser, {
          params: { workspace: app.session.workspace, user: user.id },
          body: { state: to },
        });
      return {
        title: `${state === 'disabled' ? 'Disable' : 'Enable'} ${user.email}`,
        action: state === 'disabled' ? 'Disable' : 'Enable',
        object: user.email,
        lines: [
          state === 'disabled'
            ? `${user.email} and the ${user.keys} keys of this user are refused at every gateway within a second.`
            : `${user.email} and active keys of this user are accepted again.`,
        ],
        async run() {
          await set(state);
          return `${user.email} is ${state}.`;
        },
        undo: {
          title: `make ${user.email} ${user.state} again`,
          async run() {
            await set(user.state);
            return `${user.email} is ${user.state} again.`;
          },
        },
      };
    },
  },
  {
    id: 'users.delete',
    title: 'Delete users',
    keys: ['D'],
    where: 'item',
    kinds: KINDS,
    permission: 'users.write',
    danger: 3,
    disabled: (app) => (app.targets(users).length > 0 ? null : 'there is no user here'),
    plan(app) {
      const targets = app.targets(users);
      const [first] = targets;
      if (!first) return null;
      const { client, workspace } = app.session;
      const keyCount = targets.reduce((sum, user) => sum + user.keys, 0);
      return {
        title: targets.length === 1 ? `Delete ${first.email}` : `Delete ${targets.length} users`,
        action: 'Delete',
        typed: app.confirmWord(targets.length === 1 ? first.email : String(targets.length)),
        object: targets.map((user) => user.email).join(', '),
        lines: [
          ...targets.map(
            (user) => `${user.email}  groups: ${user.groups.join(', ') || 'none'}  keys: ${user.keys}`,
          ),
          { tone: 'bad', text: `${keyCount} API keys stop working within a second. This cannot be undone.` },
        ],
        async run() {
          for (const user of targets) await client.call(deleteUser, { params: { workspace, user: user.id } });
          return targets.length === 1 ? `${first.email} is deleted.` : `${targets.length} users are deleted.`;
        },
      };
    },
  },
];

function needsOne(app: App): string | null {
  const { length } = app.targets(users);
  return length === 1
    ? null
    : length === 0
      ? 'there is no user here'
      : 'it takes one user and several are marked';
}
