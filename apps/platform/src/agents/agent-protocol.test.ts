import { X509Certificate } from 'node:crypto';
import { zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createCluster,
  deleteCluster,
  getCluster,
  listClusters,
  rotateClusterToken,
  revokeClusterToken,
} from '@portolan/contract/clusters';
import type { LinkResponse } from '@portolan/contract/agent';
import type { DesiredState } from '@portolan/contract/desired-state';
import { createKey, listKeys, updateKey } from '@portolan/contract/keys';
import { getResource, listApis, listProblems, listResources } from '@portolan/contract/resources';
import { createUser, deleteGroup, updateUser } from '@portolan/contract/users';
import { linkAgent, relayAgent, type RelayedAgent } from '../testing/relayed-agent.ts';
import { AgentKey, withTickets } from '../testing/agent-key.ts';
import { domains } from '../domains/schema.ts';
import { listEdgeHosts } from '../domains/store.ts';
import { startTestPlatform, type TestPlatform } from '../testing/platform.ts';

let portolan: TestPlatform;
let agent: RelayedAgent;
let linked: LinkResponse;
const key = new AgentKey();
const params = { workspace: 'default' };

beforeAll(async () => {
  portolan = await startTestPlatform();
  const { status, body } = await linkAgent(portolan, portolan.bootstrap.agentToken, 'uid-1', { key });
  expect(status).toBe(200);
  linked = body;
  agent = await relayAgent(portolan, { clusterId: portolan.bootstrap.clusterId, workspace: 'default' });
});

afterAll(async () => {
  agent.close();
  await portolan.close();
});

const file = { kind: 'file', file: 'gateway.yaml', line: 3 };
const gateway = (name: string, spec: object = {}) => ({
  key: `APIGateway.hub.traefik.io//${name}`,
  owner: file,
  object: { apiVersion: 'hub.traefik.io/v1alpha1', kind: 'APIGateway', metadata: { name }, spec },
});
const snapshot = (sequence: number, objects: object[], problems: object[] = []) =>
  agent.call('PUT', '/agent/v1/resources', { sequence, objects, problems });
const delta = (base: number, sequence: number, change: object) =>
  agent.call('PATCH', '/agent/v1/resources', { base, sequence, upserts: [], deletes: [], ...change });
/** The desired state as soon as it is like that. */
async function desired(
  isWanted: (state: DesiredState) => boolean,
): Promise<{ revision: number; state: DesiredState }> {
  const followed = await agent.follow();
  let state: DesiredState | null = null;
  for (;;) {
    const message = await followed.next();
    if (message.type === 'snapshot') state = message.state;
    else if (message.type === 'patch' && state) state = Object.assign(state, message.sections);
    if (!state || !isWanted(state)) continue;
    followed.end();
    return { revision: message.revision, state };
  }
}
const hasDomainOf = (name: string) => (state: DesiredState) =>
  state.domains.some(({ key }) => key.endsWith(`/${name}`));
const problem = {
  code: 'schema',
  severity: 'error',
  file: 'a.yaml',
  line: 7,
  kind: 'API',
  namespace: 'x',
  name: 'broken',
  field: 'spec',
  message: 'no',
};

test('links a cluster, and refuses unknown tokens and the credential of another cluster with what to do', async () => {
  const { agentToken } = portolan.bootstrap;
  const { credential } = linked;
  expect(linked).toMatchObject({ clusterName: 'local', workspace: 'default' });
  const again = await linkAgent(portolan, agentToken, 'uid-1', { key });
  expect(again).toMatchObject({ status: 200, body: { credential: { id: credential!.id } } });
  const ticket = withTickets(key, credential!).ticket('link');
  expect(await linkAgent(portolan, ticket)).toMatchObject({ status: 200, body: { clusterName: 'local' } });
  expect((await linkAgent(portolan, ticket)).body.credential).toBeUndefined();
  expect(await linkAgent(portolan, ticket, 'uid-2')).toMatchObject({
    status: 409,
    body: { error: { code: 'token-in-use', fix: expect.stringContaining('replace the token') } },
  });
  expect(await linkAgent(portolan, `${agentToken}x`)).toMatchObject({
    status: 401,
    body: { error: { code: 'invalid-token' } },
  });
});

