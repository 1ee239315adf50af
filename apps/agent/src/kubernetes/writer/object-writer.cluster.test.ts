import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test, vi } from 'vitest';
import { pino } from 'pino';
import type { KubernetesObject } from '@portolan/resources/kinds/object';
import { Leadership } from '../leader/leadership.ts';
import { CONFIG_MAPS, configMap, testCluster } from '../testing/cluster.ts';
import type { MadeObject } from './made-object.ts';
import { ObjectWriter } from './object-writer.ts';

type Cluster = Awaited<ReturnType<typeof testCluster>>;
const log = pino({ level: 'silent' });
let cluster: Cluster;
let leadership: Leadership;
let writer: ObjectWriter;

beforeAll(async () => {
  cluster = await testCluster();
  const { namespace } = cluster;
  leadership = new Leadership({
    cluster: { kubeconfig: inject('kubeconfig') },
    namespace,
    identity: 'writer',
    log,
  });
  await vi.waitUntil(() => leadership.isLeading, { timeout: 20_000 });
});
afterAll(async () => {
  await leadership.close();
  await cluster.close();
});
beforeEach(() => {
  const { client, namespace } = cluster;
  writer = new ObjectWriter({
    client,
    leadership,
    log,
    namespaces: [namespace],
    onProblems: () => undefined,
  });
});
afterEach(async () => {
  writer.want('traefik', [CONFIG_MAPS], []);
  await vi.waitUntil(async () => (await names()).length === 0, { timeout: 20_000 });
  await writer.close();
});

const made = (
  name: string,
  data: Record<string, string>,
  owner: KubernetesObject | null = null,
): MadeObject => ({
  resource: CONFIG_MAPS,
  object: configMap(cluster.namespace, name, data),
  owner,
});
const want = (...objects: readonly MadeObject[]) => writer.want('traefik', [CONFIG_MAPS], objects);
const get = (name: string) => cluster.client.find(CONFIG_MAPS, { namespace: cluster.namespace, name });
const dataOf = async (name: string) => (await get(name))?.['data'];

async function names(): Promise<readonly string[]> {
  const found: string[] = [];
  await cluster.client.list(CONFIG_MAPS, {
    namespace: cluster.namespace,
    query: { labelSelector: 'app.kubernetes.io/managed-by=portolan' },
    onItem: (item) => found.push((item as KubernetesObject).metadata.name),
  });
  return found;
}

test('creates, changes and deletes what is wanted, removes fields, and writes nothing when all is as wanted', async () => {
  want(made('one', { a: '1', b: '2' }), made('two', {}));
  await expect.poll(names).toEqual(['one', 'two']);
  want(made('one', { a: '1' }));
  await expect.poll(names).toEqual(['one']);
  await expect.poll(() => dataOf('one')).toEqual({ a: '1' });
  const { writes } = writer;
  expect(writes).toBe(4);
  writer.restart();
  want(made('one', { a: '1' }), made('three', {}));
  await expect.poll(names).toEqual(['one', 'three']);
  expect(writer.writes).toBe(writes + 1);
});

test('takes back what another changed or deleted, until that other one insists', async () => {
  want(made('fought', { a: '1' }));
  await expect.poll(() => dataOf('fought')).toEqual({ a: '1' });
  for (let round = 0; round < 4; round += 1) {
    const foreign = configMap(cluster.namespace, 'fought', { a: 'other' });
    await cluster.client.apply(CONFIG_MAPS, foreign, { fieldManager: 'rival', force: true });
    writer.restart();
    await expect.poll(() => dataOf('fought')).toEqual({ a: '1' });
  }
  const foreign = configMap(cluster.namespace, 'fought', { a: 'other' });
  await cluster.client.apply(CONFIG_MAPS, foreign, { fieldManager: 'rival', force: true });
  writer.restart();
  await expect.poll(() => writer.problems).toMatchObject([{ code: 'contested', name: 'fought' }]);
  expect(writer.problems[0]?.message).toContain('rival');
  expect(await dataOf('fought')).toEqual({ a: 'other' });
});

test('leaves an object alone that a user made under the same name', async () => {
  await cluster.client.create(CONFIG_MAPS, configMap(cluster.namespace, 'taken', { mine: 'yes' }));
  want(made('taken', { a: '1' }));
  await expect.poll(() => writer.problems).toMatchObject([{ code: 'name-taken', name: 'taken' }]);
  expect(await dataOf('taken')).toEqual({ mine: 'yes' });
  await cluster.client.delete(CONFIG_MAPS, { namespace: cluster.namespace, name: 'taken' });
});

test('names the manager of a field that a user set, and does not bring back an object the user deleted', async () => {
  const { client, namespace } = cluster;
  const users = configMap(namespace, 'users', { a: 'theirs' });
  const seen = await client.apply(CONFIG_MAPS, users, { fieldManager: 'helm' });
  const { uid, resourceVersion } = seen.metadata;
  const change = (data: Record<string, string>, version = resourceVersion) => ({
    resource: CONFIG_MAPS,
    seen,
    intent: JSON.stringify(data),
    change: {
      kind: 'apply' as const,
      object: {
        ...configMap(namespace, 'users', data),
        metadata: { namespace, name: 'users', uid, resourceVersion: version } as KubernetesObject['metadata'],
      },
    },
  });
  writer.wantShared('access-control', [change({ a: 'ours' })]);
  await expect.poll(() => writer.problems).toMatchObject([{ code: 'field-conflict', field: 'data.a' }]);
  expect(writer.problems[0]?.message).toContain('"helm"');
  writer.wantShared('access-control', [change({ b: 'ours' })]);
  await expect.poll(() => dataOf('users')).toEqual({ a: 'theirs', b: 'ours' });
  expect(writer.problems).toEqual([]);
  await client.delete(CONFIG_MAPS, { namespace, name: 'users' });
  const { writes } = writer;
  writer.wantShared('access-control', [change({ c: 'ours' })]);
  await expect.poll(() => writer.writes).toBe(writes + 1);
  want(made('after', {}));
  await expect.poll(names).toEqual(['after']);
  expect(await get('users')).toBeNull();
});
