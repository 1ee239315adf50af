import * as agentRoutes from '@portolan/contract/agent';
import type { AgentCredential } from '@portolan/contract/agent';
import * as reports from '@portolan/contract/agent-reports';
import { confirmState, followState } from '@portolan/contract/desired-state';
import { AppError } from '../app-error.ts';
import type { LinkingAgent } from '../auth/agents.ts';
import { publish } from '../db/changes.ts';
import { enterWorkspace } from '../db/tenancy.ts';
import { assignTunnels } from '../fleet/assignments.ts';
import { mountWithoutTransaction, mountStream } from '../http/mount.ts';
import type { Api } from '../platform.ts';
import { compareDocuments, storeDocument } from '../resources/openapi/store.ts';
import { receiveDelta, receiveSnapshot } from '../resources/reports/receive-report.ts';
import { storeLogs } from '../telemetry/log-store.ts';
import { storeMinutes } from '../telemetry/metrics-store.ts';
import { stateStream } from './api/state-stream.ts';
import { setApplied } from './desired-state/desired-store.ts';
import type { DesiredStates } from './desired-state/desired-states.ts';
import { storeKeyUse } from './desired-state/key-use-store.ts';
import type { AgentCredentials } from './link/credentials.ts';
import { receiveHeartbeat, recordDroppedMetrics } from './link/heartbeat-store.ts';
import { linkCluster } from './link/link.ts';

interface AgentParts {
  readonly credentials: AgentCredentials;
  readonly states: DesiredStates;
}

/** Serves the calls of agents, each for its own cluster. */
export function mountAgentRoutes(api: Api, { credentials, states }: AgentParts): void {
  const { db, config } = api;
  const settings = { edgeSuffix: config.edgeDomain };
  mountWithoutTransaction(api, agentRoutes.linkAgent, async ({ principal, body }) => {
    const linked = await linkCluster(db, principal, body);
    const credential = await exchangeToken(credentials, principal, body.publicKey);
    const tunnels = await assignTunnels(db, linked.clusterId);
    return { ...linked, tunnels, ...(credential ? { credential } : {}) };
  });
  mountWithoutTransaction(api, agentRoutes.renewAgentCredential, ({ principal, body }) =>
    credentials.renew(principal, body.publicKey),
  );
  mountWithoutTransaction(api, agentRoutes.reportHeartbeat, ({ principal, body }) =>
    receiveHeartbeat(db, principal, body),
  );
  mountWithoutTransaction(api, reports.replaceResources, ({ principal, body }) =>
    receiveSnapshot(db, principal, settings, body),
  );
  mountWithoutTransaction(api, reports.updateResources, ({ principal, body }) =>
    receiveDelta(db, principal, settings, body),
  );
  mountWithoutTransaction(api, reports.compareOpenApi, ({ principal, body }) =>
    compareDocuments(db, principal, body),
  );
  mountWithoutTransaction(api, reports.uploadOpenApi, ({ principal, body }) =>
    storeDocument(db, principal, body),
  );
  mountTelemetry(api);
  mountStream(api, followState, async (_c, { principal, query }) =>
    stateStream(states, principal, query.revision ?? null),
  );
  mountWithoutTransaction(api, confirmState, ({ principal: { workspace, clusterId }, body }) =>
    db.transaction(async (tx) => {
      await enterWorkspace(tx, workspace);
      if (!(await setApplied(tx, clusterId, body.revision))) return;
      await publish(tx, workspace, { topic: 'clusters', ids: [clusterId], change: 'updated' });
    }),
  );
}

/** Returns a credential in exchange for a token; null to an agent that has one. */
async function exchangeToken(
  credentials: AgentCredentials,
  { tokenId, ...agent }: LinkingAgent,
  publicKey: string | undefined,
): Promise<AgentCredential | null> {
  if (tokenId === null) return null;
  if (publicKey !== undefined) return credentials.exchange({ ...agent, tokenId }, publicKey);
  throw new AppError('invalid-request', 'publicKey: required with an agent token.', {
    fields: [{ field: 'publicKey', message: 'required' }],
    fix: 'Update the agent: its version does not support agent credentials.',
  });
}

function mountTelemetry(api: Api): void {
  const { db } = api;
  mountWithoutTransaction(api, reports.reportMetrics, ({ principal, body: { counter, points, dropped } }) =>
    db.transaction(async (tx) => {
      const { workspace, clusterId } = principal;
      await enterWorkspace(tx, workspace);
      await storeMinutes(tx, principal, { counter, points });
      await recordDroppedMetrics(tx, clusterId, dropped);
      await publish(tx, workspace, { topic: 'metrics', ids: [clusterId], change: 'many' });
    }),
  );
  mountWithoutTransaction(api, reports.reportLogs, ({ principal, body }) =>
    storeLogs(db, principal, body.entries),
  );
  mountWithoutTransaction(api, reports.reportKeyUse, ({ principal, body }) =>
    storeKeyUse(db, principal, body.used),
  );
}
