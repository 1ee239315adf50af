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

/** Creates a session or personal access token; the token itself is returned only here. */
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

/** Deletes a token of an account and revokes its OAuth grant. Returns false when the account has no such token. */
export async function deleteAccessToken(db: Queries, accountId: string, id: string): Promise<boolean> {
  const [deleted] = await db
    .delete(accessTokens)
    .where(and(eq(accessTokens.accountId, accountId), eq(accessTokens.id, id)))
    .returning({ grant: accessTokens.grant });
  if (deleted?.grant) await revokeGrant(db, deleted.grant);
  return deleted !== undefined;
}

/** Deletes the access and refresh tokens of an OAuth grant. */
export async function revokeGrant(db: Queries, grant: string): Promise<void> {
  await db.delete(accessTokens).where(eq(accessTokens.grant, grant));
  await db.delete(oidcPayloads).where(eq(oidcPayloads.grant, grant));
}

/** Ends all sessions of an account except one, including those of OAuth clients and browsers. */
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

/** Ends the sessions that the provider of a workspace signed in; call this when the provider is replaced. */
export async function endConfinedSessions(db: Queries, workspace: string): Promise<void> {
  await db.delete(oidcPayloads).where(eq(oidcPayloads.confinedTo, workspace));
  await db.delete(accessTokens).where(eq(accessTokens.confinedTo, workspace));
}

/** Ends all sessions of a user, including those of OAuth clients and browsers. */
export async function endUserSessions(db: Queries, userId: string): Promise<void> {
  await db.delete(oidcPayloads).where(eq(oidcPayloads.userId, userId));
  await db.delete(accessTokens).where(eq(accessTokens.userId, userId));
}

/** A person at an identity provider. */
export interface ProviderPerson {
  /** Id of the user of APIs. */
  readonly id: string;
  readonly externalId: string | null;
  readonly email: string;
}

/**
 * Ends the sessions of people whom their provider disabled or deleted: those of the users, and those that members started at the
 * provider. A member is matched by subject, or by e-mail address where the provider uses different ids for sign-in.
 */
export async function endSessionsOfPeople(
  db: Queries,
  { workspace, provider }: { readonly workspace: string; readonly provider: string },
  people: readonly ProviderPerson[],
): Promise<void> {
  if (people.length === 0) return;
  const gone = sql`jsonb_to_recordset(${JSON.stringify(people.map(({ id, externalId, email }) => ({ id, external_id: externalId, email })))}::jsonb)
    as gone(id text, external_id text, email text)`;
  const ofUsers = sql`user_id in (select gone.id from ${gone})`;
  const ofMembers = sql`confined_to = ${workspace} and account_id in (
    select ai.account_id from account_identities ai join accounts a on a.id = ai.account_id
    join ${gone} on gone.external_id = ai.subject or lower(gone.email) = lower(a.email)
    where ai.workspace_id = ${workspace} and ai.provider = ${provider})`;
  for (const table of [oidcPayloads, accessTokens])
    await db.execute(sql`delete from ${table} where ${ofUsers} or (${ofMembers})`);
}

/** Ends one session of a user. */
export async function deleteUserToken(db: Queries, userId: string, id: string): Promise<void> {
  const [deleted] = await db
    .delete(accessTokens)
    .where(and(eq(accessTokens.userId, userId), eq(accessTokens.id, id)))
    .returning({ grant: accessTokens.grant });
  if (deleted?.grant) await revokeGrant(db, deleted.grant);
}

/** Deletes expired tokens. */
export async function sweepAccessTokens(db: Queries): Promise<void> {
  await db.delete(accessTokens).where(lt(accessTokens.expiresAt, sql`now()`));
}
