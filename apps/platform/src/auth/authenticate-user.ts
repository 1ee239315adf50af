import type { Queries } from '../db/database.ts';
import { bearerToken, notValidAnyMore } from './authenticate.ts';
import { findTokenOfUser } from './principal-store.ts';
import { hashToken } from './secret-token.ts';

/** A user of APIs. There is nothing they may do but in self-service, for themselves, in their one workspace. */
export interface UserPrincipal {
  readonly user: { readonly id: string; readonly email: string };
  readonly workspace: { readonly id: string; readonly name: string };
  readonly token: { readonly id: string };
}

/** The user whom the `Authorization` header stands for; one who was disabled is nobody. */
export async function authenticateUser(
  db: Queries,
  authorization: string | undefined,
): Promise<UserPrincipal> {
  const row = await findTokenOfUser(db, hashToken(bearerToken(authorization)));
  if (row) return row;
  throw notValidAnyMore();
}
