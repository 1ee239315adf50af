import type { Queries } from '../db/database.ts';
import { bearerToken, notValidAnyMore } from './authenticate.ts';
import { findTokenOfUser } from './principal-store.ts';
import { hashToken } from './secret-token.ts';

/** A user of APIs; permitted to use self-service for themselves in one workspace, and nothing else. */
export interface UserPrincipal {
  readonly user: { readonly id: string; readonly email: string };
  readonly workspace: { readonly id: string; readonly name: string };
  readonly token: { readonly id: string };
}

/** Returns the active user of the bearer token in the `Authorization` header. @throws AppError `not-signed-in`. */
export async function authenticateUser(
  db: Queries,
  authorization: string | undefined,
): Promise<UserPrincipal> {
  const row = await findTokenOfUser(db, hashToken(bearerToken(authorization)));
  if (row) return row;
  throw notValidAnyMore();
}
