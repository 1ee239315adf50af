import { sessionEnd, tokenCreate } from '@portolan/console/actions/tokens';
import { actionCommand } from '../action-command.ts';
import type { Command } from '../../state/app.ts';

/** Sessions and personal access tokens of the signed-in account. */
export const accountCommands: readonly Command[] = [
  actionCommand(tokenCreate, { id: 'sessions.new', hint: 'new token' }),
  actionCommand(sessionEnd, { hint: 'end' }),
];
