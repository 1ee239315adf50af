import { and, eq, gt, sql } from 'drizzle-orm';
import type { Queries } from '../db/database.ts';
import { accounts } from '../identity/accounts/schema.ts';
import { members } from '../identity/members/schema.ts';
import { users } from '../users/schema.ts';
import { workspaces } from '../workspaces/schema.ts';
import { accessTokens } from './schema.ts';

/** How precisely the last use of a token is recorded. */
const LAST_USED_GRAIN = sql`now() - interval '1 minute'`;
const isCurrent = gt(accessTokens.expiresAt, sql`now()`);

/** Returns the token of a hash that has not expired, its account, and the account's membership of `workspace` if it has one. */
export async function findTokenOfAccount(db: Queries, hash: Buffer, workspace: string | null) {
  const [row] = await db
    .select({ token: accessTokens, account: accounts, role: members.role, workspace: workspaces })
    .from(accessTokens)
    .innerJoin(accounts, eq(accounts.id, accessTokens.accountId))
    .leftJoin(
      members,
      and(
        eq(members.accountId, accounts.id),
        eq(members.workspaceId, workspace ?? ''),
        sql`${members.workspaceId} = coalesce(${accessTokens.confinedTo}, ${members.workspaceId})`,
      ),
    )
    .leftJoin(workspaces, eq(workspaces.id, members.workspaceId))
    .where(and(eq(accessTokens.hash, hash), isCurrent));
  return row;
}

/** Records that a token was used, once a minute at most. */
export async function recordTokenUse(db: Queries, id: string): Promise<void> {
  await db
    .update(accessTokens)
    .set({ lastUsedAt: sql`now()` })
    .where(
      and(eq(accessTokens.id, id), sql`coalesce(${accessTokens.lastUsedAt}, 'epoch') < ${LAST_USED_GRAIN}`),
    );
}

/** Returns the token of a hash that has not expired, with its active user and the user's workspace. */
export async function findTokenOfUser(db: Queries, hash: Buffer) {
  const [row] = await db
    .select({
      user: { id: users.id, email: users.email },
      workspace: { id: workspaces.id, name: workspaces.name },
      token: { id: accessTokens.id },
    })
    .from(accessTokens)
    .innerJoin(users, eq(users.id, accessTokens.userId))
    .innerJoin(workspaces, eq(workspaces.id, users.workspaceId))
    .where(and(eq(accessTokens.hash, hash), isCurrent, eq(users.state, 'active')));
  return row;
}
