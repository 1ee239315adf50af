import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { installableCrds } from '@portolan/resources/crds/installable';
import type { KubernetesObject } from '@portolan/resources/kinds/object';
import type { SourcedObject } from '@portolan/resources/manifests/load';
import type { Problem } from '@portolan/resources/problem';
import type { ApiResource } from '../../kubernetes/client/api-resource.ts';
import { KubeClient } from '../../kubernetes/client/kube-client.ts';
import { NAMESPACES, SECRETS, SERVICES, testCluster } from '../../kubernetes/testing/cluster.ts';
import { startFaultProxy, type FaultProxy } from '../../kubernetes/testing/fault-proxy.ts';
import type { SourceUpdate } from '../source.ts';
import { KubernetesSource } from './kubernetes-source.ts';
import { CRDS } from './watched-kinds.ts';

const hub = { group: 'hub.traefik.io', version: 'v1alpha1', isNamespaced: true };
const APIS: ApiResource = { ...hub, plural: 'apis', kind: 'API' };

let cluster: Awaited<ReturnType<typeof testCluster>>;
let proxy: FaultProxy;
let client: KubeClient;
let stateDir: string;
let source: KubernetesSource;
let objects: Map<string, SourcedObject>;
let problems: readonly Problem[];
let updates: SourceUpdate[];
let missed: number;

beforeAll(async () => {
  cluster = await testCluster();
  await uninstall('apis.hub.traefik.io');
});
afterAll(() => cluster.close());
beforeEach(async () => {
  proxy = await startFaultProxy(cluster.client.connection);
  client = new KubeClient(proxy.connection);
  stateDir = await mkdtemp(join(tmpdir(), 'portolan-source-'));
});
afterEach(async () => {
  await source.close();
  await client.close();
  await proxy.close();
  await rm(stateDir, { recursive: true });
});

const timing = { baseMs: 20, capMs: 200, retryMs: 500, silenceMs: 60_000 };

/** Starts a source on the namespace of this file and gathers what it reports. */
async function open(namespaces: readonly string[] | null = [cluster.namespace]): Promise<void> {
  [objects, problems, updates, missed] = [new Map(), [], [], 0];
  source = new KubernetesSource({
    client,
    generation: 'v2',
    namespaces,
    stateDir,
    log: pino({ level: 'silent' }),
    onMissed: (count) => (missed += count),
    timing,
  });
  await source.start((update) => {
    updates.push(update);
    problems = update.problems;
    if (update.kind === 'snapshot') objects = new Map(update.objects);
    else {
      for (const [key, sourced] of update.upserts) objects.set(key, sourced);
      for (const key of update.deletes) objects.delete(key);
    }
  });
}

const keys = (prefix: string) => [...objects.keys()].filter((key) => key.startsWith(prefix)).toSorted();
/** Those of the namespace of this file. */
const own = (prefix: string) => keys(prefix).filter((key) => key.includes(`/${cluster.namespace}/`));
const service = (name: string, port = 80): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: cluster.namespace, annotations: { note: 'kept' } },
  spec: { ports: [{ port }] },
});
const secret = (name: string, value: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace: cluster.namespace },
  stringData: { value },
});
const api = (name: string): KubernetesObject => ({
  apiVersion: 'hub.traefik.io/v1alpha1',
  kind: 'API',
  metadata: { name, namespace: cluster.namespace },
  spec: { pathPrefix: '/x', service: { name: 'a', port: { number: 80 } } },
});
const apply = (resource: ApiResource, object: KubernetesObject) =>
  cluster.client.apply(resource, object, { fieldManager: 'test', force: true });
const remove = (resource: ApiResource, name: string) =>
  cluster.client.delete(resource, { namespace: cluster.namespace, name });
const keyOf = (type: string, name: string) => `${type}/${cluster.namespace}/${name}`;

async function install(name: string): Promise<void> {
  const crd = installableCrds('v2').find(({ metadata }) => metadata.name === name);
  await apply(CRDS, crd as unknown as KubernetesObject);
}

