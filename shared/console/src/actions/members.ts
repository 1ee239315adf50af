import {
  changeRole,
  invite,
  removeMember,
  withdrawInvitation,
  type Member,
} from '@portolan/contract/members';
import { ROLES, type Role } from '@portolan/contract/permissions';
import { z } from 'zod';
import { invitations } from '../kinds/invitations.ts';
import type { Session } from '../kinds/kind.ts';
import { members } from '../kinds/members.ts';
import { defineAction, stepsFor } from './action.ts';
import { choice, text } from './input.ts';
import { linkOutcome } from './one-time-link.ts';

const email = (row: { readonly email: string }) => row.email;

export const memberInvite = defineAction({
  id: 'members.invite',
  title: 'Invite a member',
  button: 'Invite',
  done: 'created',
  details: 'The invitation is e-mailed where a mail server is configured; otherwise its link is shown once.',
  permission: 'members.write',
  danger: 0,
  kind: invitations,
  takes: 'none',
  keys: ['n'],
  inputs: z.object({
    email: text({ label: 'E-mail', value: 'EMAIL', help: 'such as grace@example.com' }),
    role: choice(ROLES, { label: 'Role', value: 'ROLE', help: ROLES.join(', ') }),
  }),
  plan: ({ client, workspace }, _rows, body) => ({
    steps: [
      {
        name: body.email,
        async run() {
          const made = await client.call(invite, { params: { workspace }, body });
          return {
            name: made.email,
            id: made.id,
            ...linkOutcome(`Invitation of ${made.email} as ${made.role}`, made),
          };
        },
      },
    ],
  }),
});

export const memberSetRole = defineAction({
  id: 'members.setRole',
  title: 'Change the role of a member',
  button: 'Change role',
  done: 'changed',
  details: 'Only owners can make or remove owners, and the last owner stays one.',
  permission: 'members.write',
  danger: 0,
  kind: members,
  takes: 'one',
  keys: ['i', 'e'],
  initial: (_session, { role }) => ({ role }),
  inputs: z.object({ role: choice(ROLES, { label: 'Role', value: 'ROLE', help: ROLES.join(', ') }) }),
  plan: (session, rows, { role }) => ({
    lines: rows.map((member) => `${member.email}: ${member.role} → ${role}`),
    steps: setRoles(session, rows, () => role),
    undo: {
      title: `Restore the role of ${rows.map(email).join(', ')}`,
      done: 'restored',
      steps: setRoles(session, rows, (member) => member.role),
    },
  }),
});

function setRoles({ client, workspace }: Session, rows: readonly Member[], roleOf: (row: Member) => Role) {
  return stepsFor(rows, email, async (member) => {
    const role = roleOf(member);
    const params = { workspace, account: member.accountId };
    return { done: `now ${role}`, object: await client.call(changeRole, { params, body: { role } }) };
  });
}

export const memberRemove = defineAction({
  id: 'members.remove',
  title: 'Remove members',
  button: 'Remove',
  done: 'removed',
  permission: 'members.write',
  danger: 3,
  kind: members,
  takes: 'some',
  keys: ['D'],
  inputs: z.object({}),
  plan: ({ client, workspace }, rows) => ({
    lines: rows.map((one) => `${one.email} (${one.role}) loses access to this workspace.`),
    steps: stepsFor(rows, email, async ({ accountId }) => {
      await client.call(removeMember, { params: { workspace, account: accountId } });
    }),
  }),
});

export const invitationWithdraw = defineAction({
  id: 'invitations.withdraw',
  title: 'Withdraw invitations',
  button: 'Withdraw',
  done: 'withdrawn',
  permission: 'members.write',
  danger: 1,
  kind: invitations,
  takes: 'some',
  keys: ['D'],
  inputs: z.object({}),
  plan: ({ client, workspace }, rows) => ({
    lines: ['The link stops working at once.'],
    steps: stepsFor(rows, email, async ({ id }) => {
      await client.call(withdrawInvitation, { params: { workspace, invitation: id } });
    }),
  }),
});
