import { afterAll, beforeAll, expect, test } from 'vitest';
import { explainRequest } from '@portolan/contract/explain';
import { createUser } from '@portolan/contract/users';
import { startTestPlatform, type TestPlatform } from '../../testing/platform.ts';
import { linkAgent, relayAgent } from '../../testing/relayed-agent.ts';

let portolan: TestPlatform;
const params = { workspace: 'default' };

const hub = (kind: string, name: string, spec: object, namespace?: string) => ({
  key: `${kind}.hub.traefik.io/${namespace ?? ''}/${name}`,
  owner: { kind: 'cluster' },
  object: {
    apiVersion: 'hub.traefik.io/v1alpha1',
    kind,
    metadata: { name, ...(namespace ? { namespace } : {}) },
    spec,
  },
});

beforeAll(async () => {
  portolan = await startTestPlatform();
  await linkAgent(portolan, portolan.bootstrap.agentToken);
  const agent = await relayAgent(portolan, { clusterId: portolan.bootstrap.clusterId, workspace: 'default' });
  await agent.call('PUT', '/agent/v1/resources', {
    sequence: 1,
    problems: [],
    objects: [
      hub(
        'API',
        'flights',
        { pathPrefix: '/flights', service: { name: 'flights', port: { number: 80 } } },
        'air',
      ),
      hub('APIAccess', 'crew', { groups: ['crew'], apis: [{ name: 'flights', namespace: 'air' }] }),
      hub('APIGateway', 'public', { apiAccesses: ['crew'], customDomains: ['air.example'] }),
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
  agent.close();
  for (const [email, group] of [
    ['ann@example.com', 'crew'],
    ['bob@example.com', 'guests'],
  ] as const) {
    await portolan.owner.call(createUser, { params, body: { email, groups: [group] } });
  }
});

afterAll(() => portolan.close());

test.each([
  ['ann@example.com', '/flights/1', 200, 'allow'],
  ['bob@example.com', '/flights/1', 403, 'refuse'],
  [null, '/flights/1', 401, 'refuse'],
  ['ann@example.com', '/nowhere', 404, 'refuse'],
])('explains what %s meets at %s', async (user, path, status, verdict) => {
  const body = { user, url: `https://air.example${path}` };
  const explanation = await portolan.owner.call(explainRequest, { params, body });
  expect(explanation).toMatchObject({ cluster: 'local', status, verdict });
  expect(explanation.reasons.length).toBeGreaterThan(0);
});

test('a viewer may ask; a user nobody knows is not found', async () => {
  const { client } = await portolan.signInAs('viewer');
  const url = 'https://air.example/flights/1';
  expect(await client.call(explainRequest, { params, body: { user: null, url } })).toMatchObject({
    status: 401,
  });
  await expect(
    client.call(explainRequest, { params, body: { user: 'x@example.com', url } }),
  ).rejects.toMatchObject({ code: 'not-found' });
});
