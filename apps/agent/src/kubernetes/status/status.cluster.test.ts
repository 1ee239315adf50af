import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { pino } from 'pino';
import { installableCrds } from '@portolan/resources/crds/installable';
import type { KubernetesObject } from '@portolan/resources/kinds/object';
import type { ApiResource } from '../client/api-resource.ts';
import { EventRecorder } from '../events/event-recorder.ts';
import { Leadership } from '../leader/leadership.ts';
import { testCluster } from '../testing/cluster.ts';
import type { ObjectFacts } from './findings.ts';
import { StatusWriter } from './status-writer.ts';
import { eventOf } from './transition-event.ts';

type Cluster = Awaited<ReturnType<typeof testCluster>>;
const log = pino({ level: 'silent' });
const APIS: ApiResource = {
  group: 'hub.traefik.io',
  version: 'v1alpha1',
  plural: 'apis',
  kind: 'API',
  isNamespaced: true,
};
const CRDS: ApiResource = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
  isNamespaced: false,
};
let cluster: Cluster;
let leadership: Leadership;

beforeAll(async () => {
  cluster = await testCluster();
  const { client, namespace } = cluster;
  for (const crd of installableCrds('v2'))
    await client.apply(CRDS, crd as unknown as KubernetesObject, { fieldManager: 'test', force: true });
  await vi.waitFor(() => client.list(APIS, { onItem: () => undefined }), { timeout: 20_000 });
  leadership = new Leadership({
    cluster: { kubeconfig: inject('kubeconfig') },
    namespace,
    identity: 'status',
    log,
  });
  await vi.waitUntil(() => leadership.isLeading, { timeout: 20_000 });
});
afterAll(async () => {
  await leadership.close();
  await cluster.close();
});

test('status, columns and Events follow what is found; nothing is written while nothing changes', async () => {
  const { client, namespace } = cluster;
  const object = await client.apply(
    APIS,
    {
      apiVersion: 'hub.traefik.io/v1alpha1',
      kind: 'API',
      metadata: { name: 'flights', namespace },
      spec: { pathPrefix: '/flights', service: { name: 'flights', port: { number: 80 } } },
    },
    { fieldManager: 'kubectl' },
  );
  const { uid = '', generation = 0 } = object.metadata;
  let facts: ObjectFacts = {
    object,
    problems: [],
    urls: ['https://shop.example.com/flights'],
    domains: null,
    isSynced: true,
    document: 'found',
  };
  let seen: unknown;
  const events = new EventRecorder({ client, leadership, log, instance: 'test' });
  const writer = new StatusWriter({
    client,
    leadership,
    log,
    generation: 'v2',
    facts: () => [['key', facts]],
    observed: () => ({ uid, generation, status: seen }),
    hasCertificate: () => true,
    onTransition: (...transition) => {
      const event = eventOf(...transition);
      if (event !== null) events.record(event);
    },
  });
  const statusNow = async () => (await client.get(APIS, { namespace, name: 'flights' })).status;
  const reasons = async () => {
    const found: string[] = [];
    await client.list(EVENTS, {
      namespace,
      onItem: (item) => found.push((item as { reason: string }).reason),
    });
    return found.toSorted();
  };
  writer.update();
  await expect.poll(statusNow).toMatchObject({ urls: 'https://shop.example.com/flights', version: '1' });
  await expect.poll(reasons).toEqual(['OpenApiDocumentFound', 'Served', 'Synced']);
  const condition = { status: 'True', reason: 'Served', observedGeneration: 1 };
  expect(await statusNow()).toMatchObject({
    conditions: expect.arrayContaining([expect.objectContaining(condition)]),
  });

  // The cluster has not reported the status back yet; then it has.
  const { writes } = writer;
  writer.update();
  seen = await statusNow();
  writer.update();
  const problem = { code: 'openapi-unavailable', severity: 'warning', message: 'status 404' } as const;
  facts = { ...facts, document: 'missing', problems: [problem] };
  writer.update();
  await expect.poll(reasons).toContain('OpenApiDocumentNotFound');
  expect(writer.writes).toBe(writes + 1);

  await client.delete(APIS, { namespace, name: 'flights' });
  seen = undefined;
  facts = { ...facts, urls: ['https://other.example.com/'] };
  writer.update();
  await expect.poll(() => writer.writes).toBeGreaterThan(writes + 1);
  expect(await client.find(APIS, { namespace, name: 'flights' })).toBeNull();
  await writer.close();
  await events.close();
});

test('a repeated Event becomes a series, and an object has a budget', async () => {
  const { client, namespace } = cluster;
  const events = new EventRecorder({ client, leadership, log, instance: 'test' });
  const regarding: KubernetesObject = {
    apiVersion: 'hub.traefik.io/v1alpha1',
    kind: 'API',
    metadata: { name: 'noisy', namespace, uid: 'noisy-uid' },
  };
  const record = (reason: string) =>
    events.record({ regarding, type: 'Warning', reason, action: 'Serve', note: 'x'.repeat(3_000) });
  const noisy = async () => {
    const found: { reason: string; series?: { count: number } }[] = [];
    await client.list(EVENTS, { namespace, onItem: (item) => found.push(item as (typeof found)[number]) });
    return found.filter(({ reason }) => reason.startsWith('Noisy'));
  };
  record('Noisy0');
  record('Noisy0');
  record('Noisy0');
  await expect.poll(noisy).toMatchObject([{ reason: 'Noisy0', series: { count: 2 } }]);
  for (let n = 1; n < 20; n += 1) record(`Noisy${n}`);
  await expect.poll(async () => (await noisy()).length).toBe(5);
  await events.close();
  expect(await noisy()).toHaveLength(5);
});

const EVENTS: ApiResource = {
  group: 'events.k8s.io',
  version: 'v1',
  plural: 'events',
  kind: 'Event',
  isNamespaced: true,
};
