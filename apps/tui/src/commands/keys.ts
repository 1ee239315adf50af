import { keyCreate, keyDelete, keyResume, keyRotate, keySuspend } from '@portolan/console/actions/keys';
import { actionCommand } from './action-command.ts';
import type { Command } from '../state/app.ts';
import { rememberKey } from './users/commands.ts';

/** Creating, suspending, resuming and deleting API keys. */
export const keyCommands: readonly Command[] = [
  actionCommand(keyCreate, { id: 'keys.new', hint: 'new', after: rememberKey }),
  actionCommand(keyRotate, { hint: 'rotate', after: rememberKey }),
  actionCommand(keySuspend, { title: 'Suspend or resume API keys', hint: 'suspend/resume' }, keyResume),
  actionCommand(keyDelete),
];
