import { randomUUID } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import { eq, sql } from 'drizzle-orm';
import { Hono, type Context } from 'hono';
import {
  APPLIED_PATH,
  appliedState,
  HEARTBEAT_PATH,
  heartbeat,
  KEY_USE_PATH,
  keyUse,
  LOGS_PATH,
  logsBatch,
  METRICS_PATH,
  metricsBatch,
  OPENAPI_PATH,
  openApiInventory,
  openApiUpload,
  RESOURCES_PATH,
  resourcesDelta,
  resourcesSnapshot,
  STATE_PATH,
} from '@portolan/contract/agent';
import { agentReports } from '../../resources/reports/schema.ts';
import { enterWorkspace } from '../../db/tenancy.ts';
import { publish } from '../../db/changes.ts';
import { AppError, notFound } from '../../app-error.ts';
import type { Platform } from '../../platform.ts';
import { setApplied } from '../desired-state/desired-store.ts';
import type { DesiredStates } from '../desired-state/desired-states.ts';
import { storeKeyUse } from '../desired-state/key-use-store.ts';
import { receiveHeartbeat } from '../link/heartbeat-store.ts';
import { storeLogs } from '../../telemetry/log-store.ts';
import { storeMinutes } from '../../telemetry/metrics-store.ts';
import { compareDocuments, storeDocument } from '../../resources/openapi/store.ts';
import { receiveDelta, receiveSnapshot } from '../../resources/reports/receive-report.ts';
import type { AgentIdentity } from './identity.ts';
import { readAgentBody } from './request-body.ts';
import { stateStream } from './state-stream.ts';

interface Bindings {
  Bindings: HttpBindings;
}

export interface AgentAppOptions {
  readonly platform: Platform;
  readonly states: DesiredStates;
  /** Who speaks on the connection of a request. */
  readonly identityOf: (c: Context<Bindings>) => AgentIdentity;
}

/** What agents may ask of the platform, each for its own cluster. */
export function agentApp({ platform, states, identityOf }: AgentAppOptions): Hono<Bindings> {
  const { db, config } = platform;
  const settings = { edgeSuffix: config.edgeDomain };
  const app = new Hono<Bindings>();
  app.onError((error, c) => answerError(platform, error, c));
  app.notFound((c) => c.json(notFound(`agent call ${c.req.method} ${c.req.path}`).body, 404));
  app.post(HEARTBEAT_PATH, async (c) => {
    await receiveHeartbeat(db, identityOf(c), await readAgentBody(c, heartbeat));
    return c.body(null, 204);
  });
  app.put(RESOURCES_PATH, async (c) => {
    const snapshot = await readAgentBody(c, resourcesSnapshot);
    return c.json(await receiveSnapshot(db, identityOf(c), settings, snapshot));
  });
  app.patch(RESOURCES_PATH, async (c) => {
    const delta = await readAgentBody(c, resourcesDelta);
    return c.json(await receiveDelta(db, identityOf(c), settings, delta));
  });
  app.post(OPENAPI_PATH, async (c) =>
    c.json(await compareDocuments(db, identityOf(c), await readAgentBody(c, openApiInventory))),
  );
  app.put(OPENAPI_PATH, async (c) => {
    await storeDocument(db, identityOf(c), await readAgentBody(c, openApiUpload));
    return c.body(null, 204);
  });
  app.get(STATE_PATH, (c) => {
    const revision = Number(c.req.query('revision') ?? Number.NaN);
    const known = Number.isSafeInteger(revision) ? revision : null;
    return c.body(stateStream(states, identityOf(c), known), 200, { 'content-type': 'application/x-ndjson' });
  });
  app.post(APPLIED_PATH, async (c) => {
    const identity = identityOf(c);
    const { revision } = await readAgentBody(c, appliedState);
    await db.transaction(async (tx) => {
      await enterWorkspace(tx, identity.workspace);
      if (!(await setApplied(tx, identity.clusterId, revision))) return;
      await publish(tx, identity.workspace, {
        topic: 'clusters',
        ids: [identity.clusterId],
        change: 'updated',
      });
    });
    return c.body(null, 204);
  });
  mountTelemetry(app, platform, identityOf);
  return app;
}

function mountTelemetry(
  app: Hono<Bindings>,
  { db }: Platform,
  identityOf: AgentAppOptions['identityOf'],
): void {
  app.post(METRICS_PATH, async (c) => {
    const identity = identityOf(c);
    const { points, dropped } = await readAgentBody(c, metricsBatch);
    await db.transaction(async (tx) => {
      await enterWorkspace(tx, identity.workspace);
      await storeMinutes(tx, identity, points);
      await tx
        .update(agentReports)
        .set({ metricsDropped: dropped, lastSeenAt: sql`now()` })
        .where(eq(agentReports.clusterId, identity.clusterId));
      await publish(tx, identity.workspace, { topic: 'metrics', ids: [identity.clusterId], change: 'many' });
    });
    return c.body(null, 204);
  });
  app.post(LOGS_PATH, async (c) => {
    await storeLogs(db, identityOf(c), (await readAgentBody(c, logsBatch)).entries);
    return c.body(null, 204);
  });
  app.post(KEY_USE_PATH, async (c) => {
    await storeKeyUse(db, identityOf(c), (await readAgentBody(c, keyUse)).used);
    return c.body(null, 204);
  });
}

function answerError(platform: Platform, error: Error, c: Context<Bindings>): Response {
  if (error instanceof AppError) return c.json(error.body, error.status as 400);
  const id = randomUUID();
  platform.log.error({
    event: 'agent-call.failed',
    id,
    path: c.req.path,
    error: error.message,
    stack: error.stack,
  });
  const answer = new AppError('internal', 'The platform failed to answer this call.').body;
  return c.json({ error: { ...answer.error, id } }, 500);
}
