import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listAudit } from '@portolan/contract/audit';
import { explainRequest } from '@portolan/contract/explain';
import { createKey, updateKey } from '@portolan/contract/keys';
import { applyResources } from '@portolan/contract/resources';
import { getSettings, KEPT_SECRET, updateSettings } from '@portolan/contract/settings';
import { createUser } from '@portolan/contract/users';
import { startTestPlatform, type TestPlatform } from '../../testing/platform.ts';
import { linkAgent, relayAgent, type RelayedAgent } from '../../testing/relayed-agent.ts';
import { warningsOf } from './warnings.ts';

let portolan: TestPlatform;
let agent: RelayedAgent;
const params = { workspace: 'default' };
const PLANTED = 'planted-signing-secret-of-32-bytes';

beforeAll(async () => {
  portolan = await startTestPlatform();
  await linkAgent(portolan, portolan.bootstrap.agentToken);
  agent = await relayAgent(portolan, { clusterId: portolan.bootstrap.clusterId, workspace: 'default' });
  const user = await portolan.owner.call(createUser, { params, body: { email: 'ann@example.com' } });
  for (const name of ['laptop', 'phone', 'lost']) {
    const { id } = await portolan.owner.call(createKey, { params, body: { user: user.id, name } });
    if (name === 'lost')
      await portolan.owner.call(updateKey, { params: { ...params, key: id }, body: { state: 'suspended' } });
  }
});
afterAll(async () => {
  agent.close();
  await portolan.close();
});

type Change = Parameters<typeof change>[0];
const change = (body: { name?: string; apiAuth?: object; dryRun?: boolean }) =>
  portolan.owner.call(updateSettings, { params, body: body as never });
const read = () => portolan.owner.call(getSettings, { params });
const jwt = (over: object = { signingSecret: PLANTED }): Change => ({
  apiAuth: { kind: 'jwt', jwt: over, groupsClaim: 'roles', userIdClaim: 'sub' },
});
const byKey: Change = {
  apiAuth: {
    kind: 'apiKey',
    source: { header: 'Authorization', headerAuthScheme: 'Bearer', query: 'api_key' },
  },
};

test('callers use API keys until something else is set', async () => {
  expect(await read()).toEqual({ name: 'Default', ...byKey, keys: { total: 3, working: 2 } });
});

test('a dry run says what switching does, and does nothing', async () => {
  const { warnings, keys } = await change({ ...jwt(), dryRun: true });
  expect(warnings).toEqual([
    'API keys will stop working at all gateways: 2 active keys will be rejected. All 3 keys are kept and work again after switching back.',
    'Callers need a token with the claims "sub" and "roles". Groups are taken from the token; the groups of users in Portolan are ignored.',
  ]);
  expect(keys).toEqual({ total: 3, working: 0 });
  expect((await read()).apiAuth.kind).toBe('apiKey');
});

test('gateways hear of it at once with the secret, which nobody else is told; switching back keeps the keys', async () => {
  const followed = await agent.follow();
  const { revision } = await followed.next();
  await change(jwt());
  const pushed = JSON.parse(await followed.nextWith('"jwt"')) as { revision: number; sections: object };
  expect(pushed.revision).toBeGreaterThan(revision);
  expect(pushed.sections).toEqual({
    apiAuth: { kind: 'jwt', jwt: { signingSecret: PLANTED }, groupsClaim: 'roles', userIdClaim: 'sub' },
  });
  expect(await read()).toMatchObject({
    apiAuth: { jwt: { signingSecret: KEPT_SECRET } },
    keys: { total: 3, working: 0 },
  });
  const renamed = await change({
    apiAuth: { kind: 'jwt', jwt: { signingSecret: KEPT_SECRET }, groupsClaim: 'groups', userIdClaim: 'sub' },
  });
  expect(renamed.warnings[0]).toContain('"groups"');
  expect(await followed.nextWith('"groupsClaim":"groups"')).toContain(PLANTED);
  const audit = await portolan.owner.call(listAudit, {
    params,
    query: { filter: 'action=workspace.settings' },
  });
  expect(audit.items).toHaveLength(2);
  const { rows } = await portolan.platform.db.$client.query(
    'select to_jsonb(s) as row from workspace_settings s',
  );
  for (const place of [audit, await read(), rows]) expect(JSON.stringify(place)).not.toContain(PLANTED);
  const { warnings } = await change(byKey);
  expect(warnings).toEqual([
    'Tokens will stop working at all gateways: callers need one of the 2 active API keys, which will work again.',
  ]);
  await followed.nextWith('"apiKey"');
  expect((await read()).keys).toEqual({ total: 3, working: 2 });
  followed.end();
});

