import { afterAll, beforeAll, expect, test } from 'vitest';
import { listAudit } from '@portolan/contract/audit';
import { getChangeSet, listChangeSets, planChanges, rollBack } from '@portolan/contract/changes';
import { applyResources, deleteResource, getResource } from '@portolan/contract/resources';
import { createGroup, createUser, deleteGroup, planGroup, updateUser } from '@portolan/contract/users';
import { startTestPlatform, type TestPlatform } from '../testing/platform.ts';
import { linkAgent, relayAgent, type RelayedAgent } from '../testing/relayed-agent.ts';

let portolan: TestPlatform;
let agent: RelayedAgent;
const params = { workspace: 'default' };

const hub = (kind: string, name: string, spec: object, labels?: Record<string, string>) => ({
  apiVersion: 'hub.traefik.io/v1alpha1',
  kind,
  metadata: { name, ...(labels ? { labels } : {}) },
  spec,
});
const inAir = (object: ReturnType<typeof hub>) => ({
  ...object,
  metadata: { ...object.metadata, namespace: 'air' },
});
const flights = (pathPrefix = '/flights') =>
  inAir(hub('API', 'flights', { pathPrefix, service: { name: 'flights', port: { number: 80 } } }));
const access = (name: string, groups: string[], labels?: Record<string, string>) =>
  hub('APIAccess', name, { groups, apis: [{ name: 'flights', namespace: 'air' }] }, labels);
const gateway = (...apiAccesses: string[]) => hub('APIGateway', 'public', { apiAccesses });
const key = (kind: string, name: string, namespace = '') => `${kind}.hub.traefik.io/${namespace}/${name}`;
const FLIGHTS = key('API', 'flights', 'air');

type Extra = { prune?: object; revision?: number; dryRun?: boolean };
const plan = (objects: object[], extra: Extra = {}) =>
  portolan.owner.call(planChanges, { params, body: { objects: objects as never, ...extra } });
const apply = (objects: object[], extra: Extra = {}) =>
  portolan.owner.call(applyResources, { params, body: { objects: objects as never, ...extra } });
const back = (revision: number, body: { dryRun?: boolean; seen?: number } = {}) =>
  portolan.owner.call(rollBack, { params: { ...params, revision }, body });
const get = (name: string) =>
  portolan.owner.call(getResource, { params, query: { key: name } }).then(({ object }) => object);
const history = (query: object = {}) => portolan.owner.call(listChangeSets, { params, query });

beforeAll(async () => {
  portolan = await startTestPlatform();
  await linkAgent(portolan, portolan.bootstrap.agentToken);
  agent = await relayAgent(portolan, { clusterId: portolan.bootstrap.clusterId, workspace: 'default' });
  await agent.call('PUT', '/agent/v1/resources', {
    sequence: 1,
    problems: [],
    objects: [
      {
        key: key('APIAccess', 'theirs'),
        owner: { kind: 'gitops', tool: 'Argo CD', application: 'shop' },
        object: access('theirs', ['x']),
      },
      {
        key: 'Service./air/flights',
        owner: { kind: 'cluster' },
        object: {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: 'flights', namespace: 'air' },
          spec: { type: 'ExternalName', externalName: 'localhost', ports: [{ port: 80 }] },
        },
      },
    ],
  });
  for (const [email, ...groups] of [
    ['ann@example.com', 'crew'],
    ['bob@example.com', 'crew', 'pilots'],
    ['cid@example.com', 'pilots'],
    ['dee@example.com'],
  ] as const)
    await portolan.owner.call(createUser, { params, body: { email, groups: [...groups] } });
  const gone = await portolan.owner.call(createUser, {
    params,
    body: { email: 'gone@example.com', groups: ['crew'] },
  });
  await portolan.owner.call(updateUser, {
    params: { ...params, user: gone.id },
    body: { state: 'disabled' },
  });
});

afterAll(async () => {
  agent.close();
  await portolan.close();
});

