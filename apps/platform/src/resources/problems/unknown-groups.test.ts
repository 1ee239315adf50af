import { afterAll, beforeAll, expect, test } from 'vitest';
import { planChanges } from '@portolan/contract/changes';
import { applyResources, listProblems } from '@portolan/contract/resources';
import { updateSettings } from '@portolan/contract/settings';
import { createGroup } from '@portolan/contract/users';
import { startTestPlatform, type TestPlatform } from '../../testing/platform.ts';
import { linkAgent, relayAgent, type RelayedAgent } from '../../testing/relayed-agent.ts';

let portolan: TestPlatform;
let agent: RelayedAgent;
const params = { workspace: 'default' };
const access = (name: string, groups: string[]) => ({
  apiVersion: 'hub.traefik.io/v1alpha1',
  kind: 'APIAccess',
  metadata: { name },
  spec: { groups, apis: [{ name: 'flights', namespace: 'air' }] },
});
const problems = async (filter = 'code=unknown-group') =>
  (await portolan.owner.call(listProblems, { params, query: { filter, sort: 'message' } })).items;
const warnings = async (...objects: object[]) => {
  const plan = await portolan.owner.call(planChanges, { params, body: { objects: objects as never } });
  return plan.warnings.filter(({ field }) => field === 'spec.groups').map(({ message }) => message);
};
const missing = (group: string) => `Group "${group}" does not exist: nobody has access through it`;

beforeAll(async () => {
  portolan = await startTestPlatform();
  await linkAgent(portolan, portolan.bootstrap.agentToken);
  agent = await relayAgent(portolan, { clusterId: portolan.bootstrap.clusterId, workspace: 'default' });
  const owner = { kind: 'file', file: 'access.yaml', line: 3 };
  await agent.call('PUT', '/agent/v1/resources', {
    sequence: 1,
    problems: [],
    objects: [
      { key: 'APIAccess.hub.traefik.io//crew', owner, object: access('crew', ['crew', "o'ps"]) },
      // Of a kind that has nothing to do with groups of users.
      {
        key: 'Other.example.com//x',
        owner,
        object: { ...access('x', ['y']), apiVersion: 'example.com/v1', kind: 'Other' },
      },
    ],
  });
});
afterAll(async () => {
  agent.close();
  await portolan.close();
});

test('in a workspace without groups none is missing yet', async () => {
  expect(await problems()).toEqual([]);
});

test('an object that names a group which does not exist is a problem until the group is created', async () => {
  await portolan.owner.call(createGroup, { params, body: { name: 'staff' } });
  expect(await problems()).toMatchObject([
    {
      severity: 'warning',
      kind: 'APIAccess',
      namespace: null,
      name: 'crew',
      field: 'spec.groups',
      file: 'access.yaml',
      line: 3,
      message: missing('crew'),
      fix: 'create the group, or correct its name',
    },
    { message: missing("o'ps") },
  ]);
  expect(await problems('name=crew message~ops')).toEqual([]);
  expect(await problems("message~o'ps severity=warning")).toHaveLength(1);
  await portolan.owner.call(createGroup, { params, body: { name: 'crew' } });
  expect((await problems()).map(({ message }) => message)).toEqual([missing("o'ps")]);
});

test('a plan warns of it, once, and not of what was wrong before', async () => {
  expect(await warnings(access('new', ['crew', 'nope']))).toEqual([missing('nope')]);
  await portolan.owner.call(applyResources, { params, body: { objects: [access('new', ['crew', 'nope'])] } });
  expect(
    await warnings({ ...access('new', ['nope']), metadata: { name: 'new', labels: { a: 'b' } } }),
  ).toEqual([]);
});

test('groups of tokens need not exist here', async () => {
  const apiAuth = { kind: 'jwt' as const, jwt: { jwksUrl: 'https://issuer.example/jwks' } };
  await portolan.owner.call(updateSettings, { params, body: { apiAuth } });
  expect(await problems()).toEqual([]);
  expect(await warnings(access('other', ['anything']))).toEqual([]);
});
