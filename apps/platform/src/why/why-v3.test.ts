import { afterAll, beforeAll, expect, test } from 'vitest';
import { explainRequest } from '@portolan/contract/explain';
import { startTestPlatform, type TestPlatform } from '../testing/platform.ts';
import { linkAgent, relayAgent } from '../testing/relayed-agent.ts';

let portolan: TestPlatform;
const params = { workspace: 'default' };

const object = (
  apiVersion: string,
  kind: string,
  name: string,
  { annotations = {}, ...fields }: Record<string, unknown>,
) => ({
  key: `${kind}.${apiVersion.includes('/') ? apiVersion.split('/')[0] : ''}/city/${name}`,
  owner: { kind: 'cluster' },
  object: { apiVersion, kind, metadata: { name, namespace: 'city', annotations }, ...fields },
});
const hub = (kind: string, name: string, spec: object) =>
  object('hub.traefik.io/v1alpha1', kind, name, { spec });

beforeAll(async () => {
  portolan = await startTestPlatform();
  await linkAgent(portolan, portolan.bootstrap.agentToken, 'uid-1', { generation: 'v3' });
  const agent = await relayAgent(portolan, { clusterId: portolan.bootstrap.clusterId, workspace: 'default' });
  const application = (name: string) => hub('ManagedApplication', name, { appId: name, owner: 'ada' });
  const subscribed = { apiBundles: [{ name: 'all' }], managedApplications: [{ name: 'mobile' }] };
  const { status } = await agent.call('PUT', '/agent/v1/resources', {
    sequence: 1,
    problems: [],
    objects: [
      hub('API', 'stops', {}),
      hub('APIBundle', 'all', { apiSelector: {} }),
      hub('APIPlan', 'basic', {
        title: 'Basic',
        quota: { limit: 500, period: '24h', bucket: 'subscription' },
      }),
      hub('APIPlan', 'none', { title: 'None', quota: { limit: 0, period: '24h', bucket: 'subscription' } }),
      application('mobile'),
      application('web'),
      hub('ManagedSubscription', 'a', { ...subscribed, apiPlan: { name: 'basic' }, weight: 1 }),
      hub('ManagedSubscription', 'b', { ...subscribed, apiPlan: { name: 'none' } }),
      hub('ManagedSubscription', 'c', {
        apis: [{ name: 'stops' }],
        managedApplications: [{ name: 'web' }],
        apiPlan: { name: 'none' },
      }),
      object('traefik.io/v1alpha1', 'IngressRoute', 'stops', {
        spec: {
          routes: [{ match: 'Host(`city.example`)', kind: 'Rule', services: [{ name: 'app', port: 80 }] }],
        },
        annotations: { 'hub.traefik.io/api': 'stops' },
      }),
      object('v1', 'Service', 'app', { spec: { ports: [{ port: 80 }] } }),
    ],
  });
  expect(status).toBeLessThan(300);
  agent.close();
});

afterAll(() => portolan.close());

const why = (user: string | null) =>
  portolan.owner.call(explainRequest, { params, body: { user, url: 'https://city.example/x' } });

test('an application is explained by subscription, bundle and plan', async () => {
  const found = await why('mobile');
  expect(found).toMatchObject({
    status: 200,
    api: { name: 'stops' },
    grant: { kind: 'ManagedSubscription', name: 'a' },
    plan: { plan: { name: 'basic' }, quota: { limit: 500 }, counted: { kind: 'APIBundle', name: 'all' } },
  });
  expect(found.reasons.map(({ step, text }) => `${step}: ${text}`)).toEqual([
    'host: "city.example" is served',
    'route: IngressRoute "stops" in namespace "city": Host(`city.example`)',
    'api: it belongs to API "stops" in namespace "city"',
    'operation: GET /x',
    'access: ManagedSubscription "a" in namespace "city" grants it to application "mobile"',
    'plan: APIPlan "basic" in namespace "city" (Basic): quota 500 requests per 24h, used by everyone under it, shared by the APIs of APIBundle "all" in namespace "city"; its weight or name puts it before plan "none"',
    'upstream: goes to city/app:80',
  ]);
  expect(found.notes).toContainEqual(expect.stringContaining('was not checked here'));
});

test('a plan of nothing, a missing subscription and a missing credential say what would have to change', async () => {
  expect((await why('web')).reasons.at(-1)).toMatchObject({
    step: 'plan',
    ok: false,
    fix: 'raise the limit of APIPlan "none" in namespace "city"',
  });
  const refused = await why(null);
  expect(refused.status).toBe(401);
  await expect(why('nobody')).rejects.toMatchObject({ code: 'not-found' });
});
