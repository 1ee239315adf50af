import { applyResources } from '@portolan/contract/resources';
import {
  changePortalObjects,
  type PortalChange,
  type PortalChanged,
} from '@portolan/contract/portal-changes';
import { listAudit } from '@portolan/contract/audit';
import { hashApiKey } from '@portolan/process/api-key-hash';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestPlatform, type TestPlatform } from '../testing/platform.ts';
import { linkAgent, relayAgent, type RelayedAgent } from '../testing/relayed-agent.ts';

const params = { workspace: 'default' };
let portolan: TestPlatform;
let agent: RelayedAgent;

const hub = (kind: string, name: string, spec: object, annotations?: Record<string, string>) => ({
  key: `${kind}.hub.traefik.io/city/${name}`,
  owner: { kind: 'cluster' },
  object: {
    apiVersion: 'hub.traefik.io/v1alpha1',
    kind,
    metadata: { name, namespace: 'city', ...(annotations ? { annotations } : {}) },
    spec,
  },
});
const portalRoute = {
  key: 'IngressRoute.traefik.io/city/portal',
  owner: { kind: 'cluster' },
  object: {
    apiVersion: 'traefik.io/v1alpha1',
    kind: 'IngressRoute',
    metadata: {
      name: 'portal',
      namespace: 'city',
      annotations: { 'hub.traefik.io/api-portal': 'main' },
    },
    spec: {
      routes: [{ kind: 'Rule', match: 'Host(`portal.localhost`)', services: [{ name: 'any', port: 80 }] }],
    },
  },
};

beforeAll(async () => {
  portolan = await startTestPlatform();
  await linkAgent(portolan, portolan.bootstrap.agentToken, 'uid-1', { generation: 'v3' });
  agent = await relayAgent(portolan, { clusterId: portolan.bootstrap.clusterId, workspace: 'default' });
  await agent.call('PUT', '/agent/v1/resources', {
    sequence: 1,
    problems: [],
    objects: [
      portalRoute,
      hub('APIPortal', 'main', { trustedUrls: ['https://portal.localhost'] }),
      hub('API', 'stops', {}),
      hub('APIPlan', 'few', { title: 'Few', quota: { limit: 3, period: '1h' } }),
      hub('APIPlan', 'many', { title: 'Many', quota: { limit: 300, period: '1h' } }),
      hub(
        'APICatalogItem',
        'few',
        { everyone: true, apis: [{ name: 'stops' }], apiPlan: { name: 'few' } },
        { 'portolan.dev/subscriptions': 'automatic' },
      ),
      hub('APICatalogItem', 'many', {
        groups: ['crew'],
        apis: [{ name: 'stops' }],
        apiPlan: { name: 'many' },
        operationFilter: { include: ['read'] },
      }),
      hub('ManagedApplication', 'kept', { appId: 'kept', owner: 'ada@example.com' }),
    ],
  });
});
afterAll(async () => {
  agent?.close();
  await portolan.close();
});

const ADA = { id: 'usr_ada', email: 'ada@example.com', groups: ['crew'] };
const BO = { id: 'usr_bo', email: 'bo@example.com', groups: [] };

async function change(user: typeof ADA | typeof BO, wanted: PortalChange, namespace = 'city') {
  const { status, body } = await agent.call(changePortalObjects.method, changePortalObjects.path, {
    namespace,
    user,
    change: wanted,
  });
  return { status, body: body as PortalChanged & { error?: { code: string; message: string } } };
}

const nameOf = ({ body }: { body: PortalChanged }) => body.key.slice(body.key.lastIndexOf('/') + 1);

