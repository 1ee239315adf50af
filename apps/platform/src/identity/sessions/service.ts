import type { Account } from '@portolan/contract/sessions';
import { createAccessToken } from '../../auth/token-store.ts';
import type { Actor } from '../../db/audit-chain.ts';
import { runUnitOfWork } from '../../db/unit-of-work.ts';
import type { Platform } from '../../platform.ts';
import { readAccount } from '../accounts/store.ts';
import { checkCredentials, type Credentials } from './credentials.ts';

const SESSION_MS = 12 * 3600_000;

export interface SignIn extends Credentials {
  readonly email: string;
  readonly userAgent: string;
}

/** Signs in with a password and creates a session of 12 hours. @throws AppError as `checkCredentials`. */
export async function signInWithPassword(
  parts: Pick<Platform, 'db' | 'sealer'>,
  { userAgent, ...attempt }: SignIn,
): Promise<{ token: string; expiresAt: string; account: Account }> {
  const { remoteAddress, origin } = attempt;
  const account = await checkCredentials(parts, attempt);
  const actor: Actor = { kind: 'account', id: account.id, name: account.email, origin, remoteAddress };
  return runUnitOfWork(parts.db, { workspace: null, actor, mutates: true }, async ({ tx, audit }) => {
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
