import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { createLogger } from '@portolan/process/logger';
import { objectKey, type KubernetesObject } from '@portolan/resources/kinds/object';
import type { SourcedObject } from '@portolan/resources/manifests/load';
import type { ApiResource } from '../kubernetes/client/api-resource.ts';
import { KubeClient } from '../kubernetes/client/kube-client.ts';
import { Leadership } from '../kubernetes/leader/leadership.ts';
import { testCluster } from '../kubernetes/testing/cluster.ts';
import type { Served } from '../serving/serving.ts';
import { runPolicyCommand } from './policy-command.ts';
import { RestartTurn } from './restart-turn.ts';

const INGRESSES: ApiResource = {
  group: 'networking.k8s.io',
  version: 'v1',
  plural: 'ingresses',
  kind: 'Ingress',
  isNamespaced: true,
};
const ANNOTATION = 'hub.traefik.io/access-control-policy';
let cluster: Awaited<ReturnType<typeof testCluster>>;
let leadership: Leadership;

beforeAll(async () => {
  cluster = await testCluster();
  leadership = new Leadership({
    cluster: { kubeconfig: inject('kubeconfig') },
    namespace: cluster.namespace,
    identity: 'one',
    log: createLogger({ app: 'agent', level: 'error' }),
  });
  await vi.waitFor(() => expect(leadership.isLeading).toBe(true), { timeout: 60_000 });
});
afterAll(async () => {
  await leadership.close();
  await cluster.close();
});

async function createIngress(name: string, labels: Record<string, string> = {}): Promise<KubernetesObject> {
  return cluster.client.create(INGRESSES, {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace: cluster.namespace, labels },
    spec: { defaultBackend: { service: { name: 's', port: { number: 80 } } } },
  });
}
const policy = (name: string): KubernetesObject => ({
  apiVersion: 'hub.traefik.io/v1alpha1',
  kind: 'AccessControlPolicy',
  metadata: { name },
  spec: {},
});

function run(objects: readonly KubernetesObject[], type: string, name: string, wanted?: string) {
  const source = new Map(
    objects.map((object): [string, SourcedObject] => [
      objectKey(object),
      { object, origin: { kind: 'cluster' } },
    ]),
  );
  const served = () => ({ source, objects: source }) as unknown as Served;
  const target = { kind: 'Ingress', namespace: cluster.namespace, name };
  const expiresAt = new Date(Date.now() + 60_000).toISOString();
  return runPolicyCommand(
    { client: cluster.client, leadership, served },
    { id: 'c', type, expiresAt, target, ...(wanted === undefined ? {} : { policy: wanted }) },
  );
}
const annotationOf = async (name: string) =>
  (await cluster.client.get(INGRESSES, { namespace: cluster.namespace, name })).metadata.annotations?.[
    ANNOTATION
  ];

test('the policy of an Ingress is set and removed, and nothing else of it is changed', async () => {
  const ingress = await createIngress('web');
  expect(await run([ingress, policy('crew')], 'set-policy', 'web', 'crew')).toMatchObject({
    outcome: 'succeeded',
  });
  expect(await annotationOf('web')).toBe('crew');
  expect(await run([ingress], 'remove-policy', 'web')).toMatchObject({ outcome: 'succeeded' });
  expect(await annotationOf('web')).toBeUndefined();
});

test('what cannot be meant is refused with why', async () => {
  const ingress = await createIngress('closed');
  const owned = await createIngress('owned', { 'argocd.argoproj.io/instance': 'shop' });
  expect(await run([ingress], 'set-policy', 'closed', 'crew')).toMatchObject({ code: 'policy-not-found' });
  expect(await run([], 'remove-policy', 'closed')).toMatchObject({ code: 'object-not-found' });
  expect(await run([owned], 'remove-policy', 'owned')).toMatchObject({
    code: 'owned-elsewhere',
    message: expect.stringContaining('Argo CD') as string,
  });
  const other = {
    ...ingress,
    metadata: { ...ingress.metadata, uid: '00000000-0000-0000-0000-000000000000' },
  };
  await expect(run([other], 'remove-policy', 'closed')).rejects.toThrow(/uid/i);
});

test('one replica restarts at a time', async () => {
  const own = new KubeClient({ ...cluster.client.connection, namespace: cluster.namespace });
  const [first, second] = [new RestartTurn(own, 'a'), new RestartTurn(own, 'b')];
  expect(await first.take()).toBe(true);
  expect(await second.take()).toBe(false);
  expect(await first.take()).toBe(true);
  await second.giveBack();
  expect(await second.take()).toBe(false);
  await first.giveBack();
  expect(await second.take()).toBe(true);
  await own.close();
});
