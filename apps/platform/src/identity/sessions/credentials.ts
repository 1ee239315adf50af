import { AppError } from '../../app-error.ts';
import { checkPassword } from '../../auth/password.ts';
import { clientOf, enforceRateLimit } from '../../auth/rate-limit.ts';
import { clearLimit } from '../../auth/rate-limit-store.ts';
import type { Actor } from '../../db/audit-chain.ts';
import { runUnitOfWork } from '../../db/unit-of-work.ts';
import type { Platform } from '../../platform.ts';
import { passSecondFactor } from '../accounts/second-factor.ts';
import { findAccount, listPasswordAccounts, recordNetwork, type AccountRow } from '../accounts/store.ts';

type Parts = Pick<Platform, 'db' | 'sealer'>;

/** Credentials presented by a client. */
export interface Credentials {
  readonly password: string;
  /** TOTP code or recovery code. */
  readonly code?: string | undefined;
  readonly remoteAddress: string | null;
  /** Kind of client, recorded in the audit log. */
  readonly origin: string;
}

/**
 * Returns the account that matches an e-mail address, a password and, where enabled, a second factor. Every password check goes
 * through this function, so that attempts are rate-limited and audited together. An unknown address and a wrong password give
 * the same error after the same time.
 * @throws AppError `wrong-credentials`, `second-factor-required` or `too-many-requests`.
 */
export async function checkCredentials(
  parts: Parts,
  { email, ...credentials }: Credentials & { readonly email: string },
): Promise<AccountRow> {
  const { db } = parts;
  const client = clientOf(credentials.remoteAddress);
  const whose = `sign-in:${email.toLowerCase()}`;
  const mine = `${whose}:${client}`;
  await enforceRateLimit(db, client, [
    { key: mine, burst: 10, everySeconds: 15 },
    { key: `sign-in-from:${client}`, burst: 300, everySeconds: 0.2 },
  ]);
  const candidates = await listPasswordAccounts(db, email);
  // Guesses from other networks exhaust the account's limit; networks that signed in before are exempt, so that guessing cannot
  // lock the owner out.
  if (!candidates.some(({ knownNetworks }) => knownNetworks.includes(client)))
    await enforceRateLimit(db, client, [{ key: whose, burst: 100, everySeconds: 5 }]);
  const account = await findMatching(candidates, credentials.password, client);
  if (!account) {
    const [first] = candidates;
    if (first) await recordRefusal(parts, first, { ...credentials, reason: 'password' });
    throw new AppError('wrong-credentials', 'The e-mail address or password is incorrect.', {
      fix: 'Check both and try again.',
    });
  }
  await passFactor(parts, account, credentials);
  await clearLimit(db, mine);
  await recordNetwork(db, account, client);
  return account;
}

/**
 * Verifies the password of a signed-in account and, if `factor` is set, its second factor. Required for changes that a session
 * alone must not permit.
 * @throws AppError `wrong-credentials`, `second-factor-required` or `too-many-requests`.
 */
export async function confirmCredentials(
  parts: Parts,
  accountId: string,
  { factor, ...credentials }: Credentials & { readonly factor: boolean },
): Promise<AccountRow> {
  const { db } = parts;
  const client = clientOf(credentials.remoteAddress);
  await enforceRateLimit(db, client, [{ key: `confirm:${accountId}`, burst: 10, everySeconds: 15 }]);
  const account = await findAccount(db, accountId);
  if (!account) throw new Error('session has no account');
  if (!(await checkPassword(account.passwordHash, credentials.password, client))) {
    await recordRefusal(parts, account, { ...credentials, reason: 'password' });
    throw new AppError('wrong-credentials', 'The password is incorrect.', { fix: 'Check it and try again.' });
  }
  if (factor) await passFactor(parts, account, credentials);
  return account;
}

async function findMatching(
  candidates: readonly AccountRow[],
  password: string,
  client: string,
): Promise<AccountRow | undefined> {
  if (candidates.length === 0) await checkPassword(null, password, client);
  for (const account of candidates)
    if (await checkPassword(account.passwordHash, password, client)) return account;
  return undefined;
}

async function passFactor(parts: Parts, account: AccountRow, credentials: Credentials): Promise<void> {
  try {
    await passSecondFactor(parts, account, { ...credentials, client: clientOf(credentials.remoteAddress) });
  } catch (error) {
    // `second-factor-required` is not a failed attempt: clients learn from it that they must ask for a code.
    if (error instanceof AppError && error.code === 'wrong-credentials')
      await recordRefusal(parts, account, { ...credentials, reason: 'second factor' });
    throw error;
  }
}

interface Refusal {
  readonly reason: 'password' | 'second factor';
  readonly remoteAddress: string | null;
  readonly origin: string;
}

async function recordRefusal(
  { db }: Parts,
  { id, email }: AccountRow,
  { reason, remoteAddress, origin }: Refusal,
): Promise<void> {
  const actor: Actor = { kind: 'account', id, name: email, origin, remoteAddress };
  await runUnitOfWork(db, { workspace: null, actor, mutates: true }, async ({ audit }) => {
    audit({ action: 'session.refuse', target: { kind: 'account', id, name: email }, after: { reason } });
  });
}