test('what a group’s name carries is told before it is renamed or deleted', async () => {
  const { id } = await portolan.owner.call(createGroup, { params, body: { name: 'x' } });
  const impact = (group: string) => portolan.owner.call(planGroup, { params: { ...params, group } });
  expect(await impact('x')).toEqual({
    group: 'x',
    members: 0,
    apis: [],
    objects: [{ cluster: 'local', kind: 'APIAccess', namespace: null, name: 'theirs' }],
  });
  expect(await impact('crew')).toMatchObject({ members: 3, objects: [] });
  await portolan.owner.call(deleteGroup, { params: { ...params, group: id } });
  await expect(impact('x')).rejects.toMatchObject({ code: 'not-found' });
});

test('a plan tells each difference and who is affected, and writes nothing', async () => {
  const set = [flights(), access('crew', ['crew']), gateway('crew')];
  const planned = await plan(set);
  expect(planned).toMatchObject({
    applicable: true,
    counts: { create: 3, update: 0, unchanged: 0, delete: 0 },
    affected: [
      {
        key: FLIGHTS,
        what: ['access', 'paths'],
        groups: { gained: ['crew'], lost: [], changed: [] },
        users: { gained: 2, lost: 0 },
        paths: { added: [expect.stringMatching(/^public-\w{8}\.edge\.localhost\/flights$/)], removed: [] },
        limits: null,
      },
    ],
    warnings: [],
  });
  expect((await history()).total).toBe(0);
  await expect(get(FLIGHTS)).rejects.toMatchObject({ code: 'not-found' });
  await apply(set, { revision: planned.revision });
  const again = await plan(set);
  expect(again).toMatchObject({ counts: { unchanged: 3 }, affected: [] });
});

test('tells who gains and who loses, other paths, limits and broken references', async () => {
  const moved = await plan([flights('/air'), access('crew', ['pilots'])]);
  expect(moved.changes.map(({ change, fields }) => [change, fields])).toEqual([
    ['update', [{ path: 'spec.pathPrefix', before: '/flights', after: '/air' }]],
    ['update', [{ path: 'spec.groups[0]', before: 'crew', after: 'pilots' }]],
  ]);
  expect(moved.affected).toMatchObject([
    {
      what: ['access', 'paths'],
      groups: { gained: ['pilots'], lost: ['crew'] },
      // Bob is in both groups: nothing changes for him.
      users: { gained: 1, lost: 1 },
      paths: { added: [expect.stringMatching(/\/air$/)], removed: [expect.stringMatching(/\/flights$/)] },
    },
  ]);
  const everyone = hub('APIAccess', 'crew', {
    anyGroups: true,
    apis: [{ name: 'flights', namespace: 'air' }],
  });
  expect((await plan([everyone])).affected).toMatchObject([
    { groups: { gained: ['*'], lost: ['crew'] }, users: { gained: 2, lost: 0 } },
  ]);
  const limit = hub('APIRateLimit', 'slow', {
    limit: 5,
    period: '1s',
    groups: ['crew'],
    apis: [{ name: 'flights', namespace: 'air' }],
  });
  expect((await plan([limit])).affected).toMatchObject([
    { what: ['limits'], limits: { before: [], after: [{ source: 'slow', limit: 5, groups: ['crew'] }] } },
  ]);
  const dangling = await plan([gateway('crew', 'nowhere')]);
  expect(dangling.warnings).toMatchObject([
    { kind: 'APIGateway', message: expect.stringContaining('nowhere') },
  ]);
});

test('names what stands against a change: broken schemas and foreign owners', async () => {
  const broken = { ...access('broken', ['a']), spec: { groups: ['a'], anyGroups: true } };
  const planned = await plan([broken, access('theirs', ['y']), access('fine', ['a'])]);
  expect(planned.applicable).toBe(false);
  expect(planned.changes).toMatchObject([
    { errors: [{ field: 'spec', message: expect.stringContaining('mutually exclusive') }], conflict: null },
    {
      errors: [],
      conflict: { owner: { kind: 'gitops' }, message: expect.stringContaining('shop of Argo CD') },
    },
    { errors: [], conflict: null },
  ]);
});

