import { eq, sql } from 'drizzle-orm';
import * as agentRoutes from '@portolan/contract/agent';
import * as reports from '@portolan/contract/agent-reports';
import { confirmState, followState } from '@portolan/contract/desired-state';
import { publish } from '../db/changes.ts';
import { enterWorkspace } from '../db/tenancy.ts';
import type { Fleet } from '../fleet/fleet-view.ts';
import { mountWithoutTransaction, mountStream } from '../http/mount.ts';
import type { Api } from '../platform.ts';
import { compareDocuments, storeDocument } from '../resources/openapi/store.ts';
import { receiveDelta, receiveSnapshot } from '../resources/reports/receive-report.ts';
import { agentReports } from '../resources/reports/schema.ts';
import { storeLogs } from '../telemetry/log-store.ts';
import { storeMinutes } from '../telemetry/metrics-store.ts';
import { stateStream } from './api/state-stream.ts';
import { setApplied } from './desired-state/desired-store.ts';
import type { DesiredStates } from './desired-state/desired-states.ts';
import { storeKeyUse } from './desired-state/key-use-store.ts';
import { receiveHeartbeat } from './link/heartbeat-store.ts';
import { linkCluster } from './link/link.ts';

interface AgentParts {
  readonly fleet: Fleet;
  readonly states: DesiredStates;
}

/** Serves the calls of agents, each for its own cluster. */
export function mountAgentRoutes(api: Api, { fleet, states }: AgentParts): void {
  const { db, config } = api;
  const settings = { edgeSuffix: config.edgeDomain };
  mountWithoutTransaction(api, agentRoutes.linkAgent, async ({ principal, body }) => {
    const linked = await linkCluster(db, principal, body);
    return { ...linked, tunnels: [...(await fleet.assignTunnels(linked.clusterId))] };
  });
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

function mountTelemetry(api: Api): void {
  const { db } = api;
  mountWithoutTransaction(api, reports.reportMetrics, ({ principal, body: { points, dropped } }) =>
    db.transaction(async (tx) => {
      const { workspace, clusterId } = principal;
      await enterWorkspace(tx, workspace);
      await storeMinutes(tx, principal, points);
      await tx
        .update(agentReports)
        .set({ metricsDropped: dropped, lastSeenAt: sql`now()` })
        .where(eq(agentReports.clusterId, clusterId));
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