test('exchanges a token once: another key is refused from then on', async () => {
  const stranger = await linkAgent(portolan, portolan.bootstrap.agentToken);
  expect(stranger).toMatchObject({
    status: 401,
    body: { error: { code: 'invalid-token', message: expect.stringContaining('already used') } },
  });
  const keyless = await fetch(`${portolan.url}/agent/v1/link`, {
    method: 'POST',
    headers: { authorization: `Bearer ${portolan.bootstrap.agentToken}` },
    body: JSON.stringify({ clusterUid: 'uid-1', agentVersion: '0', source: 's' }),
  });
  expect(keyless.status).toBe(400);
});

test('looks at the token before it reads a body, and takes no large one to link', async () => {
  const link = (token: string, body: Buffer) =>
    fetch(`${portolan.url}/agent/v1/link`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-encoding': 'zstd' },
      body: new Uint8Array(body),
    });
  const bomb = zstdCompressSync(Buffer.alloc(8 * 1024 * 1024));
  expect((await link(`${portolan.bootstrap.agentToken}x`, Buffer.from('not zstd'))).status).toBe(401);
  expect((await link(`${portolan.bootstrap.agentToken}x`, bomb)).status).toBe(401);
  expect((await link(portolan.bootstrap.agentToken, bomb)).status).toBe(413);
});

test('a replaced token stops working at once, and lets another cluster take the place', async () => {
  const { token, id } = await portolan.owner.call(createCluster, { params, body: { name: 'second' } });
  expect(await linkAgent(portolan, token, 'uid-a')).toMatchObject({ status: 200, body: { clusterId: id } });
  const rotated = await portolan.owner.call(rotateClusterToken, { params: { ...params, cluster: 'second' } });
  expect(await linkAgent(portolan, token, 'uid-a')).toMatchObject({ status: 401 });
  expect(await linkAgent(portolan, rotated.token, 'uid-b')).toMatchObject({ status: 200 });
  await portolan.owner.call(revokeClusterToken, { params: { ...params, cluster: id } });
  expect(await linkAgent(portolan, rotated.token, 'uid-b')).toMatchObject({ status: 401 });
  await expect(
    portolan.owner.call(createCluster, { params, body: { name: 'second' } }),
  ).rejects.toMatchObject({ code: 'already-exists' });
  await portolan.owner.call(deleteCluster, { params: { ...params, cluster: id } });
  await expect(portolan.owner.call(getCluster, { params: { ...params, cluster: id } })).rejects.toMatchObject(
    { code: 'not-found' },
  );
});

test('takes a snapshot, then deltas; a repeated one changes nothing and a gap asks for a snapshot', async () => {
  expect(await snapshot(100, [gateway('one'), gateway('two')], [problem])).toEqual({
    status: 200,
    body: { sequence: 100 },
  });
  const list = () => portolan.owner.call(listResources, { params, query: { filter: 'kind:APIGateway' } });
  expect((await list()).items.map(({ name }) => name)).toEqual(['one', 'two']);
  const change = { deletes: ['APIGateway.hub.traefik.io//two'], upserts: [gateway('three')], problems: [] };
  for (const _ of [1, 2])
    expect(await delta(100, 101, change)).toEqual({ status: 200, body: { sequence: 101 } });
  expect((await list()).items.map(({ name }) => name)).toEqual(['one', 'three']);
  expect(await delta(100, 102, change)).toMatchObject({
    status: 409,
    body: { error: { code: 'sequence-gap' } },
  });
  expect((await portolan.owner.call(listProblems, { params, query: {} })).items).toEqual([]);
  await snapshot(200, [gateway('four')], [problem]);
  expect((await list()).items.map(({ name, owner, state }) => ({ name, owner, state }))).toEqual([
    { name: 'four', owner: file, state: 'synced' },
  ]);
  expect((await portolan.owner.call(listProblems, { params, query: {} })).items).toMatchObject([
    { file: 'a.yaml', line: 7, name: 'broken', message: 'no' },
  ]);
});

test('a problem keeps its age over repeated reports', async () => {
  await snapshot(300, [], [problem]);
  const list = () => portolan.owner.call(listProblems, { params, query: {} });
  const [first] = (await list()).items;
  await snapshot(301, [], [problem, { ...problem, message: 'another' }]);
  const again = (await list()).items.find(({ message }) => message === 'no');
  expect(again?.since).toBe(first?.since);
});

