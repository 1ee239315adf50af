import { and, eq, gt, sql } from 'drizzle-orm';
import type { Queries } from '../db/database.ts';
import { accessTokens } from './schema.ts';
import { users } from '../users/schema.ts';
import { workspaces } from '../workspaces/schema.ts';
import { bearerToken, notValidAnyMore } from './authenticate.ts';
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
  const hash = hashToken(bearerToken(authorization));
  const [row] = await db
    .select({
      user: { id: users.id, email: users.email },
      workspace: { id: workspaces.id, name: workspaces.name },
      token: { id: accessTokens.id },
    })
    .from(accessTokens)
    .innerJoin(users, eq(users.id, accessTokens.userId))
    .innerJoin(workspaces, eq(workspaces.id, users.workspaceId))
    .where(
      and(eq(accessTokens.hash, hash), gt(accessTokens.expiresAt, sql`now()`), eq(users.state, 'active')),
    );
  if (row) return row;
  throw notValidAnyMore();
}
