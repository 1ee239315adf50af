import type { ApiKey } from '@portolan/contract/keys';
import { keyCreate } from '@portolan/console/actions/keys';
import {
  userAddToGroup,
  userCreate,
  userDelete,
  userDisable,
  userEnable,
  userPasswordLink,
  userRemoveFromGroup,
} from '@portolan/console/actions/users';
import type { Outcome } from '@portolan/console/actions/action';
import { users } from '@portolan/console/kinds/users';
import { actionCommand } from '../action-command.ts';
import type { App, Command } from '../../state/app.ts';
import { editUserForm } from './edit-user-form.ts';

/** Creating, changing, disabling and deleting users, and giving them keys. */
export const userCommands: readonly Command[] = [
  actionCommand(userCreate, { id: 'users.new', hint: 'new' }),
  {
    id: 'users.edit',
    title: 'Edit the user',
    keys: ['i', 'e'],
    where: 'item',
    kinds: ['users'],
    permission: 'users.write',
    hint: 'edit',
    danger: 0,
    disabled: (app) => (app.navigation.targets(users).length === 1 ? null : 'select one user'),
    run(app) {
      const [user] = app.navigation.targets(users);
      if (user) app.openOverlay(editUserForm(app, user));
    },
  },
  actionCommand(keyCreate, {
    id: 'users.key',
    title: 'New API key for the user',
    keys: ['K'],
    kinds: ['users'],
    hint: 'key',
    focus: 'name',
    disabled: (app) => (app.navigation.targets(users).length === 1 ? null : 'select one user'),
    initial: (app) => ({ user: app.navigation.targets(users)[0]?.email ?? '' }),
    after: rememberKey,
  }),
  actionCommand(userAddToGroup, { id: 'users.group', hint: 'group' }),
  actionCommand(userRemoveFromGroup, { keys: ['m'] }),
  actionCommand(userPasswordLink, {}),
  actionCommand(userDisable, { title: 'Disable or enable users', hint: 'disable/enable' }, userEnable),
  actionCommand(userDelete),
];

/** Keeps a created key in memory, so that a call can be tried with it. */
export function rememberKey(app: App, outcomes: readonly Outcome[]): void {
  for (const { object, secret } of outcomes)
    // The object of a created key is the key.
    if (secret !== undefined) app.connection.createdKeys.set((object as ApiKey).userEmail, secret.value);
}