async function uninstall(name: string): Promise<void> {
  await cluster.client.delete(CRDS, { name });
  await vi.waitFor(async () => expect(await cluster.client.find(CRDS, { name })).toBeNull(), 10_000);
}

test('reports a snapshot, then what changes, without what Kubernetes keeps about objects', async () => {
  await apply(SERVICES, service('a'));
  await open();
  expect(updates[0]?.kind).toBe('snapshot');
  expect(keys('Service.')).toEqual([keyOf('Service.', 'a')]);
  const { object, origin } = objects.get(keyOf('Service.', 'a'))!;
  expect(origin).toEqual({ kind: 'cluster' });
  expect(object).toMatchObject({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { annotations: { note: 'kept' } },
  });
  expect(object.metadata).not.toHaveProperty('managedFields');
  expect(object).not.toHaveProperty('status');
  await apply(SERVICES, service('b', 81));
  await remove(SERVICES, 'a');
  await expect.poll(() => keys('Service.')).toEqual([keyOf('Service.', 'b')]);
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  await remove(SERVICES, 'b');
});

test('a change of the status alone is no change, and can be asked for', async () => {
  await install('apis.hub.traefik.io');
  await open();
  await expect
    .poll(() =>
      apply(APIS, api('flights')).then(
        () => true,
        () => false,
      ),
    )
    .toBe(true);
  const key = keyOf('API.hub.traefik.io', 'flights');
  await expect.poll(() => objects.has(key)).toBe(true);
  const before = updates.length;
  const status = { ...api('flights'), spec: undefined, status: { version: '7' } };
  await cluster.client.apply(APIS, status, { fieldManager: 'test-status', subresource: 'status' });
  await expect.poll(() => source.observed(key)?.status).toEqual({ version: '7' });
  await apply(SERVICES, service('later'));
  await expect.poll(() => objects.has(keyOf('Service.', 'later'))).toBe(true);
  expect(updates.slice(before).some((update) => update.kind === 'delta' && update.upserts.has(key))).toBe(
    false,
  );
  await remove(SERVICES, 'later');
});

test.each([
  ['in the whole cluster', true],
  ['in some namespaces', false],
])('kinds come and go with their definitions, %s, while everything else goes on', async (_, isWhole) => {
  await uninstall('apis.hub.traefik.io');
  await open(isWhole ? null : [cluster.namespace]);
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  await install('apis.hub.traefik.io');
  await expect
    .poll(() =>
      apply(APIS, api('flights')).then(
        () => true,
        () => false,
      ),
    )
    .toBe(true);
  await expect.poll(() => own('API.')).toEqual([keyOf('API.hub.traefik.io', 'flights')]);
  await uninstall('apis.hub.traefik.io');
  await expect.poll(() => own('API.')).toEqual([]);
  await install('apis.hub.traefik.io');
  await expect
    .poll(() =>
      apply(APIS, api('hotels')).then(
        () => true,
        () => false,
      ),
    )
    .toBe(true);
  await expect.poll(() => own('API.')).toEqual([keyOf('API.hub.traefik.io', 'hotels')]);
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
});

test('only Secrets that are wanted are asked for, each by its name', async () => {
  for (const name of ['wanted', 'other']) await apply(SECRETS, secret(name, name));
  await open();
  source.wantSecrets(new Set([keyOf('Secret.', 'wanted'), keyOf('Secret.', 'missing')]));
  await expect.poll(() => keys('Secret.')).toEqual([keyOf('Secret.', 'wanted')]);
  await apply(SECRETS, secret('missing', 'm'));
  await expect.poll(() => keys('Secret.')).toHaveLength(2);
  const asked = proxy.requests.filter(({ path }) => path.includes('/secrets'));
  expect(asked.map(({ query }) => String(query.get('fieldSelector'))).toSorted()).toEqual([
    'metadata.name=missing',
    'metadata.name=wanted',
  ]);
  source.wantSecrets(new Set());
  await expect.poll(() => keys('Secret.')).toEqual([]);
  for (const name of ['wanted', 'other', 'missing']) await remove(SECRETS, name);
});

