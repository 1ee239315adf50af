import type { AgentIdentity } from '@portolan/contract/agent';
import type { ClusterCommand, CommandReport, CommandRequest } from '@portolan/contract/cluster-commands';
import { AppError } from '../../app-error.ts';
import { publish } from '../../db/changes.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { newId } from '../../db/ids.ts';
import { enterWorkspace } from '../../db/tenancy.ts';
import type { UnitOfWork } from '../../db/unit-of-work.ts';
import { getCluster } from '../service.ts';
import { countPending, insertCommand, listCommandRows, recordReport } from './store.ts';

/** Replicas restart one after another. */
const RESTART_SECONDS = 15 * 60;
const VALID_SECONDS = 2 * 60;
const PENDING_MAX = 20;

/** Sends a command to the agents of a cluster. @throws AppError `not-found`, `conflict` while too many wait. */
export async function sendCommand(
  work: UnitOfWork,
  workspace: string,
  idOrName: string,
  request: CommandRequest,
): Promise<ClusterCommand> {
  const cluster = await getCluster(work.tx, workspace, idOrName);
  if ((await countPending(work.tx, cluster.id)) >= PENDING_MAX)
    throw new AppError(
      'conflict',
      `${PENDING_MAX} commands of ${cluster.name} wait for their agent already.`,
      {
        fix: 'Wait until they are reported, or have expired.',
      },
    );
  const id = newId('cmd');
  const { type } = request;
  const target = 'target' in request ? request.target : null;
  const policy = 'policy' in request ? request.policy : null;
  const validSeconds = type === 'restart' ? RESTART_SECONDS : VALID_SECONDS;
  await insertCommand(work.tx, {
    id,
    workspaceId: workspace,
    clusterId: cluster.id,
    type,
    target,
    policy,
    validSeconds,
  });
  work.audit({
    action: `cluster.${type}`,
    target: { kind: 'cluster', id: cluster.id, name: cluster.name },
    after: { ...request },
  });
  work.publish('clusters', [cluster.id], 'many');
  const made = (await listCommandRows(work.tx, cluster.id)).find((each) => each.id === id);
  if (made === undefined) throw new Error(`command ${id} is not there`);
  return made;
}

/** Returns the last commands of a cluster, newest first. @throws AppError `not-found`. */
export async function listCommands(
  tx: Transaction,
  workspace: string,
  idOrName: string,
): Promise<ClusterCommand[]> {
  return listCommandRows(tx, (await getCluster(tx, workspace, idOrName)).id);
}

/** Records what an agent reports of a command; further reports of it change nothing. */
export async function receiveCommandReport(
  db: Database,
  { workspace, clusterId }: AgentIdentity,
  report: CommandReport,
): Promise<void> {
  await db.transaction(async (tx) => {
    await enterWorkspace(tx, workspace);
    if (!(await recordReport(tx, clusterId, report))) return;
    await publish(tx, workspace, { topic: 'clusters', ids: [clusterId], change: 'many' });
  });
}