test('an explanation asks for what the workspace asks for', async () => {
  const hub = (kind: string, name: string, spec: object, namespace?: string) => ({
    apiVersion: 'hub.traefik.io/v1alpha1',
    kind,
    metadata: { name, ...(namespace ? { namespace } : {}) },
    spec,
  });
  const objects = [
    hub('API', 'flights', { pathPrefix: '/flights', service: { name: 's', port: { number: 80 } } }, 'air'),
    hub('APIAccess', 'all', { anyGroups: true, apis: [{ name: 'flights', namespace: 'air' }] }),
    hub('APIGateway', 'public', { apiAccesses: ['all'], customDomains: ['air.example'] }),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 's', namespace: 'air' },
      spec: { type: 'ExternalName', externalName: 'flights.example.com', ports: [{ port: 80 }] },
    },
  ];
  await portolan.owner.call(applyResources, { params, body: { objects } });
  await agent.call('PUT', '/agent/v1/resources', {
    sequence: 1,
    problems: [],
    objects: objects.map((object) => {
      const { apiVersion, kind, metadata } = object;
      const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
      const namespace = 'namespace' in metadata ? metadata.namespace : '';
      return { key: `${kind}.${group}/${namespace}/${metadata.name}`, owner: { kind: 'platform' }, object };
    }),
  });
  const explain = async () => {
    const body = { user: null, url: 'http://air.example/flights' };
    return JSON.stringify((await portolan.owner.call(explainRequest, { params, body })).reasons);
  };
  expect(await explain()).toMatch(/API key/i);
  await change(jwt());
  expect(await explain()).toMatch(/JWT|token/i);
  await change(byKey);
});

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
test.each([
  ['two keys', { signingSecret: 'x', jwksUrl: 'https://idp.example/keys' }, 'exactly one'],
  ['no key', {}, 'exactly one'],
  ['a file of the gateway’s machine', { jwksFile: '/etc/passwd' }, 'is not a JSON Web Key Set'],
  ['an address that is none', { jwksUrl: 'file:///etc/passwd' }, 'Invalid URL'],
  [
    'a private key',
    { publicKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) },
    'is not a PEM public key',
  ],
  [
    'a secret to keep that is not there',
    { signingSecret: KEPT_SECRET },
    'cannot be kept because none is stored',
  ],
  ['what is not base64', { signingSecret: '%%%', signingSecretBase64Encoded: true }, 'is not base64'],
])('refuses %s, and says why', async (_what, over, message) => {
  await expect(change(jwt(over))).rejects.toMatchObject({
    code: 'invalid-request',
    message: expect.stringContaining(message),
  });
  expect((await read()).apiAuth.kind).toBe('apiKey');
});

test('takes a public key, and renames without touching it', async () => {
  const pem = String(publicKey.export({ type: 'spki', format: 'pem' }));
  await change(jwt({ publicKey: pem }));
  const { name, apiAuth, warnings } = await change({ name: 'Airline' });
  expect({ name, apiAuth, warnings }).toMatchObject({
    name: 'Airline',
    apiAuth: { jwt: { publicKey: pem } },
    warnings: [],
  });
  expect((await read()).name).toBe('Airline');
  await change(byKey);
});

test('a viewer reads settings, an editor does not change them', async () => {
  const viewer = await portolan.signInAs('viewer');
  expect((await viewer.client.call(getSettings, { params })).keys.total).toBe(3);
  const editor = await portolan.signInAs('editor');
  await expect(editor.client.call(updateSettings, { params, body: { name: 'Mine' } })).rejects.toMatchObject({
    code: 'not-allowed',
  });
});

test('warns of a secret that can be guessed and of keys fetched in the clear', () => {
  const keys = { total: 0, working: 0 };
  const setting = (over: object) => ({ kind: 'jwt', jwt: over, groupsClaim: 'g', userIdClaim: 'u' }) as const;
  const before = setting({ signingSecret: PLANTED });
  expect(warningsOf(before, setting({ signingSecret: 'short' }), keys)).toContainEqual(
    expect.stringContaining('has 5 bytes'),
  );
  expect(warningsOf(before, setting({ jwksUrl: 'http://idp.example/keys' }), keys)).toContainEqual(
    expect.stringContaining('without TLS'),
  );
  expect(warningsOf(before, before, keys)).toEqual([]);
});
