import { and, eq, gt, isNull, sql } from 'drizzle-orm';
import { accessTokens } from './auth/schema.ts';
import { agentTokens, clusters } from './clusters/schema.ts';
import { ADVISORY_LOCKS } from './db/advisory-locks.ts';
import type { Transaction } from './db/database.ts';
import { accounts } from './identity/accounts/schema.ts';

/** Lets one replica at a time look whether this is the first start, until the end of the transaction. */
export async function lockFirstStart(tx: Transaction): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${ADVISORY_LOCKS.firstStart})`);
}

/** Returns whether anyone has an account. */
export async function hasAccounts(tx: Transaction): Promise<boolean> {
  const rows = await tx.select({ id: accounts.id }).from(accounts).limit(1);
  return rows.length > 0;
}

/** Returns the cluster with this id, without one the oldest of the workspace. */
export async function findFirstCluster(
  tx: Transaction,
  workspace: string,
  id: string | undefined,
): Promise<{ readonly id: string } | undefined> {
  const [cluster] = await tx
    .select({ id: clusters.id })
    .from(clusters)
    .where(id === undefined ? eq(clusters.workspaceId, workspace) : eq(clusters.id, id))
    .orderBy(clusters.createdAt)
    .limit(1);
  return cluster;
}

/** Deletes an account's tokens of a name. */
export async function deleteTokensNamed(tx: Transaction, accountId: string, name: string): Promise<void> {
  await tx
    .delete(accessTokens)
    .where(and(eq(accessTokens.accountId, accountId), eq(accessTokens.name, name)));
}

/** Returns whether the token with this SHA-256 is valid for at least another day. */
export async function isLastingToken(tx: Transaction, hash: Buffer): Promise<boolean> {
  const rows = await tx
    .select({ id: accessTokens.id })
    .from(accessTokens)
    .where(and(eq(accessTokens.hash, hash), gt(accessTokens.expiresAt, sql`now() + interval '1 day'`)));
  return rows.length > 0;
}

/** Returns whether an agent token with this SHA-256 exists and is not revoked. */
export async function isAgentToken(tx: Transaction, hash: Buffer): Promise<boolean> {
  const rows = await tx
    .select({ id: agentTokens.id })
    .from(agentTokens)
    .where(and(eq(agentTokens.hash, hash), isNull(agentTokens.revokedAt)));
  return rows.length > 0;
}