test('only the namespaces that are served are asked for', async () => {
  await apply(SERVICES, service('mine'));
  await open();
  expect(keys('Service.')).toEqual([keyOf('Service.', 'mine')]);
  const namespaced = proxy.requests.filter(({ path }) => /\/(services|ingresses|endpointslices)$/.test(path));
  expect(namespaced.every(({ path }) => path.includes(`/namespaces/${cluster.namespace}/`))).toBe(true);
  await source.close();
  await open(null);
  expect(keys('Service.')).toContain('Service./default/kubernetes');
  await remove(SERVICES, 'mine');
});

test('a kind that may not be read is named with the right; the others work, and it is read once it may be', async () => {
  await apply(SERVICES, service('a'));
  const message = 'ingresses.networking.k8s.io is forbidden: User "agent" cannot list resource "ingresses"';
  proxy.setFault(({ path }) =>
    path.endsWith('/ingresses')
      ? { respond: { status: 403, body: { code: 403, reason: 'Forbidden', message } } }
      : null,
  );
  await open();
  expect(keys('Service.')).toEqual([keyOf('Service.', 'a')]);
  expect(problems).toMatchObject([
    {
      code: 'cluster-read-forbidden',
      severity: 'error',
      kind: 'Ingress',
      namespace: cluster.namespace,
      message: expect.stringContaining(message) as string,
      fix: expect.stringContaining('grant it list and watch on ingresses.networking.k8s.io') as string,
    },
  ]);
  proxy.setFault(() => null);
  await expect.poll(() => problems).toEqual([]);
  await remove(SERVICES, 'a');
});

test('starts while the API server is away with what was there before, and catches up when it is back', async () => {
  await apply(SERVICES, service('kept'));
  await apply(SECRETS, secret('kept', 'kept'));
  const wanted = new Set([keyOf('Secret.', 'kept')]);
  await open();
  source.wantSecrets(wanted);
  await expect.poll(() => keys('Secret.')).toHaveLength(1);
  await source.close();
  await proxy.setListening(false);
  await open();
  expect(keys('')).toEqual(
    [keyOf('Secret.', 'kept'), keyOf('Service.', 'kept')]
      .concat(keys('API.'), keys('EndpointSlice.'), keys('IngressClass.'), keys('Node.'))
      .toSorted(),
  );
  source.wantSecrets(wanted);
  await expect.poll(() => problems.map(({ code }) => code)).toEqual(['cluster-unreachable']);
  await remove(SERVICES, 'kept');
  await apply(SERVICES, service('new'));
  await proxy.setListening(true);
  await expect.poll(() => keys('Service.')).toEqual([keyOf('Service.', 'new')]);
  await expect.poll(() => problems).toEqual([]);
  expect(keys('Secret.')).toHaveLength(1);
  await remove(SERVICES, 'new');
  await remove(SECRETS, 'kept');
});

test('with an empty state and no API server it starts, reports nothing, and reports all when there is one', async () => {
  await apply(SERVICES, service('a'));
  await proxy.setListening(false);
  await open();
  expect(updates).toEqual([]);
  await proxy.setListening(true);
  await expect.poll(() => keys('Service.')).toEqual([keyOf('Service.', 'a')]);
  await remove(SERVICES, 'a');
});

test('a namespace that is deleted takes its objects with it', async () => {
  const name = `${cluster.namespace}-gone`;
  await cluster.client.create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const lost = { ...service('lost'), metadata: { name: 'lost', namespace: name } };
  await apply(SERVICES, lost);
  await open([cluster.namespace, name]);
  expect(keys('Service.')).toEqual([`Service./${name}/lost`]);
  await cluster.client.delete(SERVICES, { namespace: name, name: 'lost' });
  await cluster.client.delete(NAMESPACES, { name });
  await expect.poll(() => keys('Service.')).toEqual([]);
  expect(problems).toEqual([]);
  expect(missed).toBe(0);
});
