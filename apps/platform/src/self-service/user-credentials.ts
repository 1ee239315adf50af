import { checkPassword } from '../auth/password.ts';
import { clientOf, enforceRateLimit } from '../auth/rate-limit.ts';
import { clearLimit } from '../auth/rate-limit-store.ts';
import type { Database } from '../db/database.ts';
import { findUserByEmail } from '../users/store.ts';
import { AppError } from '../app-error.ts';
import { runUnitOfWork } from '../db/unit-of-work.ts';

export interface UserSignIn {
  readonly workspace: string;
  readonly email: string;
  readonly password: string;
  readonly remoteAddress: string | null;
}

/**
 * Returns the internal user with this password. An unknown workspace, an unknown address, a disabled user and a wrong password
 * give the same error after the same time.
 * @throws AppError `wrong-credentials` or `too-many-requests`.
 */
export async function signInUser(db: Database, attempt: UserSignIn): Promise<{ userId: string }> {
  const { workspace, email, password, remoteAddress } = attempt;
  const client = clientOf(remoteAddress);
  const whose = `user-sign-in:${workspace}:${email.toLowerCase()}`;
  const mine = `${whose}:${client}`;
  await enforceRateLimit(db, client, [
    { key: mine, burst: 10, everySeconds: 15 },
    { key: whose, burst: 100, everySeconds: 5 },
    { key: `user-sign-in-from:${client}`, burst: 300, everySeconds: 0.2 },
  ]);
  const found = await findUserByEmail(db, { workspace, provider: 'internal' }, email);
  const user = found?.state === 'active' ? found : undefined;
  const isRight = await checkPassword(user?.passwordHash, password, client);
  if (user && !isRight) {
    const actor = { kind: 'user', id: user.id, name: user.email, origin: 'web', remoteAddress } as const;
    await runUnitOfWork(db, { workspace, actor, mutates: true }, async ({ audit }) => {
      const target = { kind: 'user', id: user.id, name: user.email };
      audit({ action: 'session.refuse', target, after: { reason: 'password' } });
    });
  }
  if (!user || !isRight) {
    throw new AppError('wrong-credentials', 'The workspace, e-mail address or password is incorrect.', {
      fix: 'Check them and try again. To reset your password, ask a workspace administrator for a link.',
    });
  }
  await clearLimit(db, mine);
  const actor = { kind: 'user', id: user.id, name: user.email, origin: 'web', remoteAddress } as const;
  await runUnitOfWork(db, { workspace, actor, mutates: true }, async (work) => {
    const target = { kind: 'session', id: user.id, name: user.email };
    work.audit({ action: 'session.start', target, after: { provider: 'internal' } });
  });
  return { userId: user.id };
}
