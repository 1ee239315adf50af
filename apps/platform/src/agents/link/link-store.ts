import { sql } from 'drizzle-orm';
import type { z } from 'zod';
import type { linkRequest } from '@portolan/contract/agent';
import type { LinkingAgent } from '../../auth/agents.ts';
import type { Queries } from '../../db/database.ts';
import { agentReports } from '../../resources/reports/schema.ts';

/** Writes the uid and the agent of a cluster; returns false, and writes nothing, if the cluster has another uid. */
export async function upsertLink(
  db: Queries,
  cluster: LinkingAgent,
  request: z.output<typeof linkRequest>,
): Promise<boolean> {
  const { tunnels: tunnelsWanted, publicKey: _publicKey, ...agent } = request;
  const linked = await db
    .insert(agentReports)
    .values({
      clusterId: cluster.id,
      workspaceId: cluster.workspace,
      ...agent,
      tunnelsWanted,
      lastSeenAt: sql`now()`,
    })
    .onConflictDoUpdate({
      target: agentReports.clusterId,
      set: { ...agent, tunnelsWanted, lastSeenAt: sql`now()` },
      setWhere: sql`coalesce(${agentReports.clusterUid}, ${agent.clusterUid}) = ${agent.clusterUid}`,
    })
    .returning({ clusterId: agentReports.clusterId });
  return linked.length > 0;
}
