import { ROLE_PERMISSIONS, type Permission, type Role } from '@portolan/contract/permissions';
import type { Queries } from '../db/database.ts';
import { AppError } from '../app-error.ts';
import { findTokenOfAccount, recordTokenUse } from './principal-store.ts';
import { hashToken } from './secret-token.ts';

/** Authenticated account, with its permissions in the addressed workspace. */
export interface Principal {
  readonly account: { readonly id: string; readonly email: string; readonly name: string };
  readonly token: { readonly id: string; readonly kind: 'session' | 'personal'; readonly expiresAt: Date };
  /** Permissions that the token is limited to; null: all. */
  readonly scopes: readonly Permission[] | null;
  /** Workspace that the token is limited to; null: every workspace of the account. */
  readonly confinedTo: string | null;
  readonly membership: { readonly workspace: string; readonly name: string; readonly role: Role } | null;
}

/**
 * Returns the principal of the bearer token in the `Authorization` header, with its membership in `workspace`.
 * @throws AppError `not-signed-in`.
 */
export async function authenticate(
  db: Queries,
  authorization: string | undefined,
  workspace: string | null,
): Promise<Principal> {
  const principal = await findPrincipal(db, bearerToken(authorization), workspace);
  if (principal) return principal;
  throw notValidAnyMore();
}

/** Returns the token of an `Authorization` header (RFC 6750 §2.1). @throws AppError `not-signed-in`. */
export function bearerToken(authorization: string | undefined): string {
  const token = /^Bearer (\S{20,200})$/i.exec(authorization ?? '')?.[1];
  if (token !== undefined) return token;
  throw new AppError('not-signed-in', 'You are not signed in.', { fix: 'Sign in with `portolan login`.' });
}

export function notValidAnyMore(): AppError {
  return new AppError(
    'not-signed-in',
    'Your session is not valid: it has expired, was revoked, or is of a different kind.',
    { fix: 'Sign in again with `portolan login`.' },
  );
}

async function findPrincipal(
  db: Queries,
  token: string,
  workspace: string | null,
): Promise<Principal | null> {
  const row = await findTokenOfAccount(db, hashToken(token), workspace);
  if (!row) return null;
  await recordTokenUse(db, row.token.id);
  const { id, email, name } = row.account;
  const { id: tokenId, kind, scopes, confinedTo, expiresAt } = row.token;
  return {
    account: { id, email, name },
    token: { id: tokenId, kind, expiresAt },
    scopes,
    confinedTo,
    membership:
      row.workspace && row.role
        ? { workspace: row.workspace.id, name: row.workspace.name, role: row.role }
        : null,
  };
}

/** Returns whether the principal has `permission` in the addressed workspace. */
export function may(principal: Principal, permission: Permission): boolean {
  if (!principal.membership) return false;
  if (principal.scopes && !principal.scopes.includes(permission)) return false;
  return ROLE_PERMISSIONS[principal.membership.role].has(permission);
}
