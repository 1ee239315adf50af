import { changeRollBack, changeUndo } from '@portolan/console/actions/changes';
import { actionCommand } from './action-command.ts';
import type { Command } from '../state/app.ts';

/** Rolling back and undoing changes. */
export const changeCommands: readonly Command[] = [
  actionCommand(changeRollBack, { id: 'changes.rollback', hint: 'roll back' }),
  actionCommand(changeUndo, { hint: 'undo' }),
];