test('refuses endpoints on the agent’s own machine and metadata services of clouds', async () => {
  const slice = (address: string) => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'inside', namespace: 'air' },
    addressType: 'IPv4',
    endpoints: [{ addresses: [address] }],
    ports: [{ port: 80 }],
  });
  for (const address of ['127.0.0.1', '169.254.169.254', '0.0.0.0'])
    await expect(apply([slice(address)])).rejects.toMatchObject({ code: 'invalid-object' });
  expect((await plan([slice('10.0.0.7')])).changes[0]?.errors).toEqual([]);
});

test('prune deletes what has the labels and is not in the set, and nothing else', async () => {
  const labels = { team: 'red' };
  await apply([access('red-1', ['a'], labels), access('red-2', ['a'], labels), access('blue', ['a'])]);
  const prune = { matchLabels: labels };
  const set = [access('red-1', ['a'], labels)];
  const planned = await plan(set, { prune });
  expect(planned.changes.map(({ key: of, change }) => [of, change])).toEqual([
    [key('APIAccess', 'red-1'), 'unchanged'],
    [key('APIAccess', 'red-2'), 'delete'],
  ]);
  const applied = await apply(set, { prune, revision: planned.revision });
  expect(applied.deleted).toMatchObject([{ key: key('APIAccess', 'red-2') }]);
  await expect(get(key('APIAccess', 'red-2'))).rejects.toMatchObject({ code: 'not-found' });
  await expect(get(key('APIAccess', 'blue'))).resolves.toMatchObject({ kind: 'APIAccess' });
  await expect(plan(set, { prune: {} })).rejects.toMatchObject({ code: 'invalid-request' });
});

test('does not write over what others did since, and shows all three sides', async () => {
  await apply([access('shared', ['a'])]);
  const { revision } = await plan([access('shared', ['mine'])]);
  await apply([access('other', ['a'])]);
  const editor = await portolan.signInAs('editor');
  const theirs = await editor.client.call(applyResources, {
    params,
    body: { objects: [access('shared', ['theirs'])] },
  });
  await expect(apply([access('shared', ['mine'])], { revision })).rejects.toMatchObject({
    code: 'revision-mismatch',
    status: 409,
    message: expect.stringContaining(editor.email),
    details: {
      revision: theirs.revision,
      conflicts: [
        {
          key: key('APIAccess', 'shared'),
          by: editor.email,
          base: { spec: { groups: ['a'] } },
          theirs: { spec: { groups: ['theirs'] } },
          yours: { spec: { groups: ['mine'] } },
        },
      ],
    },
  });
  await expect(
    portolan.owner.call(deleteResource, { params, query: { key: key('APIAccess', 'shared'), revision } }),
  ).rejects.toMatchObject({ code: 'revision-mismatch' });
  // Of objects nobody else touched an older revision is good enough.
  await apply([access('mine-alone', ['a'])], { revision });
  await apply([access('shared', ['mine'])], { revision: theirs.revision });
});

test('two who change the same at once: one wins, the other is told', async () => {
  const { revision } = await apply([access('race', ['a'])]);
  const outcomes = await Promise.allSettled(
    ['b', 'c', 'd'].map((group) => apply([access('race', [group])], { revision })),
  );
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const outcome of outcomes)
    if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'revision-mismatch' });
});