test('refuses a report that is not one, and says where', async () => {
  expect(
    await agent.call('PUT', '/agent/v1/resources', { sequence: 'x', objects: [], problems: [] }),
  ).toMatchObject({
    status: 400,
    body: { error: { code: 'invalid-request', message: expect.stringContaining('sequence') } },
  });
});

test('an object made again under its name has its domain again, and nobody else has it', async () => {
  await snapshot(400, [gateway('shop', { customDomains: ['shop.example', 'shop.company.com'] })]);
  const [before] = (await desired((state) => hasDomainOf('shop')(state) && state.domains.length === 1)).state
    .domains;
  expect(before).toEqual({
    key: 'APIGateway.hub.traefik.io//shop',
    generated: expect.stringMatching(/^shop-[0-9a-z]{8}\.edge\.localhost$/),
    custom: ['shop.example'],
  });
  await snapshot(401, []);
  await desired((state) => state.domains.length === 0);
  await snapshot(402, [gateway('shop'), gateway('other', { customDomains: [before!.generated] })]);
  const { domains } = (await desired(hasDomainOf('other'))).state;
  expect(domains.find(({ key }) => key.endsWith('shop'))?.generated).toBe(before!.generated);
  expect(domains.find(({ key }) => key.endsWith('other'))?.custom).toEqual([]);
});

test('a generated host is nobody else’s, also while its object is gone, and cannot be asked for', async () => {
  const hostsOf = async () =>
    (await listEdgeHosts(portolan.platform.db))
      .map(({ host }) => host)
      .filter((host) => !host.startsWith('x'));
  await snapshot(430, [gateway('mine')]);
  const [held] = (await desired(hasDomainOf('mine'))).state.domains;
  const host = held!.generated!;
  expect(await hostsOf()).toContain(host);
  await snapshot(431, []);
  expect(await hostsOf()).not.toContain(host);
  await portolan.createWorkspace('rival');
  const { client } = await portolan.signInAs('owner', 'rival');
  const { id } = await client.call(createCluster, {
    params: { workspace: 'rival' },
    body: { name: 'local' },
  });
  const rival = await relayAgent(portolan, { clusterId: id, workspace: 'rival' });
  const claims = { customDomains: [host, 'edge.localhost', 'a..test', '-a.test', 'a-.test', 'rival.test'] };
  const report = { sequence: 1, objects: [gateway('mine', claims)], problems: [] };
  await rival.call('PUT', '/agent/v1/resources', report);
  const theirs = await hostsOf();
  expect(theirs).toHaveLength(2);
  expect(theirs).toContain('rival.test');
  expect(theirs).not.toContain(host);
  await snapshot(432, [gateway('mine')]);
  expect(await hostsOf()).toContain(host);
  rival.close();
});

test('a custom domain stays with who has it; who else wants it has a problem, until it is free', async () => {
  const { client } = await portolan.signInAs('owner', 'rival');
  const theirs = { workspace: 'rival' };
  const [{ id } = { id: '' }] = (await client.call(listClusters, { params: theirs, query: {} })).items;
  const rival = await relayAgent(portolan, { clusterId: id, workspace: 'rival' });
  await snapshot(440, [gateway('first', { customDomains: ['wanted.test'] })]);
  const claim = (sequence: number) => ({
    sequence,
    objects: [gateway('second', { customDomains: ['wanted.test'] })],
    problems: [problem],
  });
  await rival.call('PUT', '/agent/v1/resources', claim(2));
  const problemsOf = async () => (await client.call(listProblems, { params: theirs, query: {} })).items;
  expect(await problemsOf()).toContainEqual(
    expect.objectContaining({ code: 'domain-taken', kind: 'APIGateway', name: 'second', severity: 'error' }),
  );
  expect((await portolan.owner.call(listProblems, { params, query: {} })).items).toEqual([]);
  await snapshot(441, [gateway('first')]);
  await rival.call('PUT', '/agent/v1/resources', claim(3));
  expect((await problemsOf()).map(({ code }) => code)).toEqual(['schema']);
  rival.close();
});

