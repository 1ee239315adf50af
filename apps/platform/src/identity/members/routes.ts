import * as contract from '@portolan/contract/members';
import type { Role } from '@portolan/contract/permissions';
import { AppError } from '../../app-error.ts';
import type { Principal } from '../../auth/authenticate.ts';
import { mount, mountWithoutTransaction } from '../../http/mount.ts';
import { deliver, linkTo } from '../links/deliver.ts';
import type { CreateCapability } from '../../platform.ts';
import { acceptInvitation, createInvitation, withdrawInvitation } from './invitation-service.ts';
import { listInvitationPage, recordMailed, sweepInvitations } from './invitation-store.ts';
import { changeRole, removeMember } from './service.ts';
import { listMemberPage } from './store.ts';

const SWEEP_MS = 3600_000;

/** Routes for the members of a workspace and their invitations. */
export const members: CreateCapability = ({ db }) => ({
  routes(api) {
    mount(api, contract.listMembers, ({ workspace, query }, { tx }) =>
      listMemberPage(tx, workspace.id, query),
    );
    mount(api, contract.changeRole, ({ workspace, principal, params, body }, work) =>
      changeRole(
        work,
        { workspace: workspace.id, accountId: params.account, asked: roleOf(principal) },
        body.role,
      ),
    );
    mount(api, contract.removeMember, ({ workspace, principal, params }, work) =>
      removeMember(work, { workspace: workspace.id, accountId: params.account, asked: roleOf(principal) }),
    );
    mount(api, contract.leaveWorkspace, ({ workspace, principal }, work) => {
      if (principal.scopes !== null && !principal.scopes.includes('members.write')) {
        throw new AppError('not-allowed', 'A token with limited scopes needs members.write to leave.', {
          fix: 'Sign in with your password.',
        });
      }
      return removeMember(work, {
        workspace: workspace.id,
        accountId: principal.account.id,
        asked: roleOf(principal),
      });
    });
    mount(api, contract.listInvitations, ({ workspace, query }, { tx }) =>
      listInvitationPage(tx, workspace.id, query),
    );
    mountWithoutTransaction(
      api,
      contract.invite,
      async ({ workspace, principal, body, baseUrl }, transact) => {
        const by = { email: principal.account.email, role: roleOf(principal) };
        const { token, ...invitation } = await transact((work) =>
          createInvitation(work, { workspace: workspace.id, ...body, by }),
        );
        const delivery = await deliver(api.mailer, {
          to: body.email,
          subject: `Join ${workspace.name}`,
          purpose: `${by.email} invites you to administer ${workspace.name}:`,
          url: linkTo('/join', token, baseUrl),
          expiresAt: invitation.expiresAt,
        });
        if (delivery.mailed) await recordMailed(api.db, invitation.id);
        return { ...invitation, ...delivery };
      },
    );
    mount(api, contract.withdrawInvitation, ({ workspace, params }, work) =>
      withdrawInvitation(work, workspace.id, params.invitation),
    );
    mountWithoutTransaction(api, contract.acceptInvitation, ({ body, remoteAddress, origin }) =>
      acceptInvitation(api, { ...body, remoteAddress, origin }),
    );
  },
  jobs: [{ name: 'invitations.sweep', everyMs: SWEEP_MS, run: () => sweepInvitations(db) }],
});

function roleOf(principal: Principal): Role {
  if (!principal.membership) throw new Error('principal has no membership in the workspace');
  return principal.membership.role;
}
