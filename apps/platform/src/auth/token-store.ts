import { and, asc, eq, lt, ne, sql } from 'drizzle-orm';
import type { Permission } from '@portolan/contract/permissions';
import type { Queries } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import { accessTokens } from './schema.ts';
import { oidcPayloads } from '../identity/issuer/schema.ts';
import { hashToken, newSecret } from './secret-token.ts';

const PREFIX = { session: 'pts', personal: 'ptp' } as const;

export type AccessTokenRow = typeof accessTokens.$inferSelect;

interface NewAccessToken {
  readonly accountId: string;
  readonly kind: keyof typeof PREFIX;
  readonly name: string;
  readonly remoteAddress: string | null;
  readonly scopes: readonly Permission[] | null;
  readonly expiresAt: Date;
}

/** Creates a session or personal access token; the token itself exists in this answer alone. */
export async function createAccessToken(
  db: Queries,
  { scopes, ...rest }: NewAccessToken,
): Promise<{ id: string; token: string; expiresAt: Date }> {
  const token = newSecret(PREFIX[rest.kind]);
  const id = newId('tok');
  await db
    .insert(accessTokens)
    .values({ ...rest, id, hash: hashToken(token), scopes: scopes && [...scopes] });
  return { id, token, expiresAt: rest.expiresAt };
}

/** Returns the tokens of an account, oldest first. */
export async function listAccessTokens(db: Queries, accountId: string): Promise<AccessTokenRow[]> {
  return db
    .select()
    .from(accessTokens)
    .where(eq(accessTokens.accountId, accountId))
    .orderBy(asc(accessTokens.createdAt));
}

/** Ends a token of an account, and the OAuth grant it came from; false when it has no such. */
export async function deleteAccessToken(db: Queries, accountId: string, id: string): Promise<boolean> {
  const [deleted] = await db
    .delete(accessTokens)
    .where(and(eq(accessTokens.accountId, accountId), eq(accessTokens.id, id)))
    .returning({ grant: accessTokens.grant });
  if (deleted?.grant) await revokeGrant(db, deleted.grant);
  return deleted !== undefined;
}

/** Ends everything that came from one OAuth grant: access and refresh tokens. */
export async function revokeGrant(db: Queries, grant: string): Promise<void> {
  await db.delete(accessTokens).where(eq(accessTokens.grant, grant));
  await db.delete(oidcPayloads).where(eq(oidcPayloads.grant, grant));
}

/** Ends every session of an account but one, with all that OAuth clients and browsers hold of it. */
export async function deleteOtherSessions(db: Queries, accountId: string, kept: string): Promise<void> {
  const [row] = await db
    .select({ grant: accessTokens.grant })
    .from(accessTokens)
    .where(eq(accessTokens.id, kept));
  const ofAccount = eq(oidcPayloads.accountId, accountId);
  const others = row?.grant ? sql`${oidcPayloads.grant} is distinct from ${row.grant}` : undefined;
  await db.delete(oidcPayloads).where(and(ofAccount, others));
  const sessions = and(eq(accessTokens.accountId, accountId), eq(accessTokens.kind, 'session'));
  await db.delete(accessTokens).where(and(sessions, ne(accessTokens.id, kept)));
}

/** Ends whatever the provider of a workspace signed in: another one speaks for its members from now on. */
export async function endConfinedSessions(db: Queries, workspace: string): Promise<void> {
  await db.delete(oidcPayloads).where(eq(oidcPayloads.confinedTo, workspace));
  await db.delete(accessTokens).where(eq(accessTokens.confinedTo, workspace));
}

/** Ends every session of a user of APIs, with all that OAuth clients and browsers hold of it. */
export async function endUserSessions(db: Queries, userId: string): Promise<void> {
  await db.delete(oidcPayloads).where(eq(oidcPayloads.userId, userId));
  await db.delete(accessTokens).where(eq(accessTokens.userId, userId));
}

/** Ends one session of a user of APIs. */
export async function deleteUserToken(db: Queries, userId: string, id: string): Promise<void> {
  const [deleted] = await db
    .delete(accessTokens)
    .where(and(eq(accessTokens.userId, userId), eq(accessTokens.id, id)))
    .returning({ grant: accessTokens.grant });
  if (deleted?.grant) await revokeGrant(db, deleted.grant);
}

/** Forgets tokens that expired. */
export async function sweepAccessTokens(db: Queries): Promise<void> {
  await db.delete(accessTokens).where(lt(accessTokens.expiresAt, sql`now()`));
}
