import {
  invitationWithdraw,
  memberInvite,
  memberRemove,
  memberSetRole,
} from '@portolan/console/actions/members';
import { actionCommand } from './action-command.ts';
import type { Command } from '../state/app.ts';

/** Inviting members, changing their roles, and removing them. */
export const memberCommands: readonly Command[] = [
  actionCommand(memberInvite, { kinds: ['members', 'invitations'], hint: 'invite' }),
  actionCommand(memberSetRole, { id: 'members.role', hint: 'role' }),
  actionCommand(memberRemove),
  actionCommand(invitationWithdraw),
];
