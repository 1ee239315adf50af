import { and, eq, isNull, sql } from 'drizzle-orm';
import { agentCredentials, agentTokens } from '../../clusters/schema.ts';
import type { Queries, Transaction } from '../../db/database.ts';
import { newId } from '../../db/ids.ts';

export type CredentialRow = typeof agentCredentials.$inferSelect;

/** Returns an agent token that is not revoked, locked until the transaction ends; or null. */
export async function lockToken(
  tx: Transaction,
  id: string,
): Promise<{ readonly credentialId: string | null } | null> {
  const [row] = await tx
    .select({ credentialId: agentTokens.credentialId })
    .from(agentTokens)
    .where(and(eq(agentTokens.id, id), isNull(agentTokens.revokedAt)))
    .for('update');
  return row ?? null;
}

/** Records the credential that an agent token was exchanged for. */
export async function setTokenCredential(db: Queries, tokenId: string, credentialId: string): Promise<void> {
  await db.update(agentTokens).set({ credentialId }).where(eq(agentTokens.id, tokenId));
}

/** Returns a credential by id, or null. */
export async function findCredential(db: Queries, id: string): Promise<CredentialRow | null> {
  const [row] = await db.select().from(agentCredentials).where(eq(agentCredentials.id, id));
  return row ?? null;
}

/** Inserts a credential that expires after `days`, under a new id. */
export async function insertCredential(
  db: Queries,
  credential: Pick<CredentialRow, 'workspaceId' | 'clusterId' | 'publicKey' | 'replaces'>,
  days: number,
): Promise<CredentialRow> {
  const [row] = await db
    .insert(agentCredentials)
    .values({ ...credential, id: newId('agc'), expiresAt: sql`now() + make_interval(days => ${days})` })
    .returning();
  if (!row) throw new Error('a credential that was not stored');
  return row;
}

/** Deletes the credentials that were issued to replace one and were never used. */
export async function deleteUnusedReplacements(db: Queries, replaced: string): Promise<void> {
  await db
    .delete(agentCredentials)
    .where(and(eq(agentCredentials.replaces, replaced), isNull(agentCredentials.usedAt)));
}
