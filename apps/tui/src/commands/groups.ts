import type { Action } from '@portolan/console/actions/action';
import { groupCreate, groupDelete, groupRename } from '@portolan/console/actions/groups';
import { InputFailure } from '@portolan/console/actions/input';
import { userAddToGroup, userRemoveFromGroup } from '@portolan/console/actions/users';
import { groups } from '@portolan/console/kinds/groups';
import { users } from '@portolan/console/kinds/users';
import type { User } from '@portolan/contract/users';
import { Form } from '../overlays/form.ts';
import type { App, Command, SafeCommand } from '../state/app.ts';
import { ensureRead } from '../state/ensure-read.ts';
import { actionCommand, carryOut } from './action-command.ts';

/** Creating, renaming and deleting groups, and adding and removing their members. */
export const groupCommands: readonly Command[] = [
  actionCommand(groupCreate, { id: 'groups.new', hint: 'new' }),
  actionCommand(groupRename, { hint: 'rename' }),
  members('groups.addMembers', 'Add users to the group', 'M', userAddToGroup),
  members('groups.removeMembers', 'Remove users from the group', 'm', userRemoveFromGroup),
  actionCommand(groupDelete),
];

/** Returns the command that changes who is in the group under the cursor: asks for users, and runs the action on them. */
function members(id: string, title: string, key: string, action: Action): SafeCommand {
  const isAdding = action === userAddToGroup;
  return {
    id,
    title,
    keys: [key],
    where: 'item',
    kinds: ['groups'],
    permission: 'users.write',
    ...(isAdding ? { hint: 'add users' } : {}),
    actions: [action],
    danger: 0,
    disabled: (app) => (app.navigation.targets(groups).length === 1 ? null : 'select one group'),
    async run(app) {
      const [group] = app.navigation.targets(groups);
      if (!group) return;
      await ensureRead(app, users);
      const eligible = usersOf(app).filter((user) => user.groups.includes(group.name) !== isAdding);
      app.openOverlay(
        new Form({
          title: `${title}: ${group.name}`,
          action: isAdding ? 'add them' : 'remove them',
          fields: [
            {
              name: 'users',
              label: 'Users',
              hint: 'e-mail addresses, separated by commas',
              choices: eligible.map(({ email }) => email),
              isKnown: true,
              isList: true,
              isNeeded: true,
            },
          ],
          submit: ({ users: emails = '' }) =>
            carryOut(app, { action, rows: named(eligible, emails) }, { group: group.name }, {}),
        }),
      );
    },
  };
}

function usersOf(app: App): readonly User[] {
  // Rows of a kind's own store are of its type.
  return app.lists.of(users).rows as readonly User[];
}

function named(eligible: readonly User[], emails: string): readonly User[] {
  const wanted = emails.split(',').flatMap((one) => (one.trim() === '' ? [] : one.trim().toLowerCase()));
  const unknown = wanted.filter((email) => eligible.every((user) => user.email.toLowerCase() !== email));
  if (unknown.length > 0)
    throw new InputFailure([{ field: 'users', message: `No such user here: ${unknown.join(', ')}.` }]);
  return eligible.filter(({ email }) => wanted.includes(email.toLowerCase()));
}
