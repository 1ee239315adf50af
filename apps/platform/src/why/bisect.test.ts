import { afterAll, beforeAll, expect, test } from 'vitest';
import { bisectRequest } from '@portolan/contract/bisect';
import { rollBack } from '@portolan/contract/changes';
import { applyResources } from '@portolan/contract/resources';
import { createUser } from '@portolan/contract/users';
import { createKey } from '@portolan/contract/keys';
import { startTestPlatform, type TestPlatform } from '../testing/platform.ts';
import { linkAgent, relayAgent } from '../testing/relayed-agent.ts';

let portolan: TestPlatform;
const params = { workspace: 'default' };

const hub = (kind: string, name: string, spec: object, namespace?: string) => ({
  apiVersion: 'hub.traefik.io/v1alpha1',
  kind,
  metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
  spec,
});
const reported = (object: ReturnType<typeof hub>, group = 'hub.traefik.io') => ({
  key: `${object.kind}.${group}/${object.metadata.namespace ?? ''}/${object.metadata.name}`,
  owner: { kind: 'cluster' },
  object,
});
const access = (groups: string[]) =>
  hub('APIAccess', 'crew', { groups, apis: [{ name: 'flights', namespace: 'air' }] });

beforeAll(async () => {
  portolan = await startTestPlatform();
  await linkAgent(portolan, portolan.bootstrap.agentToken);
  const agent = await relayAgent(portolan, { clusterId: portolan.bootstrap.clusterId, workspace: 'default' });
  await agent.call('PUT', '/agent/v1/resources', {
    sequence: 1,
    problems: [],
    objects: [
      reported(
        hub(
          'API',
          'flights',
          { pathPrefix: '/flights', service: { name: 'flights', port: { number: 80 } } },
          'air',
        ),
      ),
      reported(hub('APIGateway', 'public', { apiAccesses: ['crew'], customDomains: ['air.example'] })),
      reported(
        {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: 'flights', namespace: 'air' },
          spec: { type: 'ExternalName', externalName: 'localhost', ports: [{ port: 80 }] },
        },
        '',
      ),
    ],
  });
  agent.close();
  await portolan.owner.call(createUser, { params, body: { email: 'ann@example.com', groups: ['crew'] } });
  await portolan.owner.call(createKey, { params, body: { user: 'ann@example.com', name: 'first' } });
});
afterAll(() => portolan.close());

const apply = (...objects: object[]) =>
  portolan.owner.call(applyResources, {
    params,
    body: { cluster: portolan.bootstrap.clusterId, objects: objects as never },
  });
const find = (more: object = {}) =>
  portolan.owner.call(bisectRequest, {
    params,
    body: { user: 'ann@example.com', url: 'https://air.example/flights/1', ...more },
  });

test('without changes, none made the difference', async () => {
  expect(await find()).toMatchObject({ now: { verdict: 'refuse' }, change: null, before: null });
});

test('the change since which a call is refused is found, and undone', async () => {
  await apply(access(['crew']));
  for (const group of ['x', 'y', 'z']) await apply(hub('APIAccess', 'other', { groups: [group], apis: [] }));
  const culprit = await apply(access(['pilots']));
  for (const group of ['a', 'b']) await apply(hub('APIAccess', 'other', { groups: [group], apis: [] }));
  const found = await find();
  expect(found).toMatchObject({
    now: { status: 403, verdict: 'refuse' },
    before: { status: 200, verdict: 'allow', revision: culprit.revision - 1 },
    change: { revision: culprit.revision, actor: { kind: 'account' } },
    objects: ['APIAccess.hub.traefik.io//crew'],
    searched: { changes: 7 },
  });
  expect(found.now.reason?.ok).toBe(false);

  await expect(find({ good: culprit.revision })).rejects.toMatchObject({ code: 'invalid-request' });
  expect((await find({ good: culprit.revision - 1 })).change?.revision).toBe(culprit.revision);

  const undone = await portolan.owner.call(rollBack, {
    params: { ...params, revision: culprit.revision },
    body: { to: 'without' },
  });
  expect(await find()).toMatchObject({ now: { verdict: 'allow' }, change: { revision: undone.revision } });
});

test('a call that is unknown to the platform is refused', async () => {
  await expect(find({ user: 'nobody@example.com' })).rejects.toMatchObject({ code: 'not-found' });
});
