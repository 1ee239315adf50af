import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { listAudit } from '@portolan/contract/audit';
import { createCluster } from '@portolan/contract/clusters';
import {
  listRequests,
  tailRequests,
  type RequestRecord,
  type TailMessage,
} from '@portolan/contract/requests';
import { agentReports } from '../resources/reports/schema.ts';
import { relayAgent, type RelayedAgent } from '../testing/relayed-agent.ts';
import { startTestPlatform, type TestPlatform } from '../testing/platform.ts';
import { agentCommands } from './schema.ts';

let viewers: TestPlatform;
/** Another replica, which the agent happens to be connected to. */
let agents: TestPlatform;
let agent: RelayedAgent;
const params = { workspace: 'default' };
const opened: AbortController[] = [];

beforeAll(async () => {
  viewers = await startTestPlatform();
  agents = await startTestPlatform({}, viewers);
  agent = await relayAgent(agents, { clusterId: viewers.bootstrap.clusterId, workspace: 'default' });
  await agent.call('POST', '/agent/v1/heartbeat', {
    agentVersion: '1',
    counts: { nodes: 0, apis: 0, gateways: 0, routes: 0 },
    distributedRateLimitAvailable: false,
    gateway: null,
    unhealthy: [],
  });
});

afterEach(() => {
  for (const one of opened.splice(0)) one.abort();
});

afterAll(async () => {
  agent.close();
  await agents.close();
  await viewers.close();
});

const record = (change: Partial<RequestRecord> = {}): RequestRecord => ({
  id: 'r1',
  traceId: null,
  time: '2030-01-01T00:00:00.000Z',
  api: 'air/flights',
  version: null,
  operation: 'GET /flights/{id}',
  method: 'GET',
  scheme: 'https',
  host: 'api.example.com',
  path: '/flights/7',
  status: 200,
  source: 'upstream',
  reason: null,
  durationMs: 12,
  upstreamMs: 10,
  authMs: 0,
  bytesIn: 0,
  bytesOut: 12,
  user: null,
  email: null,
  groups: [],
  application: null,
  key: null,
  client: '192.0.2.0',
  service: null,
  upstream: null,
  attempts: 1,
  protocol: '1.1',
  tls: null,
  ...change,
});

interface Announced {
  readonly type: string;
  readonly commands: readonly { readonly id: string; readonly kind: string; readonly filter?: string }[];
}

/** The commands of the agent's stream as soon as there are so many. */
async function commands(lines: { next(): Promise<unknown> }, count: number): Promise<Announced['commands']> {
  for (;;) {
    const message = (await lines.next()) as Announced;
    if (message.type === 'commands' && message.commands.length === count) return message.commands;
  }
}

const result = (id: string, requests: readonly RequestRecord[], more: object = {}) =>
  agent.call('POST', '/agent/v1/commands/results', {
    id,
    gateway: 'pod-1',
    requests,
    dropped: 0,
    matched: requests.length,
    total: requests.length,
    ...more,
  });

async function tail(query: object = {}): Promise<{ next(type: TailMessage['type']): Promise<TailMessage> }> {
  const ending = new AbortController();
  opened.push(ending);
  const body = await viewers.owner.open(tailRequests, { params, query }, ending.signal);
  const messages = linesOf(body);
  return {
    async next(type) {
      for (;;) {
        const { value, done } = await messages.next();
        if (done === true) throw new Error('the tail ended');
        if (value.type === type) return value;
      }
    },
  };
}

