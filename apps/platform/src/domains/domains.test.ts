import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
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

// More checks than administrators may ask for.
beforeEach(() => portolan.platform.db.execute(sql`delete from rate_limits`));

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
  await claim(agent, 'co.uk', '*.co.uk', '*', '*.*.example.com', 'xn--a-ecp.ru', 'github.io', 'air.example');
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

test('a record that is left behind leads nobody else here, nor does the proof of a workspace that is gone', async () => {
  await portolan.createWorkspace('gone');
  const gone = (await portolan.signInAs('owner', 'gone')).client;
  const cluster = await gone.call(createCluster, { params: { workspace: 'gone' }, body: { name: 'c' } });
  await linkAgent(portolan, cluster.token, 'uid-3', { key: new AgentKey() });
  const former = await relayAgent(portolan, { clusterId: cluster.id, workspace: 'gone' });
  await claim(former, 'www.shop-five.com');
  const theirs = await gone.call(getDomain, { params: { workspace: 'gone', domain: 'www.shop-five.com' } });
  for (const { type, name, value } of theirs.records)
    if (type === 'TXT') dns.setTexts(name, value);
    else dns.setAlias(name, value);
  const served = await gone.call(checkDomain, { params: { workspace: 'gone', domain: 'www.shop-five.com' } });
  expect(served).toMatchObject({ state: 'verified', seen: { leadsHere: true } });
  former.close();
  await portolan.platform.db.execute(sql`delete from workspaces where id = 'gone'`);
  expect(await clusterServing('www.shop-five.com')).toBe(null);
  // Both records of the former workspace are still in DNS.
  await claim(rival.agent, 'www.shop-five.com');
  const params = { workspace: 'rival', domain: 'www.shop-five.com' };
  expect(await rival.client.call(checkDomain, { params })).toMatchObject({
    state: 'pending',
    seen: { leadsHere: false },
  });
  expect(await clusterServing('www.shop-five.com')).toBe(null);
});

test('a wildcard neither takes hosts of others nor lets them take hosts below it', async () => {
  await claim(agent, '*.shop-six.com');
  const { name, value } = await recordOf('*.shop-six.com', 'TXT');
  expect(name).toBe('_portolan.shop-six.com');
  dns.setTexts(name, value);
  expect(await check('*.shop-six.com')).toMatchObject({ state: 'verified', isServed: true });
  await claim(rival.agent, 'admin.shop-six.com', '*.shop-seven.com');
  const checkTheirs = (domain: string) =>
    rival.client.call(checkDomain, { params: { workspace: 'rival', domain } });
  expect(await checkTheirs('admin.shop-six.com')).toMatchObject({ state: 'pending', isServed: false });
  await claim(agent, '*.shop-six.com', 'www.shop-seven.com');
  const ours = await recordOf('www.shop-seven.com', 'TXT');
  dns.setTexts(ours.name, ours.value);
  expect(await check('www.shop-seven.com')).toMatchObject({ state: 'verified' });
  expect(await checkTheirs('*.shop-seven.com')).toMatchObject({ state: 'pending', isServed: false });
  expect(await clusterServing('www.shop-seven.com')).toBe(portolan.bootstrap.clusterId);
});

test('DNS that lies in any way makes nobody an owner', async () => {
  await claim(agent, 'lies.shop-eight.com');
  const { name, value } = await recordOf('lies.shop-eight.com', 'TXT');
  const lies: [string, () => void][] = [
    [
      'a hundred other texts',
      () => dns.setTexts(name, ...Array.from({ length: 100 }, (_, at) => `text ${at}`)),
    ],
    ['a part of the proof', () => dns.setTexts(name, value.slice(0, -1))],
    ['the proof inside of another text', () => dns.setTexts(name, `${value} and more`)],
    ['aliases in a circle', () => (dns.setTexts(name), dns.setAlias(name, name))],
    ['silence', () => dns.fail('silence')],
  ];
  const outcomes: [string, string, boolean][] = [];
  for (const [what, lie] of lies) {
    lie();
    const { state, isServed } = await check('lies.shop-eight.com');
    outcomes.push([what, state, isServed]);
  }
  expect(outcomes).toEqual(lies.map(([what]) => [what, 'pending', false]));
  dns.fail(null);
});

test('a domain that is no longer declared is forgotten', async () => {
  await claim(agent);
  await expect(find('api.shop-one.com')).rejects.toMatchObject({ code: 'not-found' });
});
