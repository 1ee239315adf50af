import { afterAll, beforeAll, expect, test } from 'vitest';
import { getClusterSync } from '@portolan/contract/changes';
import { createCluster } from '@portolan/contract/clusters';
import { applyResources, deleteResource } from '@portolan/contract/resources';
import { startTestPlatform, type TestPlatform } from '../testing/platform.ts';
import { linkAgent, relayAgent, type RelayedAgent } from '../testing/relayed-agent.ts';

let portolan: TestPlatform;
let agent: RelayedAgent;
const params = { workspace: 'default' };

beforeAll(async () => {
  portolan = await startTestPlatform();
});
afterAll(async () => {
  agent.close();
  await portolan.close();
});

const access = (name: string, groups: string[]) => ({
  apiVersion: 'hub.traefik.io/v1alpha1',
  kind: 'APIAccess',
  metadata: { name },
  spec: { groups },
});
const key = (name: string) => `APIAccess.hub.traefik.io//${name}`;
const apply = (...objects: object[]) =>
  portolan.owner.call(applyResources, { params, body: { cluster: 'local', objects: objects as never } });
const sync = (cluster = 'local') => portolan.owner.call(getClusterSync, { params: { ...params, cluster } });
const report = (sequence: number, objects: object[], problems: object[] = []) =>
  agent.call('PUT', '/agent/v1/resources', {
    sequence,
    problems,
    objects: objects.map((object) => ({
      key: key((object as ReturnType<typeof access>).metadata.name),
      owner: { kind: 'platform' },
      object,
    })),
  });

test('a cluster that never connected waits for its agent', async () => {
  await portolan.owner.call(createCluster, { params, body: { name: 'new' } });
  expect(await sync('new')).toMatchObject({
    state: 'never-connected',
    counts: { synced: 0, pending: 0, refused: 0 },
    lastReportAt: null,
  });
  await expect(sync('nowhere')).rejects.toMatchObject({ code: 'not-found' });
});

test('creation, change and deletion are pending until the agent reports them', async () => {
  await linkAgent(portolan, portolan.bootstrap.agentToken);
  agent = await relayAgent(portolan, { clusterId: portolan.bootstrap.clusterId, workspace: 'default' });
  const followed = await agent.follow();
  await followed.next();
  await apply(access('one', ['a']));
  expect(await sync()).toMatchObject({
    state: 'behind',
    counts: { pending: 1 },
    objects: [
      { key: key('one'), state: 'pending', reasons: [{ message: expect.stringContaining('This version') }] },
    ],
  });
  const { revision } = await followed.next();
  await report(1, [access('one', ['a'])]);
  await agent.call('POST', '/agent/v1/state/applied', { revision });
  expect(await sync()).toMatchObject({
    state: 'in-sync',
    revision: { desired: revision, applied: revision },
    appliedAt: expect.any(String),
    counts: { synced: 1, pending: 0, refused: 0 },
    objects: [],
  });
  await apply(access('one', ['b']));
  expect((await sync()).counts).toEqual({ synced: 0, pending: 1, refused: 0 });
  await report(2, [access('one', ['b'])]);
  expect((await sync()).counts).toEqual({ synced: 1, pending: 0, refused: 0 });
  await portolan.owner.call(deleteResource, { params, query: { cluster: 'local', key: key('one') } });
  expect((await sync()).objects).toMatchObject([
    { state: 'pending', reasons: [{ message: expect.stringContaining('Its deletion') }] },
  ]);
  await report(3, []);
  expect((await sync()).counts).toEqual({ synced: 0, pending: 0, refused: 0 });
  followed.end();
});

test('says why an object is refused, in the words of the agent', async () => {
  await apply(access('bad', ['a']));
  const problem = {
    code: 'path-conflict',
    severity: 'error',
    kind: 'APIAccess',
    name: 'bad',
    field: 'spec.groups',
    message: 'cannot be served',
    fix: 'do something',
  };
  await report(4, [access('bad', ['a'])], [problem]);
  expect(await sync()).toMatchObject({
    state: 'refused',
    counts: { refused: 1 },
    objects: [
      {
        state: 'refused',
        reasons: [{ field: 'spec.groups', message: 'cannot be served', fix: 'do something' }],
      },
    ],
  });
});
