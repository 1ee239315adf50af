import {
  passwordChange,
  secondFactorBegin,
  secondFactorConfirm,
  secondFactorRemove,
} from '@portolan/console/actions/account';
import { sessionEnd, tokenCreate } from '@portolan/console/actions/tokens';
import { actionCommand } from './action-command.ts';
import type { Command } from '../state/app.ts';

/** Sessions, personal access tokens, password and second factor of the signed-in account. */
export const accountCommands: readonly Command[] = [
  actionCommand(tokenCreate, { id: 'sessions.new', hint: 'new token' }),
  actionCommand(sessionEnd, { hint: 'end' }),
  actionCommand(passwordChange),
  actionCommand(secondFactorBegin),
  actionCommand(secondFactorConfirm),
  actionCommand(secondFactorRemove),
];