async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<TailMessage> {
  let rest = '';
  for await (const chunk of body) {
    const lines = (rest + Buffer.from(chunk).toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as TailMessage;
  }
}

test('a tail reaches the agents of another replica and their requests the viewer, in the audit by its filter', async () => {
  const following = await agent.lines('/agent/v1/commands');
  expect(await commands(following, 0)).toEqual([]);
  const viewer = await tail({ filter: 'status>=500', sample: 3 });
  expect(await viewer.next('gateways')).toEqual({
    type: 'gateways',
    gateways: [{ cluster: 'local', gateway: null, state: 'waiting' }],
  });
  const [command] = await commands(following, 1);
  expect(command).toMatchObject({ kind: 'tail', filter: 'status>=500', sample: 3 });
  const answer = await result(command?.id ?? '', [record({ status: 503 })], { dropped: 7 });
  expect(answer).toMatchObject({ status: 200, body: { isWanted: true, isTaken: true } });
  expect(await viewer.next('gateways')).toMatchObject({
    gateways: [{ cluster: 'local', gateway: 'pod-1', state: 'taking-part' }],
  });
  expect(await viewer.next('request')).toMatchObject({
    request: { status: 503, cluster: 'local', gateway: 'pod-1' },
  });
  expect(await viewer.next('dropped')).toMatchObject({ count: 7 });
  const { items } = await viewers.owner.call(listAudit, { params, query: { limit: 1 } });
  expect(items[0]).toMatchObject({ action: 'requests.tail', after: { filter: 'status>=500' } });

  opened.splice(0)[0]?.abort();
  expect(await commands(following, 0)).toEqual([]);
  expect((await result(command?.id ?? '', [record()])).body).toEqual({ isWanted: false, isTaken: false });
  following.end();
});

test('names clusters that do not reply', async () => {
  const cluster = await viewers.owner.call(createCluster, { params, body: { name: 'silent' } });
  const { db } = viewers.platform;
  await db
    .insert(agentReports)
    .values({ clusterId: cluster.id, workspaceId: 'default', lastSeenAt: new Date() })
    .onConflictDoUpdate({ target: agentReports.clusterId, set: { lastSeenAt: new Date() } });
  const following = await agent.lines('/agent/v1/commands');
  const listing = viewers.owner.call(listRequests, { params, query: { sort: '-duration' } });
  const [command] = await commands(following, 1);
  await result(command?.id ?? '', [record({ durationMs: 5 }), record({ durationMs: 50 })], { total: 9 });
  const listed = await listing;
  expect(listed.items.map(({ durationMs }) => durationMs)).toEqual([50, 5]);
  expect(listed).toMatchObject({
    matched: 2,
    total: 9,
    gateways: [
      { cluster: 'local', gateway: 'pod-1', state: 'taking-part' },
      { cluster: 'silent', gateway: null, state: 'silent' },
    ],
  });
  following.end();
});

test('takes no more for a viewer that does not read, and its command runs out', async () => {
  const following = await agent.lines('/agent/v1/commands');
  const response = await fetch(`${viewers.url}/api/v1/workspaces/default/requests/tail`, {
    headers: { authorization: `Bearer ${viewers.bootstrap.adminToken}` },
  });
  const [command] = await commands(following, 1);
  const id = command?.id ?? '';
  const batch = Array.from({ length: 200 }, () => record({ path: `/${'x'.repeat(2000)}` }));
  let isTaken = true;
  for (let sent = 0; isTaken && sent < 400; sent++) {
    const { body } = await result(id, batch);
    ({ isTaken } = body as { isTaken: boolean });
  }
  expect(isTaken).toBe(false);
  const { db } = viewers.platform;
  await db.update(agentCommands).set({ expiresAt: new Date(Date.now() - 1) });
  await vi.waitFor(
    async () => expect((await result(id, [])).body).toMatchObject({ isWanted: false }),
    20_000,
  );
  expect(await commands(following, 0)).toEqual([]);
  await response.body?.cancel();
  following.end();
});

test.each([
  ['status>=', 'filter'],
  ['path~/(a+)+$/', 'regular expressions'],
  ['/(a+)+$/', 'regular expressions'],
  ['body=x', 'body'],
])('refuses the filter %s', async (filter, word) => {
  const call = viewers.owner.call(listRequests, { params, query: { filter } });
  await expect(call).rejects.toMatchObject({
    code: 'invalid-request',
    message: expect.stringContaining(word),
  });
});

test('an agent reports to commands of its own workspace alone', async () => {
  await viewers.createWorkspace('other');
  const cluster = await (
    await viewers.signInAs('owner', 'other')
  ).client.call(createCluster, { params: { workspace: 'other' }, body: { name: 'theirs' } });
  const stranger = await relayAgent(agents, { clusterId: cluster.id, workspace: 'other' });
  const following = await agent.lines('/agent/v1/commands');
  const foreign = await stranger.lines('/agent/v1/commands');
  expect(await commands(foreign, 0)).toEqual([]);
  await tail();
  const [command] = await commands(following, 1);
  const refused = await stranger.call('POST', '/agent/v1/commands/results', {
    id: command?.id,
    gateway: 'x',
    requests: [],
    dropped: 0,
    matched: 0,
    total: 0,
  });
  expect(refused.body).toEqual({ isWanted: false, isTaken: false });
  expect(await Promise.race([foreign.next(), delay(300)])).toBeUndefined();
  following.end();
  foreign.end();
  stranger.close();
});
