import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { explainRequest } from '@portolan/contract/explain';
import { getOpenApi } from '@portolan/contract/resources';
import { startTestPlatform, type TestPlatform } from '../../testing/platform.ts';
import { linkAgent, relayAgent, type RelayedAgent } from '../../testing/relayed-agent.ts';

let portolan: TestPlatform;
let agent: RelayedAgent;
const params = { workspace: 'default' };
const key = 'API.hub.traefik.io/air/flights';
const json =
  '{"openapi":"3.1.0","info":{"title":"Flights"},"paths":{"/{id}":{"get":{"operationId":"getFlight"}}}}';
const sha256 = createHash('sha256').update(json).digest('hex');

beforeAll(async () => {
  portolan = await startTestPlatform();
  await linkAgent(portolan, portolan.bootstrap.agentToken);
  agent = await relayAgent(portolan, { clusterId: portolan.bootstrap.clusterId, workspace: 'default' });
});

afterAll(async () => {
  agent.close();
  await portolan.close();
});

const inventory = async (...documents: { key: string; sha256: string | null }[]) =>
  (await agent.call('POST', '/agent/v1/openapi', { documents })).body;

test('wants what it does not have, and only that', async () => {
  expect(await inventory({ key, sha256 }, { key: 'API.hub.traefik.io/air/other', sha256: null })).toEqual({
    wanted: [key],
  });
  expect((await agent.call('PUT', '/agent/v1/openapi', { key, sha256, json })).status).toBe(204);
  expect(await inventory({ key, sha256 })).toEqual({ wanted: [] });
  expect(await inventory({ key, sha256: 'f'.repeat(64) })).toEqual({ wanted: [key] });
});

test('shows a document to whoever may read resources, as its author ordered it', async () => {
  const { client } = await portolan.signInAs('viewer');
  const shown = await client.call(getOpenApi, { params, query: { key } });
  expect(shown).toMatchObject({ key, sha256 });
  expect(JSON.stringify(shown.document)).toBe(json);
  await expect(client.call(getOpenApi, { params, query: { key: 'API.hub/air/none' } })).rejects.toMatchObject(
    {
      code: 'not-found',
    },
  );
});

test('refuses a document that is not the one its digest names', async () => {
  const answer = await agent.call('PUT', '/agent/v1/openapi', { key, sha256, json: '{}' });
  expect(answer.status).toBe(400);
});

test('names operations in explanations', async () => {
  const hub = (kind: string, name: string, spec: object, namespace = '') => ({
    key: `${kind}.hub.traefik.io/${namespace}/${name}`,
    owner: { kind: 'cluster' },
    object: {
      apiVersion: 'hub.traefik.io/v1alpha1',
      kind,
      metadata: { name, ...(namespace === '' ? {} : { namespace }) },
      spec,
    },
  });
  const service = { name: 'flights', port: { number: 80 } };
  await agent.call('PUT', '/agent/v1/resources', {
    sequence: 1,
    problems: [],
    objects: [
      hub('API', 'flights', { pathPrefix: '/flights', service }, 'air'),
      hub('APIAccess', 'all', { anyGroups: true, apis: [{ name: 'flights', namespace: 'air' }] }),
      hub('APIGateway', 'public', { apiAccesses: ['all'], customDomains: ['air.example'] }),
    ],
  });
  const asked = async (path: string): Promise<string | undefined> => {
    const body = { user: null, url: `https://air.example${path}` };
    const { reasons } = await portolan.owner.call(explainRequest, { params, body });
    return reasons.find(({ step }) => step === 'operation')?.text;
  };
  expect(await asked('/flights/7')).toBe('GET /7, operation "getFlight" (GET /{id})');
  expect(await asked('/flights/7/seats')).toBe('GET /7/seats, which is not in its OpenAPI document');
});

test('forgets the document of an API that has none any more', async () => {
  expect(await inventory({ key, sha256: null })).toEqual({ wanted: [] });
  await portolan.owner.call(getOpenApi, { params, query: { key } });
  expect(await inventory()).toEqual({ wanted: [] });
  await expect(portolan.owner.call(getOpenApi, { params, query: { key } })).rejects.toMatchObject({
    code: 'not-found',
  });
});
