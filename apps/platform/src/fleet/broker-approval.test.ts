import { once } from 'node:events';
import type { Socket } from 'node:net';
import { request, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listAudit } from '@portolan/contract/audit';
import { RELAY_PATH, RELAY_PROTOCOL } from '@portolan/contract/broker-link';
import { approveBroker, listBrokers, revokeBroker } from '@portolan/contract/clusters';
import { brokerCredential, peerCredential } from '@portolan/process/broker-credential';
import { PEER_CLIENT_HEADER, PEER_PROTOCOL } from '../broker/peer/client.ts';
import { TestAgent } from '../broker/testing/agent.ts';
import { World, type TestCluster } from '../broker/testing/world.ts';
import { assignTunnels } from './assignments.ts';

let world: World;
let cluster: TestCluster;
beforeAll(async () => {
  world = await World.start('first,second');
  cluster = await world.addCluster();
  for (const id of ['first', 'second']) await world.startBroker(id);
});
afterAll(() => world.close());

const at = (broker: string) => ({ params: { workspace: world.portolan.bootstrap.workspace, broker } });
const viewOf = async (id: string) => {
  const { workspace } = world.portolan.bootstrap;
  const { items } = await world.portolan.owner.call(listBrokers, { params: { workspace }, query: {} });
  return items.find((broker) => broker.id === id);
};
const placesOf = async () =>
  (await assignTunnels(world.portolan.platform.db, cluster.id)).map(({ brokerId }) => brokerId);
const credential = (id: string) => brokerCredential(world.portolan.platform.brokerSecret, id);

/** Returns how broker `to` answers a peer that has the credential the platform once made for `from`. */
async function peerStatus(to: string, from: string): Promise<number | undefined> {
  const url = (world.brokers.get(to)?.url ?? '').replace('ws', 'http');
  const client = { protocol: 'http', address: '::1', port: 1, host: 'x' };
  const outgoing = request(`${url}/peer/none`, {
    headers: {
      connection: 'Upgrade',
      upgrade: PEER_PROTOCOL,
      authorization: `Bearer ${peerCredential(credential(to), from)}`,
      [PEER_CLIENT_HEADER]: Buffer.from(JSON.stringify(client)).toString('base64url'),
    },
  }).end();
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  return response.statusCode;
}

/** Opens a relayed connection as a broker; a number is the status of a refusal. */
async function relay(id: string): Promise<Socket | number> {
  const upgrade = request(`${world.portolan.url}${RELAY_PATH}`, {
    headers: {
      connection: 'Upgrade',
      upgrade: RELAY_PROTOCOL,
      authorization: `Bearer ${credential(id)}`,
    },
  }).end();
  const accepted = once(upgrade, 'upgrade').then(([, socket]) => socket as Socket);
  const refused = once(upgrade, 'response').then(
    ([response]) => (response as { statusCode: number }).statusCode,
  );
  return Promise.race([accepted, refused]);
}

describe('a broker that nobody approved', () => {
  it('waits: it is listed, and receives neither directory nor tunnels nor agents', async () => {
    const { id } = await world.startBroker('third');
    await expect.poll(() => viewOf(id)).toMatchObject({ approval: 'pending', state: 'down', capacity: 1 });
    expect(await placesOf()).not.toContain(id);
    expect(await relay(id)).toBe(403);
    const dial = { dials: [{ ticket: 'x', tunnelId: 'x' }] };
    const answer = await fetch(`${world.portolan.url}/internal/v1/brokers/${id}/authenticate`, {
      method: 'POST',
      headers: { authorization: `Bearer ${credential(id)}`, 'content-type': 'application/json' },
      body: JSON.stringify(dial),
    });
    expect(answer.status).toBe(403);
  });

  it('serves once it is approved, with the capacity that was approved', async () => {
    await world.portolan.owner.call(approveBroker, at('third'));
    await expect
      .poll(() => viewOf('third'), { timeout: 10_000 })
      .toMatchObject({
        approval: 'approved',
        approvedCapacity: 1,
        state: 'live',
      });
    await expect.poll(placesOf, { timeout: 10_000 }).toContain('third');
    const { workspace } = world.portolan.bootstrap;
    const { items } = await world.portolan.owner.call(listAudit, {
      params: { workspace },
      query: { limit: 1 },
    });
    expect(items[0]).toMatchObject({ action: 'broker.approve', target: { kind: 'broker', id: 'third' } });
  });
});

describe('a broker that is revoked', () => {
  it('loses directory, tunnels, agents and peers at once, and stays out when it comes back', async () => {
    const agent = new TestAgent(cluster.agent, (_request, answer) => answer.end('ok'));
    const session = await agent.dial(await world.endpoint(cluster, 'third'));
    const relayed = await relay('third');
    if (typeof relayed === 'number') throw new Error(`refused with ${relayed}`);
    const ended = once(relayed.resume(), 'close');
    const closed = once(session, 'close');
    await world.portolan.owner.call(revokeBroker, at('third'));
    await ended;
    await closed;
    expect(await viewOf('third')).toMatchObject({ approval: 'revoked', state: 'down', sessions: 0 });
    expect(await placesOf()).not.toContain('third');
    expect(await relay('third')).toBe(403);
    await expect.poll(() => peerStatus('first', 'third')).toBe(401);
    expect(await peerStatus('first', 'second')).toBe(503);
    agent.close();
    await world.brokers.get('third')?.close();
    await world.startBroker('third');
    expect(await viewOf('third')).toMatchObject({ approval: 'revoked', state: 'down' });
  });

  it('is let in again by another approval', async () => {
    await world.portolan.owner.call(approveBroker, at('third'));
    await expect.poll(() => viewOf('third'), { timeout: 10_000 }).toMatchObject({ state: 'live' });
  });
});
