import { getCluster, listClusters } from '@portolan/contract/clusters';
import type { Session } from '@portolan/console/kinds/kind';
import { DEFAULT_GENERATION, type Generation } from '@portolan/resources/kinds/registry';
import type { Io } from '../terminal/io.ts';
import { connect } from './connect.ts';
import type { Arguments } from './verb.ts';

/** Returns the generation of --generation, else that of the cluster the manifests are for. */
export async function generationFor(args: Arguments, io: Io): Promise<Generation> {
  const asked = args.text('generation');
  if (asked !== undefined) return asked === 'v3' ? 'v3' : 'v2';
  return clusterGeneration(await connect(args, io), args.text('cluster'));
}

/** Returns the generation of a cluster, or of the only one; which cluster is meant is for the platform to ask. */
async function clusterGeneration(
  { client, workspace }: Pick<Session, 'client' | 'workspace'>,
  cluster: string | undefined,
): Promise<Generation> {
  if (cluster !== undefined)
    return (await client.call(getCluster, { params: { workspace, cluster } })).generation;
  const { items } = await client.call(listClusters, { params: { workspace }, query: { limit: 2 } });
  return items.length === 1 ? (items[0]?.generation ?? DEFAULT_GENERATION) : DEFAULT_GENERATION;
}
