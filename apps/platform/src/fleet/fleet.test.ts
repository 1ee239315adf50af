import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkAgent, linkResponse } from '@portolan/contract/agent';
import {
  authenticateResponse,
  registerBroker,
  directoryMessage,
  type DirectoryMessage,
} from '@portolan/contract/broker-link';
import { getCluster, listBrokers, listTunnels } from '@portolan/contract/clusters';
import { brokerCredential } from '@portolan/process/broker-credential';
import { agentReports } from '../resources/reports/schema.ts';
import { agentCredentials, clusters } from '../clusters/schema.ts';
import { domains } from '../domains/schema.ts';
import { publish } from '../db/changes.ts';
import { newId } from '../db/ids.ts';
import { enrol, type TestCredential } from '../testing/agent-key.ts';
import { startTestPlatform, type TestPlatform } from '../testing/platform.ts';
import { assignTunnels } from './assignments.ts';

let portolan: TestPlatform;
let mine: TestCredential;
const ends: (() => void)[] = [];
beforeAll(async () => {
  portolan = await startTestPlatform();
  mine = await enrol(portolan, portolan.bootstrap);
});
afterAll(async () => {
  for (const end of ends) end();
  await portolan.close();
});

const credentialOf = (id: string) => brokerCredential(portolan.platform.brokerSecret, id);
const call = (
  method: string,
  path: string,
  body?: unknown,
  secret = credentialOf(/^\/([^/]+)/.exec(path)?.[1] ?? (body as { id: string }).id),
) =>
  fetch(`${portolan.url}${registerBroker.path}${path}`, {
    method,
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

const register = (id: string, region: string) =>
  call('POST', '', {
    id,
    region,
    url: `ws://${id}.test`,
    edge: { http: null, https: null },
    capacity: 1,
    version: '0',
    pid: 1,
  });

/** A broker's directory stream: everything it was told so far, and its end. */
async function follow(id: string): Promise<{ messages: DirectoryMessage[]; end: () => void }> {
  const ending = new AbortController();
  ends.push(() => ending.abort());
  const response = await fetch(`${portolan.url}${registerBroker.path}/${id}/directory`, {
    headers: { authorization: `Bearer ${credentialOf(id)}` },
    signal: ending.signal,
  });
  expect(response.status).toBe(200);
  const messages: DirectoryMessage[] = [];
  void (async () => {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of response.body ?? []) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      messages.push(...lines.map((line) => directoryMessage.parse(JSON.parse(line))));
    }
  })().catch(() => undefined);
  await expect.poll(() => messages.length).toBeGreaterThan(0);
  return { messages, end: () => ending.abort() };
}

const session = (tunnelId: string, clusterId: string, credentialId: string) => ({
  tunnelId,
  clusterId,
  credentialId,
  since: new Date().toISOString(),
  remoteAddress: '192.0.2.1',
  draining: false,
  rttMs: 1.5,
  streams: 2,
  streamsTotal: 10,
  bytesIn: 5,
  bytesOut: 6,
  resets: 0,
  windowStalls: 0,
});
const report = (id: string, sessions: unknown[], draining = false) =>
  call('PUT', `/${id}/sessions`, { draining, connections: 3, load: 0.1, sessions });

async function identity(brokerId: string, tunnelId: string, agent = mine) {
  const dials = [
    { ticket: 'ptc_unknown', tunnelId },
    { ticket: agent.ticket({ tunnelId }), tunnelId },
  ];
  const answer = await call('POST', `/${brokerId}/authenticate`, { dials });
  const [unknown, verdict] = authenticateResponse.parse(await answer.json()).verdicts;
  expect(unknown).toMatchObject({ status: 401 });
  if (!verdict || !('identity' in verdict)) return { status: verdict?.status, body: null };
  return { status: 200, body: verdict.identity };
}

async function anotherCluster() {
  const { db } = portolan.platform;
  const { workspace } = portolan.bootstrap;
  const id = newId('cls');
  await db.insert(clusters).values({ id, workspaceId: workspace, name: id });
  const agent = await enrol(portolan, { clusterId: id, workspace });
  return { id, agent, credentialId: agent.credential.id };
}

const states = async (list: typeof listTunnels | typeof listBrokers) => {
  const { items } = await portolan.owner.call(list as typeof listBrokers, {
    params: { workspace: portolan.bootstrap.workspace },
    query: {},
  });
  return Object.fromEntries(items.map(({ id, state }) => [id, state]));
};

