import { and, eq, isNull, sql } from 'drizzle-orm';
import type { z } from 'zod';
import type { linkRequest, LinkResponse } from '@portolan/contract/agent';
import { hashToken } from '../../auth/secret-token.ts';
import type { Database } from '../../db/database.ts';
import { agentReports } from '../../resources/reports/schema.ts';
import { agentTokens, clusters } from '../../clusters/schema.ts';
import { publish } from '../../db/changes.ts';
import { AppError } from '../../app-error.ts';

export type LinkedCluster = Omit<LinkResponse, 'tunnels'>;

interface Cluster {
  readonly id: string;
  readonly name: string;
  readonly workspace: string;
}

/** Returns the cluster whose token a request shows in its headers; needs nothing of its body. */
export async function authenticateToken(db: Database, authorization: string | undefined): Promise<Cluster> {
  const token = /^Bearer (\S{20,200})$/i.exec(authorization ?? '')?.[1];
  const cluster = token === undefined ? null : await findByToken(db, token);
  if (cluster) return cluster;
  throw new AppError('invalid-token', 'This agent token is unknown or was revoked.', {
    fix: 'Create a new token for the cluster and give it to the agent.',
  });
}

/** Ties a cluster to the uid that shows its token first; the same token from another cluster is refused. */
export async function linkCluster(
  db: Database,
  cluster: Cluster,
  request: z.output<typeof linkRequest>,
): Promise<LinkedCluster> {
  await db.transaction(async (tx) => {
    const { clusterUid, agentVersion, source, tunnels: tunnelsWanted } = request;
    const linked = await tx
      .insert(agentReports)
      .values({
        clusterId: cluster.id,
        workspaceId: cluster.workspace,
        clusterUid,
        agentVersion,
        source,
        tunnelsWanted,
        lastSeenAt: sql`now()`,
      })
      .onConflictDoUpdate({
        target: agentReports.clusterId,
        set: { clusterUid, agentVersion, source, tunnelsWanted, lastSeenAt: sql`now()` },
        setWhere: sql`coalesce(${agentReports.clusterUid}, ${clusterUid}) = ${clusterUid}`,
      })
      .returning({ clusterId: agentReports.clusterId });
    if (linked.length === 0) {
      throw new AppError('token-in-use', `The token of ${cluster.name} is in use by another cluster.`, {
        fix: `Enrol this cluster under its own name, or replace the token of ${cluster.name} if this cluster takes its place.`,
      });
    }
    await publish(tx, cluster.workspace, { topic: 'clusters', ids: [cluster.id], change: 'updated' });
  });
  return { clusterId: cluster.id, clusterName: cluster.name, workspace: cluster.workspace };
}

async function findByToken(db: Database, token: string): Promise<Cluster | null> {
  const [row] = await db
    .select({ id: clusters.id, name: clusters.name, workspace: clusters.workspaceId })
    .from(agentTokens)
    .innerJoin(clusters, eq(clusters.id, agentTokens.clusterId))
    .where(and(eq(agentTokens.hash, hashToken(token)), isNull(agentTokens.revokedAt)));
  return row ?? null;
}
