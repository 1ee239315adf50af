import type { User } from '@portolan/contract/users';
import { hashPassword } from '../../auth/password.ts';
import { clientOf, enforceRateLimit } from '../../auth/rate-limit.ts';
import { hashToken, newSecret } from '../../auth/secret-token.ts';
import type { Actor } from '../../db/audit-chain.ts';
import type { Database } from '../../db/database.ts';
import { AppError } from '../../app-error.ts';
import { runUnitOfWork, type UnitOfWork } from '../../db/unit-of-work.ts';
import { getUser, setUserPassword } from '../../users/service.ts';
import { findPasswordLink, replacePasswordLink, takePasswordLink } from './store.ts';

const VALID_MS = 3 * 24 * 3600_000;

export interface NewPasswordLink {
  readonly user: User;
  /** Returned only here; the database stores its hash. */
  readonly token: string;
  readonly expiresAt: string;
}

/**
 * Creates a link, valid for 3 days, with which an internal user sets a password.
 * @throws AppError `not-found`, `conflict` or `owned-elsewhere`.
 */
export async function createPasswordLink(
  work: UnitOfWork,
  workspace: string,
  idOrEmail: string,
): Promise<NewPasswordLink> {
  const user = await getUser(work, workspace, idOrEmail);
  if (user.provider !== 'internal' || user.state !== 'active') throw hasNoPassword(user);
  const token = newSecret('ptw');
  const expiresAt = new Date(Date.now() + VALID_MS);
  const link = { userId: user.id, workspaceId: workspace, hash: hashToken(token), expiresAt };
  await replacePasswordLink(work.tx, link);
  const target = { kind: 'user', id: user.id, name: user.email };
  work.audit({ action: 'user.password-link', target, after: { expiresAt: expiresAt.toISOString() } });
  return { user, token, expiresAt: expiresAt.toISOString() };
}

export interface PasswordChoice {
  readonly token: string;
  readonly password: string;
  readonly remoteAddress: string | null;
  readonly origin: string;
}

/** Redeems a link: sets the password of its user. @throws AppError `gone` or `too-many-requests`. */
export async function redeemPasswordLink(
  db: Database,
  { token, password, remoteAddress, origin }: PasswordChoice,
): Promise<{ email: string; workspace: string }> {
  const client = clientOf(remoteAddress);
  await enforceRateLimit(db, client, [{ key: `password-link:${client}`, burst: 10, everySeconds: 15 }]);
  const hash = hashToken(token);
  const link = await findPasswordLink(db, hash);
  if (!link) throw gone();
  const passwordHash = await hashPassword(password, client);
  const { workspace, userId, email } = link;
  const actor: Actor = { kind: 'user', id: userId, name: email, origin, remoteAddress };
  await runUnitOfWork(db, { workspace, actor, mutates: true }, async (work) => {
    if (!(await takePasswordLink(work.tx, hash))) throw gone();
    await setUserPassword(work, { id: userId, email }, passwordHash);
  });
  return { email, workspace };
}

function hasNoPassword(user: User): AppError {
  return user.provider === 'internal'
    ? new AppError('conflict', `User ${user.email} is disabled.`, { fix: 'Enable the user first.' })
    : new AppError('owned-elsewhere', `User ${user.email} signs in through ${user.provider}.`, {
        fix: 'Change the password at that identity provider.',
      });
}

function gone(): AppError {
  return new AppError('gone', 'This link does not exist, has expired, or was already used or replaced.', {
    fix: 'Ask a workspace administrator for a new link.',
  });
}
