import { changeRole, invite, removeMember, withdrawInvitation } from '@portolan/contract/members';
import { ROLES, type Role } from '@portolan/contract/permissions';
import type { Command } from '../../commands/command.ts';
import { Failure } from '@portolan/console/failure';
import { invitations } from '@portolan/console/kinds/invitations';
import { members } from '@portolan/console/kinds/members';
import { Form } from '../../overlays/form.ts';
import { Notice } from '../../overlays/notice.ts';
import type { App } from '../../store/app.ts';

const KINDS = ['members'];
const takesOne = (app: App) => (app.targets(members).length === 1 ? null : 'it takes one member');

/** Inviting members, changing their roles, and removing them. */
export const memberCommands: readonly Command[] = [
  {
    id: 'members.invite',
    title: 'Invite a member',
    keys: ['n'],
    where: 'item',
    kinds: ['members', 'invitations'],
    permission: 'members.write',
    hint: 'invite',
    danger: 0,
    run(app) {
      app.openOverlay(
        new Form({
          title: 'Invite a member',
          action: 'make the link; it is shown once',
          fields: [
            { name: 'email', label: 'E-mail', hint: 'ada@example.com' },
            { name: 'role', label: 'Role', value: 'editor', hint: ROLES.join(', '), choices: ROLES },
          ],
          async submit({ email = '', role = '' }) {
            const { client, workspace } = app.session;
            const made = await client.call(invite, {
              params: { workspace },
              body: { email, role: roleOf(role) },
            });
            app.closeOverlay();
            app.did({
              what: 'Invite a member',
              object: email,
              result: `${email} is invited as ${role}${made.mailed ? ', by mail' : ''}.`,
            });
            if (made.url === null) return;
            const failed = made.problem === null ? '' : `It could not be mailed (${made.problem}). `;
            const text = `${failed}Give this link to the person: it is shown this once.`;
            app.openOverlay(
              new Notice(`Invitation of ${email}`, [{ type: 'note', tone: 'warn', text }], {
                secret: made.url,
                now: app.now,
              }),
            );
          },
        }),
      );
    },
  },
  {
    id: 'members.role',
    title: 'Change the role',
    keys: ['i', 'e'],
    where: 'item',
    kinds: KINDS,
    permission: 'members.write',
    hint: 'role',
    danger: 0,
    disabled: takesOne,
    run(app) {
      const [member] = app.targets(members);
      if (!member) return;
      const { client, workspace } = app.session;
      const set = (role: Role) =>
        client.call(changeRole, { params: { workspace, account: member.accountId }, body: { role } });
      app.openOverlay(
        new Form({
          title: `Role of ${member.email}`,
          action: 'change the role',
          fields: [
            { name: 'role', label: 'Role', value: member.role, hint: ROLES.join(', '), choices: ROLES },
          ],
          async submit({ role = '' }) {
            await set(roleOf(role));
            app.closeOverlay();
            const undo = {
              title: `make ${member.email} ${member.role} again`,
              async run() {
                await set(member.role);
                return `${member.email} is ${member.role} again.`;
              },
              async redo() {
                await set(roleOf(role));
                return `${member.email} is ${role} again.`;
              },
            };
            app.did({
              what: 'Change the role',
              object: member.email,
              result: `${member.email} is now ${role}.`,
              undo,
            });
          },
        }),
      );
    },
  },
  {
    id: 'members.remove',
    title: 'Remove the member',
    keys: ['D'],
    where: 'item',
    kinds: KINDS,
    permission: 'members.write',
    danger: 3,
    disabled: takesOne,
    plan(app) {
      const [member] = app.targets(members);
      if (!member) return null;
      const { client, workspace } = app.session;
      return {
        title: `Remove ${member.email}`,
        action: 'Remove',
        typed: app.confirmWord(member.email),
        object: member.email,
        lines: [`${member.email} (${member.role}) can no longer see or change this workspace.`],
        async run() {
          await client.call(removeMember, { params: { workspace, account: member.accountId } });
          return `${member.email} is removed.`;
        },
      };
    },
  },
  {
    id: 'invitations.withdraw',
    title: 'Withdraw the invitation',
    keys: ['D'],
    where: 'item',
    kinds: ['invitations'],
    permission: 'members.write',
    danger: 1,
    disabled: (app) => (app.targets(invitations).length === 1 ? null : 'it takes one invitation'),
    plan(app) {
      const [invitation] = app.targets(invitations);
      if (!invitation) return null;
      const { client, workspace } = app.session;
      return {
        title: `Withdraw the invitation of ${invitation.email}`,
        action: 'Withdraw',
        object: invitation.email,
        lines: ['Its link stops working at once.'],
        async run() {
          await client.call(withdrawInvitation, { params: { workspace, invitation: invitation.id } });
          return `The invitation of ${invitation.email} is withdrawn.`;
        },
      };
    },
  },
];

function roleOf(text: string): Role {
  const role = ROLES.find((one) => one === text);
  if (role === undefined) throw new Failure(`There is no role "${text}".`, `Roles: ${ROLES.join(', ')}.`);
  return role;
}
