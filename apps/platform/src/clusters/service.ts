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
  listClusterSummaries,
  revokeTokens,
  type ClusterSummary,
} from './store.ts';

/** Returns a cluster by id or name. @throws AppError `not-found`. */
export async function getCluster(db: Queries, workspace: string, idOrName: string): Promise<Cluster> {
  const cluster = await findCluster(db, workspace, idOrName);
  if (!cluster) throw notFound(`cluster ${idOrName}`);
  return cluster;
}

/**
 * Returns the given cluster, else the only one of the workspace.
 * @throws AppError `not-found`, or `invalid-request` when none is given and there is not exactly one.
 */
export async function resolveCluster(
  db: Queries,
  workspace: string,
  idOrName: string | undefined,
): Promise<ClusterSummary> {
  if (idOrName !== undefined) return getCluster(db, workspace, idOrName);
  const rows = await listClusterSummaries(db, workspace, 2);
  const [only] = rows;
  if (only && rows.length === 1) return only;
  throw new AppError(
    'invalid-request',
    only ? 'This workspace has more than one cluster.' : 'This workspace has no clusters.',
    {
      fields: [{ field: 'cluster', message: 'required' }],
      fix: only ? 'Specify the cluster.' : 'Create a cluster first.',
    },
  );
}

/** Creates a cluster and its agent token, which is returned only here. @throws AppError `already-exists`. */
export async function createCluster(
  work: UnitOfWork,
  workspace: string,
  name: string,
): Promise<Cluster & { readonly token: string }> {
  const id = newId('cls');
  await insertCluster(work.tx, { id, workspaceId: workspace, name }).catch(
    onDuplicate(`Cluster ${name} already exists.`, { field: 'name', fix: 'Use another name.' }),
  );
  const token = await newToken(work.tx, workspace, id);
  const cluster = await getCluster(work.tx, workspace, id);
  work.audit({ action: 'cluster.create', target: targetOf(cluster), after: { name } });
  work.publish('clusters', [id], 'created');
  return { ...cluster, token };
}

/** Replaces the agent token; a different cluster may then link with the new one. @throws AppError `not-found`. */
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

/** Revokes the agent token; brokers close the tunnels that use it. @throws AppError `not-found`. */
export async function revokeToken(work: UnitOfWork, workspace: string, idOrName: string): Promise<void> {
  const cluster = await getCluster(work.tx, workspace, idOrName);
  await revokeTokens(work.tx, cluster.id);
  work.audit({ action: 'cluster.revoke-token', target: targetOf(cluster) });
  work.publish('clusters', [cluster.id], 'updated');
}

/** Deletes a cluster with its reported and desired objects. @throws AppError `not-found`. */
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
