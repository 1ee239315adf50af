import { and, eq, gt, inArray, isNull, sql } from 'drizzle-orm';
import { agentCredentials, agentTokens, clusters } from '../clusters/schema.ts';
import type { Queries } from '../db/database.ts';

/** How long a replaced credential stays valid: tunnels that were opened with it are renewed within a day. */
const OVERLAP = sql`interval '2 days'`;
const isValid = and(isNull(agentCredentials.revokedAt), gt(agentCredentials.expiresAt, sql`now()`));
const cluster = { id: clusters.id, name: clusters.name, workspace: clusters.workspaceId };

/** Returns a credential that is valid, and whose it is. */
export async function findCredential(db: Queries, id: string) {
  const [row] = await db
    .select({
      identity: {
        credentialId: agentCredentials.id,
        clusterId: clusters.id,
        workspace: clusters.workspaceId,
      },
      replaces: agentCredentials.replaces,
      usedAt: agentCredentials.usedAt,
    })
    .from(agentCredentials)
    .innerJoin(clusters, eq(clusters.id, agentCredentials.clusterId))
    .where(and(eq(agentCredentials.id, id), isValid));
  return row;
}

/** Returns those of the credentials that are valid, each with its public key (SPKI in DER). */
export function listValidCredentials(
  db: Queries,
  ids: readonly string[],
): Promise<{ readonly id: string; readonly clusterId: string; readonly publicKey: Buffer }[]> {
  return db
    .select({
      id: agentCredentials.id,
      clusterId: agentCredentials.clusterId,
      publicKey: agentCredentials.publicKey,
    })
    .from(agentCredentials)
    .where(and(inArray(agentCredentials.id, [...ids]), isValid));
}

/** Records that a credential was used. */
export async function recordFirstUse(db: Queries, id: string): Promise<void> {
  await db
    .update(agentCredentials)
    .set({ usedAt: sql`now()` })
    .where(eq(agentCredentials.id, id));
}

/** Lets a credential that was replaced expire two days from now, unless it does so earlier. */
export async function expireCredential(db: Queries, id: string): Promise<void> {
  await db
    .update(agentCredentials)
    .set({ expiresAt: sql`least(${agentCredentials.expiresAt}, now() + ${OVERLAP})` })
    .where(eq(agentCredentials.id, id));
}

/** Returns the cluster of an id, of whichever workspace. */
export async function findLinkedCluster(db: Queries, id: string) {
  const [row] = await db.select(cluster).from(clusters).where(eq(clusters.id, id));
  return row;
}

/** Returns the cluster of an agent token that was not revoked, by the token's hash. */
export async function findClusterOfToken(db: Queries, hash: Buffer) {
  const [row] = await db
    .select({ ...cluster, tokenId: agentTokens.id })
    .from(agentTokens)
    .innerJoin(clusters, eq(clusters.id, agentTokens.clusterId))
    .where(and(eq(agentTokens.hash, hash), isNull(agentTokens.revokedAt)));
  return row;
}
