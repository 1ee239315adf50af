import { AppError } from '../../app-error.ts';
import type { Actor } from '../../db/audit-chain.ts';
import type { Database } from '../../db/database.ts';
import { isDuplicate } from '../../db/duplicate.ts';
import { newId } from '../../db/ids.ts';
import { runUnitOfWork, type UnitOfWork } from '../../db/unit-of-work.ts';
import { findAccountByEmail, findHomeAccount, insertAccount } from '../accounts/store.ts';
import { deleteInvitation, findInvitationByEmail, type InvitationRow } from '../members/invitation-store.ts';
import { findMember, findMemberByEmail, insertMember } from '../members/store.ts';
import { findIdentity, hasIdentity, linkIdentity, type Identity } from './store.ts';

/** A sign-in that a workspace's provider has verified. */
export interface VerifiedSignIn extends Identity {
  /** E-mail address that the provider reports as verified. */
  readonly email: string;
  readonly remoteAddress: string | null;
}

interface Admission {
  readonly accountId: string;
  /** Whether the account must be created. */
  readonly isNew: boolean;
  /** Invitation to accept; undefined when the account is already a member. */
  readonly invitation: InvitationRow | undefined;
  readonly isLinked: boolean;
}

/**
 * Returns the account of a member that the workspace's provider signed in, and creates or joins it if needed. A provider is
 * trusted for its own workspace only: its subject maps to a linked account, to the member with that address, or to an
 * invitation for it. A platform-wide account joins only if its address is verified; otherwise an account limited to this
 * workspace is created.
 * @throws AppError `not-allowed` or `gone`.
 */
export async function admitMember(db: Database, signIn: VerifiedSignIn): Promise<{ accountId: string }> {
  const run = () => admitOnce(db, signIn);
  // When one person signs in twice at the same time, the retry finds the rows of the first transaction.
  return run().catch((error: unknown) => (isDuplicate(error) ? run() : Promise.reject(error)));
}

async function admitOnce(db: Database, signIn: VerifiedSignIn): Promise<{ accountId: string }> {
  const { workspace, email, remoteAddress } = signIn;
  const admission = await findAdmission(db, signIn);
  const { accountId } = admission;
  const actor: Actor = { kind: 'account', id: accountId, name: email, origin: 'web', remoteAddress };
  await runUnitOfWork(db, { workspace, actor, mutates: true }, async (work) => {
    if (admission.invitation) await join(work, signIn, { ...admission, invitation: admission.invitation });
    else work.unchanged();
    if (!admission.isLinked) await linkIdentity(work.tx, signIn, accountId);
  });
  return { accountId };
}

async function findAdmission(db: Database, signIn: VerifiedSignIn): Promise<Admission> {
  const { workspace, email } = signIn;
  const linked = await findIdentity(db, signIn);
  if (linked !== undefined) {
    const isMember = (await findMember(db, workspace, linked)) !== null;
    const invitation = isMember ? undefined : await requireInvitation(db, signIn);
    return { accountId: linked, isNew: false, invitation, isLinked: true };
  }
  const member = await findMemberByEmail(db, workspace, email);
  if (member) {
    await requireUnlinked(db, member.accountId, signIn);
    return { accountId: member.accountId, isNew: false, invitation: undefined, isLinked: false };
  }
  const invitation = await requireInvitation(db, signIn);
  const known = (await findHomeAccount(db, workspace, email)) ?? (await findProved(db, email));
  if (known) await requireUnlinked(db, known.id, signIn);
  return { accountId: known?.id ?? newId('acc'), isNew: !known, invitation, isLinked: false };
}

async function findProved(db: Database, email: string) {
  const account = await findAccountByEmail(db, email);
  return account?.emailVerifiedAt ? account : undefined;
}

async function requireInvitation(db: Database, { workspace, email }: VerifiedSignIn): Promise<InvitationRow> {
  const invitation = await findInvitationByEmail(db, workspace, email);
  if (invitation) return invitation;
  throw new AppError('not-allowed', `${email} is not a member of this workspace and has no invitation.`, {
    fix: 'Ask an administrator of the workspace for an invitation.',
  });
}

/**
 * Requires that the account is not linked to another subject: the provider may have given the address to someone else.
 * @throws AppError `not-allowed`.
 */
async function requireUnlinked(db: Database, accountId: string, signIn: VerifiedSignIn): Promise<void> {
  if (!(await hasIdentity(db, accountId, signIn))) return;
  throw new AppError(
    'not-allowed',
    `The provider has assigned ${signIn.email} to a different person since it first signed in here.`,
    { fix: 'Ask a workspace administrator to remove the member with that address and to invite you.' },
  );
}

async function join(
  work: UnitOfWork,
  { workspace, provider, email }: VerifiedSignIn,
  { accountId, isNew, invitation }: Admission & { readonly invitation: InvitationRow },
): Promise<void> {
  const { role, id } = invitation;
  if (!(await deleteInvitation(work.tx, workspace, id))) {
    throw new AppError('gone', 'The invitation was withdrawn.', {
      fix: 'Ask a workspace administrator for a new invitation.',
    });
  }
  if (isNew) await insertAccount(work.tx, { id: accountId, email, name: email, homeWorkspace: workspace });
  await insertMember(work.tx, { workspaceId: workspace, accountId, role });
  const target = { kind: 'member', id: accountId, name: email };
  work.audit({ action: 'member.join', target, after: { email, role, provider } });
  work.publish('members', [accountId], 'created');
}