test('a host that was generated before hosts were random stays as it is', async () => {
  const { db } = portolan.platform;
  const { clusterId } = portolan.bootstrap;
  const host = 'legacy-0a1b2c3d.edge.localhost';
  const objectKey = 'APIGateway.hub.traefik.io//legacy';
  await db.insert(domains).values({ host, workspaceId: 'default', clusterId, objectKey, kind: 'generated' });
  await snapshot(450, [gateway('legacy')]);
  const { state } = await desired(hasDomainOf('legacy'));
  expect(state.domains.find(({ key }) => key === objectKey)?.generated).toBe(host);
});

test('issues a certificate for each generated domain, which the authority vouches for', async () => {
  await snapshot(500, [gateway('tls')]);
  // Without what the test before left, which goes a moment later than this comes.
  const { state } = await desired((one) => hasDomainOf('tls')(one) && one.certificates.length === 1);
  const [issued] = state.certificates;
  const [leaf, authority] = issued!.cert
    .split(/(?<=-----END CERTIFICATE-----)\n/)
    .filter(Boolean)
    .map((pem) => new X509Certificate(pem));
  expect(leaf!.checkHost(issued!.hosts[0]!)).toBe(issued!.hosts[0]);
  expect(leaf!.verify(authority!.publicKey)).toBe(true);
  expect(leaf!.checkIssued(authority!)).toBe(true);
  await snapshot(501, [gateway('tls', { apiAccesses: ['x'] })]);
  expect((await desired(hasDomainOf('tls'))).state.certificates).toEqual(state.certificates);
});

test('pushes every change of keys, users and groups as a patch, and resumes by revision', async () => {
  const followed = await agent.follow();
  const first = await followed.next();
  const user = await portolan.owner.call(createUser, {
    params,
    body: { email: 'ann@example.com', firstName: 'Ann', groups: ['crew'] },
  });
  const started = performance.now();
  const key = await portolan.owner.call(createKey, { params, body: { user: user.id, name: 'laptop' } });
  const patch = await followed.next();
  expect(performance.now() - started).toBeLessThan(1000);
  expect(patch).toMatchObject({
    type: 'patch',
    base: first.revision,
    keys: {
      remove: [],
      upsert: [{ id: key.id, email: 'ann@example.com', groups: ['crew'], suspended: false }],
    },
    sections: {},
  });
  expect(JSON.stringify(patch)).not.toContain(key.key);
  await portolan.owner.call(updateUser, {
    params: { ...params, user: user.id },
    body: { groups: ['pilots'] },
  });
  expect(await followed.next()).toMatchObject({ keys: { upsert: [{ groups: ['pilots'] }] } });
  await portolan.owner.call(updateKey, { params: { ...params, key: key.id }, body: { state: 'suspended' } });
  const suspended = await followed.next();
  expect(suspended).toMatchObject({ keys: { upsert: [{ suspended: true }] } });
  const resumed = await agent.follow(patch.revision);
  expect(await resumed.next()).toMatchObject({
    type: 'patch',
    base: patch.revision,
    revision: suspended.revision,
  });
  const stranger = await agent.follow(999_999);
  expect(await stranger.next()).toMatchObject({ type: 'snapshot', revision: suspended.revision });
  for (const stream of [followed, resumed, stranger]) stream.end();
});

test('a group that is gone is gone from the keys', async () => {
  const user = await portolan.owner.call(createUser, {
    params,
    body: { email: 'bob@example.com', groups: ['temporary'] },
  });
  const followed = await agent.follow();
  await followed.next();
  const { id } = await portolan.owner.call(createKey, { params, body: { user: user.id, name: 'k' } });
  await followed.next();
  await portolan.owner.call(deleteGroup, { params: { ...params, group: 'temporary' } });
  expect(await followed.next()).toMatchObject({ keys: { upsert: [{ id, groups: [] }] } });
  followed.end();
});

test('notes which revision is in force, never one that was not asked for', async () => {
  await snapshot(550, [gateway('applied')]);
  const message = await desired(hasDomainOf('applied'));
  const revision = async () =>
    (await portolan.owner.call(getCluster, { params: { ...params, cluster: 'local' } })).revision;
  expect(await agent.call('POST', '/agent/v1/state/applied', { revision: message.revision })).toMatchObject({
    status: 204,
  });
  expect(await revision()).toEqual({ desired: message.revision, applied: message.revision });
  await agent.call('POST', '/agent/v1/state/applied', { revision: message.revision + 50 });
  await agent.call('POST', '/agent/v1/state/applied', { revision: message.revision - 1 });
  expect((await revision()).applied).toBe(message.revision);
});

