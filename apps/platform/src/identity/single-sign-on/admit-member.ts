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

/** What a workspace's provider said of who signed in there. */
export interface VerifiedSignIn extends Identity {
  /** Verified, as the provider says. */
  readonly email: string;
  readonly remoteAddress: string | null;
}

interface Admission {
  readonly accountId: string;
  /** The account is to be made. */
  readonly isNew: boolean;
  /** To be used up: they are no member yet. */
  readonly invitation: InvitationRow | undefined;
  readonly isLinked: boolean;
}

/**
 * Returns the account of the member that a provider signed in. What a provider says counts in its workspace alone: its subject is
 * an account that was linked before, a member of that address, or whoever was invited by it. An account of the whole platform
 * joins only if its address is proved; otherwise they get an account of this workspace, and whoever took the address elsewhere
 * gets nothing. @throws AppError for everyone else.
 */
export async function admitMember(db: Database, signIn: VerifiedSignIn): Promise<{ accountId: string }> {
  const run = () => admitOnce(db, signIn);
  // Of two first sign-ins of one person at the same moment, the second finds what the first wrote.
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
  throw new AppError('not-allowed', `${email} is no member of this workspace, and is not invited.`, {
    fix: 'Ask an administrator of the workspace for an invitation.',
  });
}

/** An address that was given to someone else at the provider does not make them who had it before. */
async function requireUnlinked(db: Database, accountId: string, signIn: VerifiedSignIn): Promise<void> {
  if (!(await hasIdentity(db, accountId, signIn))) return;
  throw new AppError(
    'not-allowed',
    `${signIn.email} belongs to another person at the provider than when they first signed in here.`,
    { fix: 'Ask an administrator to remove the member of that address and to invite you.' },
  );
}

async function join(
  work: UnitOfWork,
  { workspace, provider, email }: VerifiedSignIn,
  { accountId, isNew, invitation }: Admission & { readonly invitation: InvitationRow },
): Promise<void> {
  const { role, id } = invitation;
  if (!(await deleteInvitation(work.tx, workspace, id))) {
    throw new AppError('gone', 'The invitation was withdrawn meanwhile.', { fix: 'Ask for a new one.' });
  }
  if (isNew) await insertAccount(work.tx, { id: accountId, email, name: email, homeWorkspace: workspace });
  await insertMember(work.tx, { workspaceId: workspace, accountId, role });
  const target = { kind: 'member', id: accountId, name: email };
  work.audit({ action: 'member.join', target, after: { email, role, provider } });
  work.publish('members', [accountId], 'created');
}
