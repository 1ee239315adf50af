import { followCommands, reportCommandResult, type AgentCommand } from '@portolan/contract/agent-commands';
import { splitRequestFilter } from '@portolan/contract/request-filter';
import { listRequests, tailRequests, TAIL_MS_MAX } from '@portolan/contract/requests';
import { AppError } from '../app-error.ts';
import { getCluster } from '../clusters/service.ts';
import type { Transaction } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import { enterWorkspace } from '../db/tenancy.ts';
import { runUnitOfWork } from '../db/unit-of-work.ts';
import { mountStream, mountWithoutTransaction } from '../http/mount.ts';
import { actorOf } from '../http/origin.ts';
import type { Api, CreateCapability } from '../platform.ts';
import { addCommand, expectedClusters, pruneCommands, storeResult } from './command-store.ts';
import { Commands } from './command-stream.ts';
import { collectRequests } from './list-requests.ts';
import { tailStream } from './tail-stream.ts';

const LIST_MS_MAX = 10_000;
const PRUNE_EACH_MS = 60_000;

/** Requests that gateways served: asked of their agents while someone looks, and kept nowhere. */
export const requests: CreateCapability = (platform) => {
  const commands = new Commands(platform);
  return {
    routes(api) {
      mountAgentCommands(api, commands);
      mountTail(api);
      mountList(api);
    },
    jobs: [
      { name: 'requests.prune-commands', everyMs: PRUNE_EACH_MS, run: () => pruneCommands(platform.db) },
    ],
    close: () => commands.close(),
  };
};

function mountAgentCommands(api: Api, commands: Commands): void {
  mountStream(api, followCommands, async (_c, { principal }) => commands.stream(principal));
  mountWithoutTransaction(api, reportCommandResult, ({ principal, body }) =>
    api.db.transaction(async (tx) => {
      await enterWorkspace(tx, principal.workspace);
      return storeResult(tx, principal, body);
    }),
  );
}

function mountTail(api: Api): void {
  const { db } = api;
  mountStream(api, tailRequests, async (c, { principal, query }) => {
    const split = readFilter(query.filter);
    if (!principal.membership) throw new Error('principal has no membership in the workspace');
    const { workspace } = principal.membership;
    const id = newId('cmd');
    const endsAt = Date.now() + TAIL_MS_MAX;
    const { filter = '', sample } = query;
    const scope = { workspace, actor: actorOf(c, principal), mutates: true };
    const clusters = await runUnitOfWork(db, scope, async ({ tx, audit }) => {
      const clusterId = await clusterOf(tx, workspace, query.cluster);
      const command: AgentCommand = {
        kind: 'tail',
        id,
        endsAt: new Date(endsAt).toISOString(),
        filter: split.gateways,
        sample,
      };
      await addCommand(tx, { workspace, clusterId, command });
      const expected = wantedOf(await expectedClusters(tx, workspace, clusterId), split);
      audit({
        action: 'requests.tail',
        target: { kind: 'request', id, name: filter === '' ? 'all requests' : filter },
        after: { filter, sample, clusters: [...expected.values()] },
      });
      return expected;
    });
    return tailStream({ parts: api, workspace, id, endsAt, clusters, isWanted: split.isWanted });
  });
}

function mountList(api: Api): void {
  mountWithoutTransaction(api, listRequests, async ({ workspace, query, signal }, transact) => {
    const split = readFilter(query.filter);
    const { cluster, ...wanted } = query;
    const requestQuery = { ...wanted, filter: split.gateways };
    const id = newId('cmd');
    const clusters = await transact(async ({ tx }) => {
      const clusterId = await clusterOf(tx, workspace.id, cluster);
      const endsAt = new Date(Date.now() + LIST_MS_MAX).toISOString();
      await addCommand(tx, {
        workspace: workspace.id,
        clusterId,
        command: { kind: 'list', id, endsAt, query: requestQuery },
      });
      return wantedOf(await expectedClusters(tx, workspace.id, clusterId), split);
    });
    return collectRequests({
      parts: api,
      workspace: workspace.id,
      id,
      clusters,
      query: requestQuery,
      isWanted: split.isWanted,
      signal,
    });
  });
}

async function clusterOf(
  tx: Transaction,
  workspace: string,
  cluster: string | undefined,
): Promise<string | null> {
  return cluster === undefined ? null : (await getCluster(tx, workspace, cluster)).id;
}

function wantedOf(
  clusters: ReadonlyMap<string, string>,
  { isClusterWanted }: ReturnType<typeof splitRequestFilter>,
): ReadonlyMap<string, string> {
  return new Map([...clusters].filter(([, name]) => isClusterWanted(name)));
}

/** @throws AppError `invalid-request` for a filter that gateways would refuse. */
function readFilter(filter: string | undefined): ReturnType<typeof splitRequestFilter> {
  try {
    return splitRequestFilter(filter ?? '');
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new AppError('invalid-request', `The filter cannot be used: ${message}.`, {
      fields: [{ field: 'filter', message }],
      fix: 'Write it as "api=flights status>=500 duration>500ms".',
    });
  }
}
