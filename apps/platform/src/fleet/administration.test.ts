import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { listAudit } from '@portolan/contract/audit';
import {
  closeTunnel,
  drainBroker,
  listBrokers,
  listTunnels,
  reconnectTunnel,
  resumeBroker,
} from '@portolan/contract/clusters';
import { TestAgent } from '../broker/testing/agent.ts';
import { World, type TestCluster } from '../broker/testing/world.ts';
import { members } from '../identity/members/schema.ts';
import { assignTunnels } from './assignments.ts';

let world: World;
const agents: TestAgent[] = [];
beforeAll(async () => {
  world = await World.start();
  for (const id of ['a', 'b', 'c', 'd']) await world.startBroker(id);
});
afterEach(() => {
  for (const agent of agents.splice(0)) agent.close();
});
afterAll(() => world.close());

const workspace = () => world.portolan.bootstrap.workspace;
const atTunnel = (tunnel: string) => ({ params: { workspace: workspace(), tunnel } });
const atBroker = (broker: string) => ({ params: { workspace: workspace(), broker } });
const placesOf = async ({ id }: TestCluster) =>
  (await assignTunnels(world.portolan.platform.db, id)).map(({ brokerId }) => brokerId);
const refusal = (code: string) => expect.objectContaining({ code });

async function connected() {
  const cluster = await world.addCluster();
  const [endpoint] = await assignTunnels(world.portolan.platform.db, cluster.id);
  const agent = new TestAgent(cluster.agent, (_request, answer) => answer.end('ok'));
  agents.push(agent);
  const session = await agent.dial(endpoint!);
  await expect.poll(() => stateOf(endpoint!.id)).toBe('live');
  return { cluster, endpoint: endpoint!, agent, session };
}

async function stateOf(id: string) {
  const { items } = await world.portolan.owner.call(listTunnels, {
    params: { workspace: workspace() },
    query: {},
  });
  return items.find((tunnel) => tunnel.id === id)?.state;
}

async function lastAudit() {
  const { items } = await world.portolan.owner.call(listAudit, {
    params: { workspace: workspace() },
    query: { limit: 1 },
  });
  return items[0];
}

describe('an administrator', () => {
  it('has a tunnel reconnect: the session hears go-away, the one after it stays', async () => {
    const { endpoint, agent, session } = await connected();
    const leaving = once(session, 'goAway');
    await world.portolan.owner.call(reconnectTunnel, atTunnel(endpoint.id));
    await leaving;
    const next = await agent.dial(endpoint);
    await expect.poll(() => session.closed).toBe(true);
    await expect.poll(() => stateOf(endpoint.id)).toBe('live');
    // The order is for one session; a broker that reads the directory afresh must not end this one.
    await world.announce();
    await next.ping();
    expect(next.draining).toBe(false);
    expect(await lastAudit()).toMatchObject({
      action: 'tunnel.reconnect',
      target: { kind: 'tunnel', id: endpoint.id },
    });
  });

  it('closes a tunnel at once, with what it carries', async () => {
    const { endpoint, session } = await connected();
    const closed = once(session, 'close');
    await world.portolan.owner.call(closeTunnel, atTunnel(endpoint.id));
    await closed;
    await expect.poll(() => stateOf(endpoint.id)).toBe('down');
    expect(await lastAudit()).toMatchObject({ action: 'tunnel.close' });
    await expect(world.portolan.owner.call(closeTunnel, atTunnel(endpoint.id))).rejects.toEqual(
      refusal('conflict'),
    );
  });

  it('drains a broker: its tunnels move, none comes, until it is resumed', async () => {
    const { cluster, session } = await connected();
    const [first = ''] = await placesOf(cluster);
    const { owner } = world.portolan;
    expect((await owner.call(drainBroker, atBroker(first))).drainedAt).not.toBeNull();
    expect(await lastAudit()).toMatchObject({ action: 'broker.drain', target: { id: first } });
    await expect.poll(() => placesOf(cluster), { timeout: 15_000 }).not.toContain(first);
    expect(await placesOf(cluster)).toHaveLength(3);
    expect(session.closed).toBe(false);
    expect(await placesOf(await world.addCluster())).not.toContain(first);
    // Where there are fewer brokers than places, agents keep fewer tunnels instead of this one.
    const [second = ''] = await placesOf(cluster);
    await owner.call(drainBroker, atBroker(second));
    await expect.poll(() => placesOf(cluster), { timeout: 15_000 }).toHaveLength(2);
    for (const broker of [first, second]) {
      expect((await owner.call(resumeBroker, atBroker(broker))).drainedAt).toBeNull();
    }
    await expect.poll(() => placesOf(cluster)).toHaveLength(3);
  });

  it('cannot drain the last broker that takes tunnels', async () => {
    const { owner } = world.portolan;
    for (const broker of ['b', 'c', 'd']) await owner.call(drainBroker, atBroker(broker));
    await expect(owner.call(drainBroker, atBroker('a'))).rejects.toEqual(refusal('conflict'));
    for (const broker of ['b', 'c', 'd']) await owner.call(resumeBroker, atBroker(broker));
  });
});

describe('others', () => {
  it('may not: without the permission, in another workspace, at a broker that carries tunnels of others', async () => {
    const { endpoint } = await connected();
    const { portolan } = world;
    const editor = (await portolan.signInAs('editor')).client;
    for (const attempt of [
      () => editor.call(reconnectTunnel, atTunnel(endpoint.id)),
      () => editor.call(closeTunnel, atTunnel(endpoint.id)),
      () => editor.call(drainBroker, atBroker(endpoint.brokerId)),
    ]) {
      await expect(attempt()).rejects.toEqual(refusal('not-allowed'));
    }
    await portolan.createWorkspace('other');
    const stranger = await portolan.signInAs('owner', 'other');
    const params = { workspace: 'other', tunnel: endpoint.id };
    await expect(stranger.client.call(closeTunnel, { params })).rejects.toEqual(refusal('not-found'));
    const there = { params: { workspace: 'other', broker: endpoint.brokerId } };
    await expect(stranger.client.call(drainBroker, there)).rejects.toEqual(refusal('not-allowed'));
    const { db } = portolan.platform;
    await db
      .insert(members)
      .values({ workspaceId: workspace(), accountId: stranger.accountId, role: 'viewer' });
    await expect(stranger.client.call(drainBroker, there)).rejects.toEqual(refusal('not-allowed'));
    await db.update(members).set({ role: 'admin' });
    expect((await stranger.client.call(drainBroker, there)).drainedAt).not.toBeNull();
    const shown = await portolan.owner.call(listBrokers, {
      params: { workspace: workspace() },
      query: { filter: `id:${endpoint.brokerId}` },
    });
    expect(shown.items[0]?.drainedAt).not.toBeNull();
  });
});
