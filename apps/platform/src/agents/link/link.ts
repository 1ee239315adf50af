import type { z } from 'zod';
import type { linkRequest, LinkResponse } from '@portolan/contract/agent';
import type { LinkingAgent } from '../../auth/agents.ts';
import type { Database } from '../../db/database.ts';
import { publish } from '../../db/changes.ts';
import { AppError } from '../../app-error.ts';
import { upsertLink } from './link-store.ts';

export type LinkedCluster = Omit<LinkResponse, 'tunnels'>;

/** Ties a cluster to the uid that shows its token first; the same token from another cluster is refused. */
export async function linkCluster(
  db: Database,
  cluster: LinkingAgent,
  request: z.output<typeof linkRequest>,
): Promise<LinkedCluster> {
  await db.transaction(async (tx) => {
    if (!(await upsertLink(tx, cluster, request))) {
      throw new AppError('token-in-use', `The token of ${cluster.name} is in use by another cluster.`, {
        fix: `Enrol this cluster under its own name, or replace the token of ${cluster.name} if this cluster takes its place.`,
      });
    }
    await publish(tx, cluster.workspace, { topic: 'clusters', ids: [cluster.id], change: 'updated' });
  });
  return { clusterId: cluster.id, clusterName: cluster.name, workspace: cluster.workspace };
}
