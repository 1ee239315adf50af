import type { Actor } from '../../db/audit-chain.ts';
import type { Database } from '../../db/database.ts';
import { newId } from '../../db/ids.ts';
import { AppError } from '../../app-error.ts';
import { runUnitOfWork, type UnitOfWork } from '../../db/unit-of-work.ts';
import { deleteInvitation, findInvitationByEmail } from '../members/invitation-store.ts';
import { findMember, insertMember } from '../members/store.ts';
import { findAccountByEmail, insertAccount } from '../accounts/store.ts';

export interface VerifiedSignIn {
  readonly workspace: string;
  /** Which provider vouches for the e-mail. */
  readonly provider: string;
  readonly email: string;
  readonly remoteAddress: string | null;
}

/** The account of a member the provider vouches for; one who was invited becomes a member. Nobody else gets in. */
export async function admit(db: Database, verified: VerifiedSignIn): Promise<{ accountId: string }> {
  const { workspace, email, remoteAddress } = verified;
  const account = await findAccountByEmail(db, email);
  const accountId = account?.id ?? newId('acc');
  const actor: Actor = { kind: 'account', id: accountId, name: email, origin: 'web', remoteAddress };
  await runUnitOfWork(db, { workspace, actor, mutates: true }, async (work) => {
    if (account && (await findMember(work.tx, workspace, accountId))) {
      const target = { kind: 'session', id: accountId, name: email };
      work.audit({ action: 'session.start', target, after: { provider: verified.provider } });
    } else await join(work, verified, { accountId, isNew: account === undefined });
  });
  return { accountId };
}

async function join(
  work: UnitOfWork,
  { workspace, provider, email }: VerifiedSignIn,
  { accountId, isNew }: { readonly accountId: string; readonly isNew: boolean },
): Promise<void> {
  const invitation = await findInvitationByEmail(work.tx, workspace, email);
  if (!invitation || !(await deleteInvitation(work.tx, workspace, invitation.id))) {
    throw new AppError('not-allowed', `${email} is no member of this workspace, and is not invited.`, {
      fix: 'Ask an administrator of the workspace for an invitation.',
    });
  }
  const { role } = invitation;
  if (isNew) await insertAccount(work.tx, { id: accountId, email, name: email });
  await insertMember(work.tx, { workspaceId: workspace, accountId, role });
  const target = { kind: 'member', id: accountId, name: email };
  work.audit({ action: 'member.join', target, after: { email, role, provider } });
  work.publish('members', [accountId], 'created');
}
