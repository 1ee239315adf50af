import { listPortals, previewPortal } from '@portolan/contract/portals';
import { createUser } from '@portolan/contract/users';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestPlatform, type TestPlatform } from '../testing/platform.ts';
import { linkAgent, relayAgent } from '../testing/relayed-agent.ts';
import { clientIdOf } from './portal-client.ts';

const params = { workspace: 'default' };
let portolan: TestPlatform;

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
  const service = { name: 'flights', port: { number: 80 } };
  await agent.call('PUT', '/agent/v1/resources', {
    sequence: 1,
    problems: [],
    objects: [
      hub('API', 'flights', { pathPrefix: '/flights', service }, 'air'),
      hub('APIAccess', 'crew', { groups: ['crew'], apis: [{ name: 'flights', namespace: 'air' }] }),
      hub('APIGateway', 'public', { apiAccesses: ['crew'] }),
      hub('APIPortal', 'main', { apiGateway: 'public', title: 'Airline' }),
    ],
  });
  agent.close();
});
afterAll(() => portolan.close());

async function portalHost(): Promise<string> {
  const { items } = await portolan.owner.call(listPortals, { params });
  expect(items).toMatchObject([{ name: 'main', cluster: 'local', title: 'Airline', apis: 1 }]);
  return new URL(items[0]?.urls[0] ?? '').hostname;
}

/** Begins a sign-in as a browser would, and returns where it leads. */
async function authorize(redirectUri: string, clientId = clientIdOf(portolan.bootstrap.clusterId)) {
  const query = new URLSearchParams({
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid email profile groups',
    workspace: 'default',
    state: 'state',
    nonce: 'nonce',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  });
  const response = await fetch(`${portolan.url}/users/oidc/auth?${query.toString()}`, { redirect: 'manual' });
  return { status: response.status, location: response.headers.get('location') };
}

test('users are sent back to hosts of the cluster’s portals, and nowhere else', async () => {
  const host = await portalHost();
  expect(await authorize(`https://${host}/callback`)).toMatchObject({
    status: 303,
    location: expect.stringContaining('/users/oidc/sign-in/'),
  });
  for (const uri of [
    'https://evil.example/callback',
    `https://${host}/elsewhere`,
    `https://${host}.evil.example/callback`,
    `http://${host}/callback`,
  ])
    expect([uri, (await authorize(uri)).status]).toEqual([uri, 400]);
  expect((await authorize(`https://${host}/callback`, clientIdOf('cls_other'))).status).toBe(400);
});

test('previews are tickets for one portal and one minute, made by those who may change users', async () => {
  await portolan.owner.call(createUser, { params, body: { email: 'ada@example.com', groups: ['crew'] } });
  const input = { params: { ...params, portal: 'main' }, body: { user: 'ada@example.com' } };
  const { url } = await portolan.owner.call(previewPortal, input);
  const ticket = decodeJwt(new URL(url).searchParams.get('ticket') ?? '');
  expect(ticket).toMatchObject({
    aud: 'preview APIPortal.hub.traefik.io//main',
    email: 'ada@example.com',
    groups: ['crew'],
  });
  expect((ticket.exp ?? 0) * 1000 - Date.now()).toBeLessThanOrEqual(60_000);
  const viewer = await portolan.signInAs('viewer');
  await expect(viewer.client.call(previewPortal, input)).rejects.toMatchObject({ code: 'not-allowed' });
  const unknown = { ...input, params: { ...params, portal: 'other' } };
  await expect(portolan.owner.call(previewPortal, unknown)).rejects.toMatchObject({ code: 'not-found' });
});
