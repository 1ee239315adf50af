import type { Invitation } from '@portolan/contract/members';
import type { Role } from '@portolan/contract/permissions';
import type { Actor } from '../../db/audit-chain.ts';
import { checkPassword, hashPassword } from '../../auth/password.ts';
import { enforceRateLimit } from '../../auth/rate-limit.ts';
import { hashToken, newSecret } from '../../auth/secret-token.ts';
import type { Database } from '../../db/database.ts';
import { newId } from '../../db/ids.ts';
import { isDuplicate } from '../../db/duplicate.ts';
import { AppError, notFound } from '../../app-error.ts';
import { runUnitOfWork, type UnitOfWork } from '../../db/unit-of-work.ts';
import { findAccountByEmail, insertAccount } from '../accounts/store.ts';
import {
  deleteInvitation,
  findInvitationByHash,
  invitationView,
  replaceInvitation,
} from './invitation-store.ts';
import { refuseBeyondRole } from './service.ts';
import { findMember, insertMember } from './store.ts';

const VALID_MS = 7 * 24 * 3600_000;

export interface NewInvitation {
  readonly workspace: string;
  readonly email: string;
  readonly role: Role;
  readonly by: { readonly email: string; readonly role: Role };
}

/** Invites someone; the token of the link exists in this answer alone. */
export async function createInvitation(
  work: UnitOfWork,
  { workspace, email, role, by }: NewInvitation,
): Promise<Invitation & { token: string }> {
  refuseBeyondRole(by.role, role);
  const account = await findAccountByEmail(work.tx, email);
  if (account && (await findMember(work.tx, workspace, account.id))) {
    throw new AppError('already-exists', `${email} already is a member.`, {
      fix: 'Change their role instead.',
    });
  }
  const token = newSecret('pti');
  const row = await replaceInvitation(work.tx, {
    id: newId('inv'),
    workspaceId: workspace,
    email,
    role,
    hash: hashToken(token),
    invitedBy: by.email,
    expiresAt: new Date(Date.now() + VALID_MS),
  });
  const after = invitationView(row);
  work.audit({ action: 'invitation.create', target: { kind: 'invitation', id: row.id, name: email }, after });
  work.publish('members', [row.id], 'created');
  return { ...after, token };
}

export async function withdrawInvitation(work: UnitOfWork, workspace: string, id: string): Promise<void> {
  const row = await deleteInvitation(work.tx, workspace, id);
  if (!row) throw notFound(`invitation ${id}`);
  const target = { kind: 'invitation', id, name: row.email };
  work.audit({ action: 'invitation.withdraw', target, before: invitationView(row) });
  work.publish('members', [id], 'deleted');
}

export interface Acceptance {
  readonly token: string;
  readonly name?: string | undefined;
  readonly password: string;
  readonly remoteAddress: string | null;
  readonly origin: string;
}

/** Makes whoever holds the link a member: the account of that e-mail by its password, or a new one. */
export async function acceptInvitation(
  db: Database,
  { token, name, password, remoteAddress, origin }: Acceptance,
): Promise<{ workspace: string; email: string }> {
  await enforceRateLimit(db, [
    { key: `invitation:${remoteAddress ?? 'unknown'}`, burst: 10, everySeconds: 15 },
  ]);
  const invitation = await findInvitationByHash(db, hashToken(token));
  if (!invitation) throw gone();
  const { workspaceId: workspace, email, role } = invitation;
  const account = await findAccountByEmail(db, email);
  if (account && !(await checkPassword(account.passwordHash, password))) {
    throw new AppError(
      'wrong-credentials',
      `There is an account of ${email} already, and this is not its password.`,
      {
        fix: 'Use the password of that account.',
      },
    );
  }
  const accountId = account?.id ?? newId('acc');
  const fresh = account
    ? null
    : { id: accountId, email, name: name ?? email, passwordHash: await hashPassword(password) };
  const actor: Actor = { kind: 'account', id: accountId, name: email, origin, remoteAddress };
  await runUnitOfWork(db, { workspace, actor, mutates: true }, async (work) => {
    if (!(await deleteInvitation(work.tx, workspace, invitation.id))) throw gone();
    if (fresh) await insertAccount(work.tx, fresh);
    await insertMember(work.tx, { workspaceId: workspace, accountId, role }).catch((error: unknown) => {
      if (!isDuplicate(error)) throw error;
      throw new AppError('already-exists', `${email} already is a member.`);
    });
    work.audit({
      action: 'member.join',
      target: { kind: 'member', id: accountId, name: email },
      after: { email, role },
    });
    work.publish('members', [accountId], 'created');
  });
  return { workspace, email };
}

function gone(): AppError {
  return new AppError('gone', 'This invitation was used, withdrawn or expired, or never was.', {
    fix: 'Ask for a new one.',
  });
}
