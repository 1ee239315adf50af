import { afterAll, beforeAll, expect, test } from 'vitest';
import { planChanges } from '@portolan/contract/changes';
import { createCluster, getCluster } from '@portolan/contract/clusters';
import { startTestPlatform, type TestPlatform } from '../testing/platform.ts';
import { AgentKey } from '../testing/agent-key.ts';
import { linkAgent } from '../testing/relayed-agent.ts';

let portolan: TestPlatform;
const params = { workspace: 'default' };

beforeAll(async () => {
  portolan = await startTestPlatform();
});

afterAll(() => portolan.close());

const object = (kind: string, spec: object) => ({
  apiVersion: 'hub.traefik.io/v1alpha1',
  kind,
  metadata: { name: 'one', namespace: 'shop' },
  spec,
});

async function errorsIn(cluster: string, planned: object): Promise<string[]> {
  const { changes } = await portolan.owner.call(planChanges, {
    params,
    body: { cluster, objects: [planned] as never },
  });
  return changes.flatMap(({ errors }) => errors.map(({ field, message }) => `${field}: ${message}`));
}

test('each cluster is planned by the generation that its agent reported when it linked', async () => {
  const { token, ...second } = await portolan.owner.call(createCluster, { params, body: { name: 'third' } });
  expect(second.generation).toBe('v2');
  expect((await linkAgent(portolan, portolan.bootstrap.agentToken)).status).toBe(200);
  expect((await linkAgent(portolan, token, 'uid-3', { generation: 'v3' })).status).toBe(200);
  const shown = await portolan.owner.call(getCluster, { params: { ...params, cluster: 'third' } });
  expect(shown.generation).toBe('v3');
  const { clusterId } = portolan.bootstrap;
  expect(await errorsIn('third', object('API', {}))).toEqual([]);
  expect(await errorsIn(clusterId, object('API', {}))).toContainEqual(expect.stringContaining('pathPrefix'));
  expect(await errorsIn('third', object('APIPlan', {}))).toContainEqual(expect.stringContaining('title'));
  expect(await errorsIn(clusterId, object('APIPlan', { title: 'x' }))).toContainEqual(
    expect.stringContaining('no kind'),
  );
});

test('references to other namespaces are previewed by the option that the agent reported', async () => {
  const { token } = await portolan.owner.call(createCluster, { params, body: { name: 'open' } });
  const route = {
    apiVersion: 'traefik.io/v1alpha1',
    kind: 'IngressRoute',
    metadata: { name: 'one', namespace: 'shop' },
    spec: {
      routes: [{ match: 'Host(`a.test`)', services: [{ name: 'app', namespace: 'other', port: 80 }] }],
    },
  };
  const warningsOf = async (): Promise<string[]> => {
    const body = { cluster: 'open', objects: [route] as never };
    const { warnings } = await portolan.owner.call(planChanges, { params, body });
    return warnings.map(({ message }) => message);
  };
  const key = new AgentKey();
  expect((await linkAgent(portolan, token, 'uid-4', { key })).status).toBe(200);
  const refused = expect.stringContaining('is in another namespace');
  expect(await warningsOf()).toContainEqual(refused);
  expect((await linkAgent(portolan, token, 'uid-4', { key, allowCrossNamespace: true })).status).toBe(200);
  const warnings = await warningsOf();
  expect(warnings).not.toContainEqual(refused);
  expect(warnings).toContainEqual(expect.stringContaining('Service "app"'));
});
