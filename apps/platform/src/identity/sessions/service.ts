import type { Account } from '@portolan/contract/sessions';
import { checkPassword } from '../../auth/password.ts';
import { clearLimit, enforceRateLimit } from '../../auth/rate-limit.ts';
import { createAccessToken } from '../../auth/tokens.ts';
import type { Actor } from '../../db/audit-chain.ts';
import { passSecondFactor } from '../accounts/second-factor.ts';
import type { accounts } from '../accounts/schema.ts';
import { AppError } from '../../app-error.ts';
import { runUnitOfWork } from '../../db/unit-of-work.ts';
import type { Platform } from '../../platform.ts';
import { findAccountByEmail, readAccount } from '../accounts/store.ts';

const SESSION_MS = 12 * 3600_000;

export interface SignIn {
  readonly email: string;
  readonly password: string;
  /** Of the second factor, or a recovery code. */
  readonly code?: string | undefined;
  readonly remoteAddress: string | null;
  readonly userAgent: string;
  readonly origin: string;
}

/** Opens a session. */
export async function signInWithPassword(
  parts: Pick<Platform, 'db' | 'sealer'>,
  attempt: SignIn,
): Promise<{ token: string; expiresAt: string; account: Account }> {
  const { db } = parts;
  const { remoteAddress, userAgent, origin } = attempt;
  const account = await verifyCredentials(parts, attempt);
  const actor: Actor = { kind: 'account', id: account.id, name: account.email, origin, remoteAddress };
  return runUnitOfWork(db, { workspace: null, actor, mutates: true }, async ({ tx, audit }) => {
    const { id, token, expiresAt } = await createAccessToken(tx, {
      accountId: account.id,
      kind: 'session',
      name: userAgent || 'unknown client',
      remoteAddress,
      scopes: null,
      expiresAt: new Date(Date.now() + SESSION_MS),
    });
    audit({ action: 'session.start', target: { kind: 'session', id, name: account.email } });
    return { token, expiresAt: expiresAt.toISOString(), account: await readAccount(tx, account) };
  });
}

/**
 * The account whose e-mail, password and, where it has one, second factor these are. An unknown e-mail and a wrong
 * password answer alike and take equally long.
 */
export async function verifyCredentials(
  { db, sealer }: Pick<Platform, 'db' | 'sealer'>,
  { email, password, code, remoteAddress }: Omit<SignIn, 'userAgent' | 'origin'>,
): Promise<typeof accounts.$inferSelect> {
  const address = remoteAddress ?? 'unknown';
  const mine = `sign-in:${email.toLowerCase()}:${address}`;
  await enforceRateLimit(db, [
    { key: mine, burst: 10, everySeconds: 15 },
    { key: `sign-in:${email.toLowerCase()}`, burst: 100, everySeconds: 5 },
    { key: `sign-in-from:${address}`, burst: 300, everySeconds: 0.2 },
  ]);
  const account = await findAccountByEmail(db, email);
  if (!(await checkPassword(account?.passwordHash, password)) || !account) {
    throw new AppError('wrong-credentials', 'The e-mail or the password is wrong.', {
      fix: 'Check both; the password may have been changed.',
    });
  }
  await passSecondFactor({ db, sealer }, account, code);
  await clearLimit(db, mine);
  return account;
}
