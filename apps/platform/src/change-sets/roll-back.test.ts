import { afterAll, beforeAll, expect, test } from 'vitest';
import { getClusterSync, listChangeSets, rollBack } from '@portolan/contract/changes';
import { applyResources, getResource } from '@portolan/contract/resources';
import { startTestPlatform, type TestPlatform } from '../testing/platform.ts';

let portolan: TestPlatform;
const params = { workspace: 'default' };
beforeAll(async () => {
  portolan = await startTestPlatform();
});
afterAll(() => portolan.close());

const access = (name: string, groups: string[]) => ({
  apiVersion: 'hub.traefik.io/v1alpha1',
  kind: 'APIAccess',
  metadata: { name },
  spec: { groups, everyone: false },
});
const back = (revision: number, to: 'before' | 'without') =>
  portolan.owner.call(rollBack, { params: { ...params, revision }, body: { to } });

test('the first change of all can be rolled back, and one change undone by itself', async () => {
  const id = portolan.bootstrap.clusterId;
  const applyTo = (objects: object[]) =>
    portolan.owner.call(applyResources, { params, body: { cluster: id, objects: objects as never } });
  const groupsOf = (name: string) =>
    portolan.owner
      .call(getResource, { params, query: { cluster: id, key: `APIAccess.hub.traefik.io//${name}` } })
      .then(({ object }) => object['spec']);
  const first = await applyTo([access('one', ['a']), access('two', ['a'])]);
  await back(first.revision, 'before');
  await expect(groupsOf('one')).rejects.toMatchObject({ code: 'not-found' });
  const again = await applyTo([access('one', ['a']), access('two', ['a'])]);
  const second = await applyTo([access('one', ['b'])]);
  await applyTo([access('two', ['c'])]);
  await expect(back(again.revision, 'without')).rejects.toMatchObject({ code: 'revision-mismatch' });
  await back(second.revision, 'without');
  expect(await groupsOf('one')).toMatchObject({ groups: ['a'] });
  expect(await groupsOf('two')).toMatchObject({ groups: ['c'] });
  const { items } = await portolan.owner.call(listChangeSets, { params, query: { limit: 1 } });
  const sync = await portolan.owner.call(getClusterSync, { params: { ...params, cluster: id } });
  expect(sync.changeSet).toBe(items[0]?.revision);
});
