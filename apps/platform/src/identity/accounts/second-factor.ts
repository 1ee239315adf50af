import { createHash, randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import type { Queries, Transaction } from '../../db/database.ts';
import { enforceRateLimit } from '../../auth/rate-limit.ts';
import { clearLimit } from '../../auth/rate-limit-store.ts';
import {
  advanceTotpStep,
  deleteRecoveryCodes,
  insertRecoveryCodes,
  takeRecoveryCode,
  type AccountRow,
} from './store.ts';
import { AppError } from '../../app-error.ts';
import type { Platform } from '../../platform.ts';

const CODES = 10;
const PERIOD_SECONDS = 30;

/**
 * Requires a valid code if the account has a second factor; each code is accepted once. Guesses are limited per account
 * regardless of their address: only clients with the right password reach this check.
 * @throws AppError `second-factor-required`, `wrong-credentials` or `too-many-requests`.
 */
export async function passSecondFactor(
  { db, sealer }: Pick<Platform, 'db' | 'sealer'>,
  account: AccountRow,
  { code, client }: { readonly code?: string | undefined; readonly client: string },
): Promise<void> {
  if (account.totpSecret === null) return;
  if (code === undefined || code === '') {
    throw new AppError('second-factor-required', 'This account requires two-factor authentication.', {
      fix: 'Enter the code of your authenticator or a recovery code.',
    });
  }
  const guesses = `second-factor-guess:${account.id}`;
  await enforceRateLimit(db, client, [{ key: guesses, burst: 10, everySeconds: 600 }]);
  const seed = sealer.open(account.totpSecret, contextOf(account.id));
  if (
    !(await useCode(db, account, { seed, code })) &&
    !(await takeRecoveryCode(db, account.id, hashCode(code)))
  )
    throw wrongCode();
  await clearLimit(db, guesses);
}

/** Generates a TOTP secret (base32) and its `otpauth:` URI. */
export function newSeed(email: string): { readonly seed: string; readonly uri: string } {
  const secret = new Secret({ size: 20 });
  return { seed: secret.base32, uri: authenticator(secret.base32, email).toString() };
}

/** Returns the context that binds a sealed TOTP secret to its account. */
export function contextOf(accountId: string): string {
  return `totp:${accountId}`;
}

/**
 * Verifies a TOTP code and records its time step, so that it is accepted once (RFC 6238 §5.2). Tolerates one step of clock
 * drift.
 */
export async function useCode(
  db: Queries,
  account: Pick<AccountRow, 'id' | 'email'>,
  { seed, code }: { readonly seed: string; readonly code: string },
): Promise<boolean> {
  const delta = authenticator(seed, account.email).validate({ token: code.replaceAll(' ', ''), window: 1 });
  if (delta === null) return false;
  const step = Math.floor(Date.now() / 1000 / PERIOD_SECONDS) + delta;
  return advanceTotpStep(db, account.id, step);
}

/** Generates new recovery codes and deletes the old ones. */
export async function replaceRecoveryCodes(tx: Transaction, accountId: string): Promise<string[]> {
  const codes = Array.from({ length: CODES }, () =>
    randomBytes(8)
      .toString('hex')
      .replaceAll(/(.{4})(?=.)/g, '$1-'),
  );
  await deleteRecoveryCodes(tx, accountId);
  await insertRecoveryCodes(tx, accountId, codes.map(hashCode));
  return codes;
}

/** Returns the error for an incorrect code. */
export function wrongCode(): AppError {
  return new AppError('wrong-credentials', 'The code is incorrect or was already used.', {
    fix: 'Wait for the next code and check the clock of your device.',
  });
}

function authenticator(seed: string, label: string): TOTP {
  return new TOTP({ issuer: 'Portolan', label, secret: seed, period: PERIOD_SECONDS });
}

function hashCode(code: string): Buffer {
  return createHash('sha256')
    .update(code.toLowerCase().replaceAll(/[^0-9a-f]/g, ''))
    .digest();
}
