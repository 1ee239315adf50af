import { sql } from 'drizzle-orm';
import type { z } from 'zod';
import type { linkRequest, LinkResponse } from '@portolan/contract/agent';
import type { LinkingAgent } from '../../auth/agents.ts';
import type { Database } from '../../db/database.ts';
import { agentReports } from '../../resources/reports/schema.ts';
import { publish } from '../../db/changes.ts';
import { AppError } from '../../app-error.ts';

export type LinkedCluster = Omit<LinkResponse, 'tunnels'>;

/** Ties a cluster to the uid that shows its token first; the same token from another cluster is refused. */
export async function linkCluster(
  db: Database,
  cluster: LinkingAgent,
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
