import { groupCreate, groupDelete, groupRename } from '@portolan/console/actions/groups';
import { groups } from '@portolan/console/kinds/groups';
import { actionCommand } from '../action-command.ts';
import type { Command } from '../../state/app.ts';

/** Creating, renaming and deleting groups. */
export const groupCommands: readonly Command[] = [
  actionCommand(groupCreate, { id: 'groups.new', hint: 'new' }),
  actionCommand(groupRename, {
    hint: 'rename',
    initial: (app) => ({ name: app.navigation.targets(groups)[0]?.name ?? '' }),
  }),
  actionCommand(groupDelete),
];