describe('the fleet', () => {
  it('lets no stranger in', async () => {
    const answers = await Promise.all([
      call('POST', '', {}, 'wrong'),
      call('GET', '/b1/directory', undefined, 'wrong'),
      call('PUT', '/b1/sessions', {}, 'wrong'),
      call('POST', '/b1/authenticate', {}, 'wrong'),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    expect((await call('POST', '', { id: 'B A D' }, credentialOf('bad'))).status).toBe(400);
    expect((await report('unknown', [])).status).toBe(404);
  });

  it('assigns tunnels in different regions, tells whose they are, and shows their true state', async () => {
    for (const [id, region] of [
      ['b1', 'r1'],
      ['b2', 'r2'],
      ['b3', 'r3'],
      ['b4', 'r1'],
    ] as const) {
      expect((await register(id, region)).status).toBe(204);
    }
    const { clusterId } = portolan.bootstrap;
    const tunnels = await assignTunnels(portolan.platform.db, clusterId);
    expect(new Set(tunnels.map(({ region }) => region))).toEqual(new Set(['r1', 'r2', 'r3']));
    expect(await assignTunnels(portolan.platform.db, clusterId)).toEqual(tunnels);

    const [first, second] = tunnels;
    const { id: credentialId } = mine.credential;
    expect(await identity(first!.brokerId, first!.id)).toEqual({
      status: 200,
      body: { clusterId, credentialId },
    });
    expect(
      (await identity(first!.brokerId, first!.id, { ...mine, ticket: () => mine.ticket('link') })).status,
    ).toBe(401);
    expect((await identity(second!.brokerId, first!.id)).status).toBe(403);
    expect((await identity(first!.brokerId, 'tun_none')).status).toBe(403);
    const other = await anotherCluster();
    expect((await identity(first!.brokerId, first!.id, other.agent)).status).toBe(409);

    const verdict = await report(first!.brokerId, [session(first!.id, clusterId, credentialId)]);
    expect(await verdict.json()).toEqual({ close: [] });
    expect((await states(listTunnels))[first!.id]).toBe('live');
    const wrong = await report(first!.brokerId, [session(first!.id, clusterId, other.credentialId)]);
    expect(await wrong.json()).toEqual({
      close: [{ tunnelId: first!.id, credentialId: other.credentialId }],
    });
    await report(first!.brokerId, []);
    expect((await states(listTunnels))[first!.id]).toBe('down');
  });

  it('sees a broker die with its connection, at once, and does not mistake an old connection for the new one', async () => {
    const [tunnel] = await assignTunnels(portolan.platform.db, portolan.bootstrap.clusterId);
    const { brokerId, region, id } = tunnel!;
    const { credentialId } = (await identity(brokerId, id)).body!;
    await register(brokerId, region);
    const first = await follow(brokerId);
    await report(brokerId, [session(id, portolan.bootstrap.clusterId, credentialId)]);
    await register(brokerId, region);
    const second = await follow(brokerId);
    first.end();
    await report(brokerId, [session(id, portolan.bootstrap.clusterId, credentialId)]);
    expect((await states(listBrokers))[brokerId]).toBe('live');
    second.end();
    const endedAt = performance.now();
    await expect.poll(() => states(listBrokers), { interval: 5 }).toMatchObject({ [brokerId]: 'down' });
    expect(await states(listTunnels)).toMatchObject({ [id]: 'down' });
    expect(performance.now() - endedAt).toBeLessThan(1_000);
  });

  it('assigns as many tunnels as an agent asks for, as far as there are brokers', async () => {
    const { db } = portolan.platform;
    for (const id of ['many-1', 'many-2', 'many-3', 'many-4', 'many-5']) await register(id, id);
    const other = await anotherCluster();
    const link = async (tunnels?: number) => {
      const answer = await fetch(`${portolan.url}${linkAgent.path}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${other.agent.ticket('link')}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ clusterUid: other.id, agentVersion: '0', source: 'test', tunnels }),
      });
      expect(answer.status).toBe(200);
      return linkResponse.parse(await answer.json()).tunnels;
    };
    expect(await link()).toHaveLength(3);
    const five = await link(5);
    expect(new Set(five.map(({ brokerId }) => brokerId)).size).toBe(5);
    const [row] = await db.select().from(agentReports).where(eq(agentReports.clusterId, other.id));
    expect(row?.tunnelsWanted).toBe(5);
    const { tunnels } = await portolan.owner.call(getCluster, {
      params: { workspace: portolan.bootstrap.workspace, cluster: other.id },
    });
    expect(tunnels.wanted).toBe(5);
    await link(3);
    // Fewer again: the reconciler takes the rest away.
    await expect.poll(() => assignTunnels(db, other.id), { timeout: 15_000 }).toHaveLength(3);
  });

  it('sees a broker whose lease lapses', async () => {
    await register('silent', 'r9');
    expect((await states(listBrokers))['silent']).toBe('live');
    await expect.poll(() => states(listBrokers), { timeout: 15_000 }).toMatchObject({ silent: 'down' });
  });

  it('tells brokers of hosts and peers as they come and go', async () => {
    const { db } = portolan.platform;
    const { clusterId, workspace } = portolan.bootstrap;
    await register('d1', 'r1');
    await register('d2', 'r2');
    const { messages } = await follow('d1');
    expect(messages[0]).toMatchObject({ type: 'snapshot' });
    const host = 'shop-1a2b3c.edge.localhost';
    await db
      .insert(domains)
      .values({ host, workspaceId: workspace, clusterId, objectKey: 'k', kind: 'generated' });
    await register('d2', 'r2'); // any change makes it look again
    await expect
      .poll(() => messages)
      .toContainEqual({
        type: 'hosts',
        hosts: [{ host, clusterId, https: false }],
        removed: [],
      });
    await db.delete(domains);
    await register('d2', 'r2');
    await expect.poll(() => messages).toContainEqual({ type: 'hosts', hosts: [], removed: [host] });
  });

  it('tells of revoked credentials, by push and by verdict', async () => {
    const { db } = portolan.platform;
    const other = await anotherCluster();
    await register('d1', 'r1');
    const [tunnel] = await assignTunnels(db, other.id);
    const { messages } = await follow(tunnel!.brokerId);
    await db
      .update(agentCredentials)
      .set({ revokedAt: new Date() })
      .where(eq(agentCredentials.id, other.credentialId));
    await db.transaction((tx) =>
      publish(tx, portolan.bootstrap.workspace, { topic: 'clusters', ids: [other.id], change: 'updated' }),
    );
    await expect.poll(() => messages).toContainEqual({ type: 'revoked', credentialId: other.credentialId });
    expect((await identity(tunnel!.brokerId, tunnel!.id, other.agent)).status).toBe(401);
  });
});