test('notes the use of keys of its own workspace only, and never in the future', async () => {
  const user = await portolan.owner.call(createUser, { params, body: { email: 'use@example.com' } });
  const key = await portolan.owner.call(createKey, { params, body: { user: user.id, name: 'k' } });
  const usedAt = async () =>
    (await portolan.owner.call(listKeys, { params, query: { filter: `id=${key.id}` } })).items[0]?.lastUsedAt;
  await portolan.createWorkspace('elsewhere');
  const { client } = await portolan.signInAs('owner', 'elsewhere');
  const other = await client.call(createCluster, {
    params: { workspace: 'elsewhere' },
    body: { name: 'theirs' },
  });
  const stranger = await relayAgent(portolan, { clusterId: other.id, workspace: 'elsewhere' });
  const at = new Date().toISOString();
  await stranger.call('POST', '/agent/v1/keys/used', { used: [{ id: key.id, at }] });
  expect(await usedAt()).toBeNull();
  await agent.call('POST', '/agent/v1/keys/used', { used: [{ id: key.id, at: '2999-01-01T00:00:00Z' }] });
  expect(Date.parse((await usedAt()) ?? '')).toBeLessThanOrEqual(Date.now() + 1000);
  stranger.close();
});

test('an agent of one workspace is told nothing of another, and reports nothing there', async () => {
  const { client } = await portolan.signInAs('owner', 'elsewhere');
  const theirs = { workspace: 'elsewhere' };
  const other = await client.call(createCluster, { params: theirs, body: { name: 'mine' } });
  await linkAgent(portolan, other.token, 'uid-mine');
  const stranger = await relayAgent(portolan, { clusterId: other.id, workspace: 'elsewhere' });
  const message = await (await stranger.follow()).next();
  expect(message).toMatchObject({
    type: 'snapshot',
    state: { keys: [], domains: [], certificates: [], objects: [] },
  });
  await stranger.call('PUT', '/agent/v1/resources', {
    sequence: 1,
    objects: [gateway('shop')],
    problems: [],
  });
  const seen = await portolan.owner.call(listResources, { params, query: { filter: 'cluster=mine' } });
  expect(seen.items).toEqual([]);
  const [shop] = (await client.call(listResources, { params: theirs, query: {} })).items;
  expect(shop).toMatchObject({ name: 'shop', cluster: 'mine' });
  stranger.close();
});

test('shows APIs with versions, access and gateways, compiled by the gateway’s own rules', async () => {
  const hub = (kind: string, name: string, spec: object, namespace?: string) => ({
    key: `${kind}.hub.traefik.io/${namespace ?? ''}/${name}`,
    owner: file,
    urls: kind === 'API' ? ['https://edge.example/flights'] : [],
    object: {
      apiVersion: 'hub.traefik.io/v1alpha1',
      kind,
      metadata: { name, ...(namespace ? { namespace } : {}) },
      spec,
    },
  });
  await snapshot(600, [
    hub(
      'API',
      'flights',
      { pathPrefix: '/flights', service: { name: 'flights', port: { number: 80 } } },
      'air',
    ),
    hub('APIAccess', 'crew', { groups: ['crew'], apis: [{ name: 'flights', namespace: 'air' }] }),
    hub('APIGateway', 'public', { apiAccesses: ['crew'] }),
    {
      key: 'Service./air/flights',
      owner: file,
      object: {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'flights', namespace: 'air' },
        spec: { type: 'ExternalName', externalName: 'localhost', ports: [{ port: 80 }] },
      },
    },
  ]);
  const page = await portolan.owner.call(listApis, { params, query: {} });
  expect(page.items).toMatchObject([
    {
      name: 'flights',
      namespace: 'air',
      pathPrefix: '/flights',
      gateways: ['public'],
      access: [{ name: 'crew', groups: ['crew'], any: false }],
      urls: ['https://edge.example/flights'],
      rate: { requestsPerSecond: 0 },
    },
  ]);
  const detail = await portolan.owner.call(getResource, {
    params,
    query: { key: 'API.hub.traefik.io/air/flights' },
  });
  expect(detail.object['spec']).toMatchObject({ pathPrefix: '/flights' });
});
