import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCluster } from '@portolan/contract/clusters';
import type { Client } from '@portolan/contract/client';
import { checkDomain, getDomain, listDomains } from '@portolan/contract/domains';
import { listProblems } from '@portolan/contract/resources';
import { AgentKey } from '../testing/agent-key.ts';
import { DnsServer } from '../testing/dns-server.ts';
import { startTestPlatform, type TestPlatform } from '../testing/platform.ts';
import { linkAgent, relayAgent, type RelayedAgent } from '../testing/relayed-agent.ts';
import { listEdgeHosts } from './store.ts';

let dns: DnsServer;
let portolan: TestPlatform;
let agent: RelayedAgent;
let rival: { readonly agent: RelayedAgent; readonly client: Client };
const params = { workspace: 'default' };

beforeAll(async () => {
  dns = await DnsServer.start();
  portolan = await startTestPlatform({}, undefined, ['--dns-servers', dns.address]);
  const { agentToken, clusterId } = portolan.bootstrap;
  expect(await linkAgent(portolan, agentToken, 'uid-1', { key: new AgentKey() })).toMatchObject({
    status: 200,
  });
  agent = await relayAgent(portolan, { clusterId, workspace: 'default' });
  await portolan.createWorkspace('rival');
  const { client } = await portolan.signInAs('owner', 'rival');
  const cluster = await client.call(createCluster, {
    params: { workspace: 'rival' },
    body: { name: 'theirs' },
  });
  expect(await linkAgent(portolan, cluster.token, 'uid-2', { key: new AgentKey() })).toMatchObject({
    status: 200,
  });
  rival = { client, agent: await relayAgent(portolan, { clusterId: cluster.id, workspace: 'rival' }) };
});

afterAll(async () => {
  agent.close();
  rival.agent.close();
  await portolan.close();
  dns.close();
});

let sequence = 0;
async function claim(of: RelayedAgent, ...customDomains: string[]): Promise<void> {
  sequence += 1;
  const object = {
    apiVersion: 'hub.traefik.io/v1alpha1',
    kind: 'APIGateway',
    metadata: { name: 'public' },
    spec: { customDomains },
  };
  const reported = {
    key: 'APIGateway.hub.traefik.io//public',
    owner: { kind: 'file', file: 'g.yaml', line: 1 },
    object,
  };
  await of.call('PUT', '/agent/v1/resources', { sequence, objects: [reported], problems: [] });
}

const find = (host: string) => portolan.owner.call(getDomain, { params: { ...params, domain: host } });
const check = (host: string) => portolan.owner.call(checkDomain, { params: { ...params, domain: host } });
const recordOf = async (host: string, type: string) => {
  const record = (await find(host)).records.find((each) => each.type === type);
  if (!record) throw new Error(`no ${type} record for ${host}`);
  return record;
};
const clusterServing = async (host: string) =>
  (await listEdgeHosts(portolan.platform.db)).find((edge) => edge.host === host)?.clusterId ?? null;
const problemCodes = async () =>
  (await portolan.owner.call(listProblems, { params, query: {} })).items.map(({ code }) => code);

test('a custom domain is served once its owner publishes the proof, not before', async () => {
  await claim(agent, 'api.shop-one.com');
  expect(await find('api.shop-one.com')).toMatchObject({ state: 'pending', isServed: false });
  expect(await clusterServing('api.shop-one.com')).toBe(null);
  expect(await problemCodes()).toEqual(['domain-unproved']);
  const { name, value } = await recordOf('api.shop-one.com', 'TXT');
  expect(name).toBe('_portolan.shop-one.com');
  dns.setTexts(name, 'v=spf1 -all', value);
  dns.setAlias('api.shop-one.com', (await recordOf('api.shop-one.com', 'CNAME')).value);
  await expect
    .poll(() => clusterServing('api.shop-one.com'), { timeout: 30_000 })
    .toBe(portolan.bootstrap.clusterId);
  expect(await check('api.shop-one.com')).toMatchObject({
    state: 'verified',
    seen: { leadsHere: true, texts: ['v=spf1 -all', value], unknown: null },
  });
  expect(await problemCodes()).toEqual([]);
});

