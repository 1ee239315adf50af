import { once } from 'node:events';
import { request } from 'node:http';
import { placeTunnels } from '../fleet/placement.ts';
import { afterAll, expect, it } from 'vitest';
import { TestAgent } from './testing/agent.ts';
import { World, type TestCluster } from './testing/world.ts';

/** Of the agents of the busy broker, those that belong elsewhere when its weight falls by a fifth, and the others. */
const LEAVING = 2;
const STAYING = 4;
const agents: TestAgent[] = [];
const world = await World.start();
afterAll(async () => {
  for (const agent of agents) agent.close();
  await world.close();
});

function ask(edge: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(edge, { agent: false, headers: { host } }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode));
    })
      .on('error', reject)
      .end();
  });
}

/** Which of the two brokers of the region a cluster belongs on now. */
const placeOf = (cluster: TestCluster) =>
  world.endpoint(cluster, 'busy').then(
    () => 'busy',
    () => 'calm',
  );

/** Where a cluster belongs when the busy one has that weight. */
function placeAt(weight: number, { id }: TestCluster): 'busy' | 'calm' {
  const chosen = placeTunnels(
    id,
    [
      { id: 'busy', region: 'one', weight },
      { id: 'calm', region: 'one', weight: 1 },
      { id: 'second', region: 'two', weight: 1 },
      { id: 'third', region: 'three', weight: 1 },
    ],
    3,
  );
  return chosen.includes('busy') ? 'busy' : 'calm';
}

it('an overloaded broker sheds: a share of its agents moves, no request fails, and who has moved is told to go', async () => {
  const calm = await world.startBroker('calm', { region: 'one' });
  const busy = await world.startBroker('busy', { region: 'one', sessionsMax: LEAVING + STAYING });
  await world.startBroker('second', { region: 'two' });
  await world.startBroker('third', { region: 'three' });
  const agentOf = new Map<TestCluster, TestAgent>();
  const leaving: TestCluster[] = [];
  const staying: TestCluster[] = [];
  while (agentOf.size < LEAVING + STAYING) {
    const cluster = await world.addCluster();
    if (placeAt(1, cluster) !== 'busy') continue;
    const [group, size] = placeAt(0.8, cluster) === 'calm' ? [leaving, LEAVING] : [staying, STAYING];
    if (group.length === size) continue;
    group.push(cluster);
    const agent = new TestAgent(cluster.agent, (_request, answer) => answer.end('ok'));
    agents.push(agent);
    agentOf.set(cluster, agent);
    await agent.dial(await world.endpoint(cluster, 'busy'));
  }

  // Its load is its sessions: full. After half a minute of that it gives up a fifth of its weight.
  await expect
    .poll(() => Promise.all(leaving.map(placeOf)), { timeout: 60_000, interval: 500 })
    .toEqual(leaving.map(() => 'calm'));
  expect(await Promise.all(staying.map(placeOf))).toEqual(staying.map(() => 'busy'));

  const obedient = leaving[0]!;
  const agent = agentOf.get(obedient)!;
  const [old] = agent.sessions;
  expect(await ask(busy.edge.http, obedient.host)).toBe(200);
  // It brings the new tunnel up first and then hears from the old broker that it should leave, without a break.
  const hint = once(old!, 'goAway');
  await agent.dial(await world.endpoint(obedient, 'calm'));
  const told = new AbortController();
  void hint.then(() => told.abort());
  const statuses = new Set<number | undefined>();
  const isSynced = async () => {
    for (const { edge } of [busy, calm]) statuses.add(await ask(edge.http, obedient.host));
    return told.signal.aborted;
  };
  await expect.poll(isSynced, { timeout: 45_000, interval: 20 }).toBe(true);
  expect([...statuses]).toEqual([200]);
  await expect.poll(() => old!.closed, { timeout: 35_000 }).toBe(true);
  expect(await ask(busy.edge.http, obedient.host)).toBe(200);
}, 120_000);