test('an application, its key and its subscriptions become objects of the cluster', async () => {
  const state = await agent.follow();
  const application = nameOf(await change(ADA, { change: 'create-application', title: 'Journey Planner!' }));
  expect(application).toMatch(/^journey-planner-[\da-f]{8}$/);
  const { body: key } = await change(ADA, { change: 'create-key', application, key: 'production' });
  expect(key.secret).toMatch(/^ptl_/);
  const seen = await state.nextWith(hashApiKey(key.secret ?? ''));
  expect(seen).toContain('"owner":"usr_ada"');
  const target = { kind: 'API', name: 'stops' } as const;
  const few = await change(ADA, { change: 'subscribe', application, target, item: 'few' });
  expect(few.body.approval).toBe('approved');
  const many = await change(ADA, { change: 'subscribe', application, target, item: 'many' });
  expect(many.body.approval).toBe('pending');
  const asked = await state.nextWith('"portolan.dev/approval":"pending"');
  expect(asked).toContain('"weight":1');
  expect(asked).toContain('"operationFilter":{"include":["read"]}');
  expect(asked).toContain('"portolan.dev/requested-by":"ada@example.com"');
  expect(await change(ADA, { change: 'subscribe', application, target, item: 'many' })).toMatchObject({
    status: 409,
  });
  const { items } = await portolan.owner.call(listAudit, { params, query: {} });
  expect(items.find(({ action }) => action === 'resources.apply')).toMatchObject({
    actor: { kind: 'user', name: 'ada@example.com' },
  });
  expect(JSON.stringify(items)).not.toContain(hashApiKey(key.secret ?? ''));
  const suspended = { change: 'set-key-state', application, key: 'production', state: 'suspended' } as const;
  expect((await change(ADA, suspended)).status).toBe(200);
  expect(await state.nextWith('"suspended":true')).toContain(hashApiKey(key.secret ?? ''));
  expect((await change(ADA, { change: 'unsubscribe', subscription: nameOf(many) })).status).toBe(200);
  expect((await change(ADA, { change: 'delete-application', application })).status).toBe(200);
  expect(await change(ADA, { change: 'unsubscribe', subscription: nameOf(few) })).toMatchObject({
    status: 404,
  });
  state.end();
});

test('nobody changes what is another’s, is not offered, or is a resource of the cluster', async () => {
  const application = nameOf(await change(ADA, { change: 'create-application', title: 'Mine' }));
  const target = { kind: 'API', name: 'stops' } as const;
  const refused: [typeof ADA | typeof BO, PortalChange, number][] = [
    [BO, { change: 'create-key', application, key: 'stolen' }, 404],
    [BO, { change: 'delete-application', application }, 404],
    [BO, { change: 'subscribe', application, target, item: 'few' }, 404],
    [ADA, { change: 'subscribe', application, target: { kind: 'API', name: 'other' }, item: 'few' }, 404],
    [ADA, { change: 'subscribe', application, target, item: 'nothing' }, 404],
    [ADA, { change: 'create-key', application: 'kept', key: 'second' }, 409],
    [ADA, { change: 'delete-key', application, key: 'none' }, 404],
  ];
  for (const [user, wanted, status] of refused)
    expect([wanted.change, (await change(user, wanted)).status]).toEqual([wanted.change, status]);
  const bo = nameOf(await change(BO, { change: 'create-application', title: 'Bo' }));
  expect((await change(BO, { change: 'subscribe', application: bo, target, item: 'many' })).status).toBe(404);
  expect((await change(ADA, { change: 'create-application', title: 'x' }, 'elsewhere')).status).toBe(404);
});

test('an application that is a resource subscribes all the same', async () => {
  const target = { kind: 'API', name: 'stops' } as const;
  const { body } = await change(ADA, { change: 'subscribe', application: 'kept', target, item: 'few' });
  expect(body.approval).toBe('approved');
});

test('an application that an administrator made on the platform is its owner’s to change', async () => {
  const { object } = hub('ManagedApplication', 'by-hand', { appId: 'by-hand', owner: 'usr_ada' });
  await portolan.owner.call(applyResources, { params, body: { objects: [object], dryRun: false } });
  expect((await change(ADA, { change: 'create-key', application: 'by-hand', key: 'one' })).status).toBe(200);
});