test('one proof at the registered domain holds for all hosts below it, one at a host only for that host', async () => {
  await claim(agent, 'api.shop-one.com', 'eu.shop-one.com', 'a.shop-two.co.uk', 'b.shop-two.co.uk');
  expect(await check('eu.shop-one.com')).toMatchObject({ state: 'verified' });
  const { name, value } = await recordOf('a.shop-two.co.uk', 'TXT');
  expect(name).toBe('_portolan.shop-two.co.uk');
  dns.setTexts('_portolan.a.shop-two.co.uk', value);
  expect(await check('a.shop-two.co.uk')).toMatchObject({ state: 'verified' });
  expect(await check('b.shop-two.co.uk')).toMatchObject({ state: 'pending' });
});

test('public suffixes are no domains; names that nobody can own need no proof', async () => {
  await claim(agent, 'co.uk', 'github.io', 'air.example');
  const { items } = await portolan.owner.call(listDomains, { params, query: { filter: 'kind=custom' } });
  expect(items.map(({ host, state }) => [host, state])).toEqual([['air.example', 'served']]);
});

test('a proof that disappears puts the domain at risk; failing DNS changes nothing', async () => {
  await claim(agent, 'api.shop-three.com');
  const { name, value } = await recordOf('api.shop-three.com', 'TXT');
  dns.setTexts(name, value);
  expect(await check('api.shop-three.com')).toMatchObject({ state: 'verified' });
  dns.fail('SERVFAIL');
  expect(await check('api.shop-three.com')).toMatchObject({
    state: 'verified',
    seen: { unknown: expect.stringContaining('SERVFAIL') },
  });
  dns.fail(null);
  dns.setTexts(name, 'something else');
  expect(await check('api.shop-three.com')).toMatchObject({ state: 'at-risk', isServed: true });
  expect(await problemCodes()).toEqual(['domain-at-risk']);
  await portolan.platform.db.execute(
    sql`update domain_claims set missing_since = now() - interval '7 days' where host = 'api.shop-three.com'`,
  );
  expect(await check('api.shop-three.com')).toMatchObject({ state: 'lost', isServed: false });
  expect(await clusterServing('api.shop-three.com')).toBe(null);
});

test('a claim of a stranger neither blocks nor takes a domain; the owner moves it by the proof', async () => {
  await claim(rival.agent, 'api.shop-four.com');
  await claim(agent, 'api.shop-four.com');
  const ours = await recordOf('api.shop-four.com', 'TXT');
  dns.setTexts(ours.name, ours.value);
  expect(await check('api.shop-four.com')).toMatchObject({ state: 'verified' });
  const theirParams = { workspace: 'rival', domain: 'api.shop-four.com' };
  const theirs = await rival.client.call(getDomain, { params: theirParams });
  const theirValue = theirs.records.find(({ type }) => type === 'TXT')?.value ?? '';
  expect(theirValue).not.toBe(ours.value);
  const checkTheirs = () => rival.client.call(checkDomain, { params: theirParams });
  expect(await checkTheirs()).toMatchObject({ state: 'pending' });
  // Both prove it: the move waits for a day.
  dns.setTexts(ours.name, ours.value, theirValue);
  expect(await checkTheirs()).toMatchObject({ state: 'pending', movesAt: expect.any(String) });
  expect(await clusterServing('api.shop-four.com')).toBe(portolan.bootstrap.clusterId);
  // Only the new workspace proves it: it moves at once.
  dns.setTexts(ours.name, theirValue);
  expect(await checkTheirs()).toMatchObject({ state: 'verified' });
  expect(await clusterServing('api.shop-four.com')).toBe(theirs.clusterId);
  expect(await find('api.shop-four.com')).toMatchObject({ state: 'lost' });
});

test('a domain that is no longer declared is forgotten', async () => {
  await claim(agent);
  await expect(find('api.shop-one.com')).rejects.toMatchObject({ code: 'not-found' });
});
