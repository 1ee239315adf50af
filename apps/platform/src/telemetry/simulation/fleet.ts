import type { AgentIdentity } from '@portolan/contract/agent';
import type { MetricPart, MinutePoint } from '@portolan/contract/telemetry';
import { clusters } from '../../clusters/schema.ts';
import type { Database } from '../../db/database.ts';
import { workspaces } from '../../workspaces/schema.ts';

export const WORKSPACE = 'bench';
const AGENTS = 100;
const REGIONS = 4;
/** Each API has one series of its own and 24 parts: 500 series of each agent. */
const APIS = 20;
const OUTCOMES = 3;
const OPERATIONS = 12;
const CONSUMERS = 9;
export const SERIES_PER_AGENT = APIS * (1 + OUTCOMES + OPERATIONS + CONSUMERS);

/** Creates a workspace of many clusters, and returns what their agents are known by. */
export async function createFleet(db: Database): Promise<readonly AgentIdentity[]> {
  await db.insert(workspaces).values({ id: WORKSPACE, name: WORKSPACE });
  const agents = Array.from({ length: AGENTS }, (_, at) => ({
    clusterId: `clu_${at}`,
    workspace: WORKSPACE,
    credentialId: `cred_${at}`,
  }));
  await db
    .insert(clusters)
    .values(agents.map(({ clusterId }) => ({ id: clusterId, workspaceId: WORKSPACE, name: clusterId })));
  return agents;
}

/** Returns the name of an API that clusters of four regions serve. */
export function apiName(agent: number, api: number): string {
  return `api-${agent % (AGENTS / REGIONS)}-${api}`;
}

/** Returns the points of one agent's minute, as gateways count them. */
export function minuteOf(agent: number, minuteMs: number): readonly MinutePoint[] {
  const minute = new Date(minuteMs).toISOString();
  return Array.from({ length: APIS }, (_, api): MinutePoint => {
    const requests = 600 + ((agent * 31 + api * 17 + minuteMs / 60_000) % 400);
    return {
      series: { kind: 'api', namespace: 'air', name: apiName(agent, api) },
      minute,
      ...sumsOf(requests),
      latency: { total: spread(requests, 20), upstream: spread(requests, 18), gateway: spread(requests, 6) },
      parts: partsOf(agent, requests),
    };
  });
}

function partsOf(agent: number, requests: number): MetricPart[] {
  const share = (parts: number) => sumsOf(Math.floor(requests / parts));
  return [
    ...Array.from({ length: OUTCOMES }, (_, at): MetricPart => {
      const labels = { class: `${2 + at}xx`, source: 'upstream', version: 'v1' };
      return { by: 'outcome', labels, ...share(OUTCOMES) };
    }),
    ...Array.from({ length: OPERATIONS }, (_, at): MetricPart => {
      const labels = { operation: `GET /things/{id}/${at}`, status: '200', version: 'v1' };
      const latency = { total: spread(Math.floor(requests / OPERATIONS), 10) };
      return { by: 'operation', labels, ...share(OPERATIONS), latency };
    }),
    ...Array.from({ length: CONSUMERS }, (_, at): MetricPart => {
      const user = `usr_${(agent * CONSUMERS + at) % 700}`;
      return {
        by: 'consumer',
        labels: { version: 'v1', user, key: `key_${agent}_${at}` },
        ...share(CONSUMERS),
      };
    }),
  ];
}

function sumsOf(requests: number) {
  return {
    requests,
    errors: requests % 7,
    clientErrors: requests % 11,
    responseTimeSum: requests / 40,
    responseTimeCount: requests,
    bytesIn: requests * 200,
    bytesOut: requests * 1500,
  };
}

/** A histogram of so many buckets around 25 ms, most requests in the middle. */
function spread(requests: number, buckets: number): number[] {
  const counts = Array.from({ length: buckets }, (_, at) =>
    Math.max(1, Math.round((requests / buckets) * (1 + Math.sin((Math.PI * at) / buckets)))),
  );
  return [-42 - Math.floor(buckets / 2), ...counts];
}
