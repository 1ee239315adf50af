import type { Invitation } from '@portolan/contract/members';
import type { Role } from '@portolan/contract/permissions';
import type { Actor } from '../../db/audit-chain.ts';
import { hashPassword } from '../../auth/password.ts';
import { clientOf, enforceRateLimit } from '../../auth/rate-limit.ts';
import { hashToken, newSecret } from '../../auth/secret-token.ts';
import type { Transaction } from '../../db/database.ts';
import { newId } from '../../db/ids.ts';
import { isDuplicate } from '../../db/duplicate.ts';
import { AppError, notFound } from '../../app-error.ts';
import { runUnitOfWork, type UnitOfWork } from '../../db/unit-of-work.ts';
import type { Platform } from '../../platform.ts';
import {
  dropCredentials,
  findAccountByEmail,
  findHomeAccount,
  insertAccount,
  updateAccount,
  type AccountRow,
} from '../accounts/store.ts';
import { checkCredentials } from '../sessions/credentials.ts';
import {
  deleteInvitation,
  findInvitationByHash,
  invitationView,
  replaceInvitation,
  type InvitationRow,
} from './invitation-store.ts';
import { requireAssignableRole } from './service.ts';
import { findMemberByEmail, insertMember } from './store.ts';

const VALID_MS = 7 * 24 * 3600_000;

export interface NewInvitation {
  readonly workspace: string;
  readonly email: string;
  readonly role: Role;
  readonly by: { readonly email: string; readonly role: Role };
}

/**
 * Creates an invitation, valid for 7 days. The token of its link is returned only here.
 * @throws AppError `already-exists` or `not-allowed`.
 */
export async function createInvitation(
  work: UnitOfWork,
  { workspace, email, role, by }: NewInvitation,
): Promise<Invitation & { token: string }> {
  requireAssignableRole(by.role, role);
  if (await findMemberByEmail(work.tx, workspace, email)) {
    throw new AppError('already-exists', `${email} is already a member.`, {
      fix: 'Change the role of the member instead.',
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
  /** Name of a new account. */
  readonly name?: string | undefined;
  readonly password: string;
  /** TOTP or recovery code of an existing account. */
  readonly code?: string | undefined;
  readonly remoteAddress: string | null;
  readonly origin: string;
}

type Parts = Pick<Platform, 'db' | 'sealer'>;

/**
 * Accepts an invitation: adds its e-mail address as a member of the workspace. An existing account is authenticated by its
 * password. A mailed link proves the address: an account with an unverified address loses all credentials and gets the new
 * password. A link that was shown to the inviter proves nothing: if the password does not match an account with an unverified
 * address, giving a name creates an account limited to this workspace.
 * @throws AppError `gone`, `wrong-credentials`, `second-factor-required`, `already-exists` or `too-many-requests`.
 */
export async function acceptInvitation(
  parts: Parts,
  acceptance: Acceptance,
): Promise<{ workspace: string; email: string }> {
  const { db } = parts;
  const { token, remoteAddress, origin } = acceptance;
  const client = clientOf(remoteAddress);
  await enforceRateLimit(db, client, [{ key: `invitation:${client}`, burst: 10, everySeconds: 15 }]);
  const invitation = await findInvitationByHash(db, hashToken(token));
  if (!invitation) throw gone();
  const { workspaceId: workspace, email, role } = invitation;
  const joining = await accountFor(parts, invitation, acceptance);
  const { accountId } = joining;
  const actor: Actor = { kind: 'account', id: accountId, name: email, origin, remoteAddress };
  await runUnitOfWork(db, { workspace, actor, mutates: true }, async (work) => {
    if (!(await deleteInvitation(work.tx, workspace, invitation.id))) throw gone();
    await joining.write(work.tx);
    await insertMember(work.tx, { workspaceId: workspace, accountId, role }).catch((error: unknown) => {
      if (!isDuplicate(error)) throw error;
      throw new AppError('already-exists', `${email} is already a member.`);
    });
    work.audit({
      action: 'member.join',
      target: { kind: 'member', id: accountId, name: email },
      after: { email, role, ...joining.audited },
    });
    work.publish('members', [accountId], 'created');
  });
  return { workspace, email };
}

/** Account that joins, with the writes that create or update it. */
interface Joining {
  readonly accountId: string;
  /** Additional fields of the audit entry. */
  readonly audited?: Readonly<Record<string, unknown>>;
  write(tx: Transaction): Promise<void>;
}

async function accountFor(
  parts: Parts,
  { workspaceId, email, mailedAt }: InvitationRow,
  acceptance: Acceptance,
): Promise<Joining> {
  const { db } = parts;
  const { name, password, remoteAddress } = acceptance;
  const isProved = mailedAt !== null;
  const home = await findHomeAccount(db, workspaceId, email);
  const known = home ?? (await findAccountByEmail(db, email));
  const create = async (homeWorkspace: string | null): Promise<Joining> => {
    const passwordHash = await hashPassword(password, clientOf(remoteAddress));
    const id = newId('acc');
    const emailVerifiedAt = isProved ? new Date() : null;
    const row = { id, email, name: name ?? email, passwordHash, emailVerifiedAt, homeWorkspace };
    return { accountId: id, write: (tx) => insertAccount(tx, row) };
  };
  if (!known) return create(null);
  try {
    const { id } = await checkCredentials(parts, { ...acceptance, email });
    const change = isProved ? { emailVerifiedAt: new Date() } : {};
    return { accountId: id, write: (tx) => (isProved ? updateAccount(tx, id, change) : Promise.resolve()) };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'wrong-credentials') throw error;
    if (known.emailVerifiedAt === null && isProved) return takeOver(known, password, remoteAddress);
    if (known.emailVerifiedAt === null && !home && name !== undefined) return create(workspaceId);
    throw wrongPassword(email, error);
  }
}

/** Gives the account to the owner of the e-mail address: replaces all credentials and ends all sessions. */
async function takeOver(
  { id }: AccountRow,
  password: string,
  remoteAddress: string | null,
): Promise<Joining> {
  const passwordHash = await hashPassword(password, clientOf(remoteAddress));
  return {
    accountId: id,
    audited: { droppedCredentials: true },
    async write(tx) {
      await dropCredentials(tx, id);
      await updateAccount(tx, id, { passwordHash, emailVerifiedAt: new Date() });
    },
  };
}

function wrongPassword(email: string, cause: AppError): AppError {
  return new AppError(
    'wrong-credentials',
    `An account with the address ${email} already exists, and this is not its password.`,
    {
      fix: 'Use the password of that account. If it is not your account, also enter your name to create one for this workspace.',
      cause,
    },
  );
}

function gone(): AppError {
  return new AppError(
    'gone',
    'This invitation does not exist, has expired, or was already used or withdrawn.',
    {
      fix: 'Ask a workspace administrator for a new invitation.',
    },
  );
}