test('keeps history, and a rollback restores the state as of a revision, secrets too', async () => {
  const policy = (signingSecret: string) => hub('AccessControlPolicy', 'jwt', { jwt: { signingSecret } });
  const first = await apply([access('kept', ['a']), access('dropped', ['a']), policy('first-secret')]);
  await apply([access('kept', ['b']), access('added', ['b']), policy('second-secret')]);
  await portolan.owner.call(deleteResource, { params, query: { key: key('APIAccess', 'dropped') } });
  const dry = await back(first.revision, { dryRun: true });
  expect(dry.changes.map(({ key: of, change }) => [of.split('/').at(-1), change]).toSorted(byName)).toEqual([
    ['added', 'delete'],
    ['dropped', 'create'],
    ['jwt', 'update'],
    ['kept', 'update'],
  ]);
  expect(await get(key('APIAccess', 'kept'))).toMatchObject({ spec: { groups: ['b'] } });
  const followed = await agent.follow();
  await followed.next();
  const done = await back(first.revision, { seen: dry.revision });
  await followed.nextWith('first-secret');
  followed.end();
  expect(JSON.stringify(done)).not.toContain('-secret');
  expect(await get(key('APIAccess', 'kept'))).toMatchObject({ spec: { groups: ['a'] } });
  expect(await get(key('APIAccess', 'dropped'))).toMatchObject({ spec: { groups: ['a'] } });
  await expect(get(key('APIAccess', 'added'))).rejects.toMatchObject({ code: 'not-found' });
  const [last] = (await history({ limit: 1 })).items;
  expect(last).toMatchObject({
    revision: done.revision,
    action: 'rollback',
    restored: first.revision,
    actor: { name: 'admin@portolan.localhost' },
    counts: { create: 1, update: 2, delete: 1 },
  });
  const detail = await portolan.owner.call(getChangeSet, { params: { ...params, revision: done.revision } });
  expect(detail.changes.find(({ key: of }) => of.endsWith('/kept'))).toMatchObject({
    change: 'update',
    fields: [{ path: 'spec.groups[0]', before: 'b', after: 'a' }],
  });
  expect(JSON.stringify(detail)).not.toContain('-secret');
  // A rollback can itself be taken back, and one that changes nothing makes no change-set.
  await back(done.revision - 1);
  expect(await get(key('APIAccess', 'added'))).toMatchObject({ spec: { groups: ['b'] } });
  const { total } = await history();
  await back((await history({ limit: 1 })).items[0]!.revision);
  expect((await history()).total).toBe(total);
});

test('a rollback leaves alone what a file has taken over, and says so', async () => {
  const { revision } = await apply([access('moved', ['a'])]);
  await apply([access('moved', ['b'])]);
  await agent.call('PATCH', '/agent/v1/resources', {
    base: 1,
    sequence: 2,
    deletes: [],
    upserts: [
      {
        key: key('APIAccess', 'moved'),
        owner: { kind: 'file', file: 'a.yaml', line: 1 },
        object: access('moved', ['c']),
      },
    ],
  });
  expect(await back(revision, { dryRun: true })).toMatchObject({
    applicable: false,
    changes: [{ conflict: { message: expect.stringContaining('the file a.yaml, line 1') } }],
  });
  await expect(back(revision)).rejects.toMatchObject({ code: 'owned-elsewhere' });
  // The platform's own copy, which the file shadows, may go.
  await portolan.owner.call(deleteResource, { params, query: { key: key('APIAccess', 'moved') } });
});

test('lists by what, who and where; each change-set is audited once', async () => {
  const of = await history({ filter: 'key:red-2', sort: 'revision' });
  expect(of.items.map(({ counts }) => counts)).toEqual([
    { create: 3, update: 0, delete: 0 },
    { create: 0, update: 0, delete: 1 },
  ]);
  expect((await history({ filter: 'action=rollback' })).matched).toBe(2);
  const all = await history({ limit: 500 });
  const { items } = await portolan.owner.call(listAudit, {
    params,
    query: { limit: 500, filter: 'action~^resource' },
  });
  expect(items.map(({ revision }) => revision)).toEqual(all.items.map(({ revision }) => revision));
  await expect(
    portolan.owner.call(getChangeSet, { params: { ...params, revision: 999_999 } }),
  ).rejects.toMatchObject({ code: 'not-found' });
});

function byName(
  [a = '']: readonly (string | undefined)[],
  [b = '']: readonly (string | undefined)[],
): number {
  return a < b ? -1 : 1;
}
