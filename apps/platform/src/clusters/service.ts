import type { Cluster } from '@portolan/contract/clusters';
import { hashToken, newSecret } from '../auth/secret-token.ts';
import type { Queries, Transaction } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import { onDuplicate } from '../db/duplicate.ts';
import { AppError, notFound } from '../app-error.ts';
import type { UnitOfWork } from '../db/unit-of-work.ts';
import {
  deleteClusterRow,
  findCluster,
  insertCluster,
  insertToken,
  listClusterNames,
  revokeTokens,
} from './store.ts';

/** A cluster that must be there. */
export async function getCluster(db: Queries, workspace: string, idOrName: string): Promise<Cluster> {
  const cluster = await findCluster(db, workspace, idOrName);
  if (!cluster) throw notFound(`cluster ${idOrName}`);
  return cluster;
}

/** The cluster that is meant: the named one, or the only one there is. */
export async function resolveCluster(
  db: Queries,
  workspace: string,
  idOrName: string | undefined,
): Promise<{ readonly id: string; readonly name: string }> {
  if (idOrName !== undefined) return getCluster(db, workspace, idOrName);
  const rows = await listClusterNames(db, workspace, 2);
  const [only] = rows;
  if (only && rows.length === 1) return only;
  throw new AppError(
    'invalid-request',
    only ? 'This workspace has several clusters.' : 'This workspace has no cluster.',
    {
      fields: [{ field: 'cluster', message: 'required' }],
      fix: only ? 'Name the one that is meant.' : 'Enrol a cluster first.',
    },
  );
}

/** Enrols a cluster and makes its token, which is told this once. */
export async function createCluster(
  work: UnitOfWork,
  workspace: string,
  name: string,
): Promise<Cluster & { readonly token: string }> {
  const id = newId('cls');
  await insertCluster(work.tx, { id, workspaceId: workspace, name }).catch(
    onDuplicate(`There is already a cluster ${name}.`, { field: 'name', fix: 'Use another name.' }),
  );
  const token = await newToken(work.tx, workspace, id);
  const cluster = await getCluster(work.tx, workspace, id);
  work.audit({ action: 'cluster.create', target: targetOf(cluster), after: { name } });
  work.publish('clusters', [id], 'created');
  return { ...cluster, token };
}

/** Replaces the agent token; another cluster may then take this one's place. */
export async function rotateToken(
  work: UnitOfWork,
  workspace: string,
  idOrName: string,
): Promise<{ token: string }> {
  const cluster = await getCluster(work.tx, workspace, idOrName);
  await revokeTokens(work.tx, cluster.id);
  const token = await newToken(work.tx, workspace, cluster.id);
  work.audit({ action: 'cluster.rotate-token', target: targetOf(cluster) });
  work.publish('clusters', [cluster.id], 'updated');
  return { token };
}

/** Ends the agent token; brokers close the tunnels that used it. */
export async function revokeToken(work: UnitOfWork, workspace: string, idOrName: string): Promise<void> {
  const cluster = await getCluster(work.tx, workspace, idOrName);
  await revokeTokens(work.tx, cluster.id);
  work.audit({ action: 'cluster.revoke-token', target: targetOf(cluster) });
  work.publish('clusters', [cluster.id], 'updated');
}

/** Removes a cluster with everything it reported and everything made for it. */
export async function deleteCluster(work: UnitOfWork, workspace: string, idOrName: string): Promise<void> {
  const cluster = await getCluster(work.tx, workspace, idOrName);
  await deleteClusterRow(work.tx, cluster.id);
  work.audit({ action: 'cluster.delete', target: targetOf(cluster), before: { name: cluster.name } });
  work.publish('clusters', [cluster.id], 'deleted');
  for (const topic of ['resources', 'apis', 'problems'] as const) work.publish(topic, [], 'many');
}

async function newToken(tx: Transaction, workspaceId: string, clusterId: string): Promise<string> {
  const token = newSecret('pta');
  await insertToken(tx, { id: newId('agt'), workspaceId, clusterId, hash: hashToken(token) });
  return token;
}

function targetOf(cluster: Cluster): { kind: string; id: string; name: string } {
  return { kind: 'cluster', id: cluster.id, name: cluster.name };
}
