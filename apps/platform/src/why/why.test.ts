import { afterAll, beforeAll, expect, test } from 'vitest';
import { explainRequest } from '@portolan/contract/explain';
import { createKey, rotateKey, updateKey } from '@portolan/contract/keys';
import { updateSettings } from '@portolan/contract/settings';
import { createUser, updateUser } from '@portolan/contract/users';
import { startTestPlatform, type TestPlatform } from '../testing/platform.ts';
import { linkAgent, relayAgent } from '../testing/relayed-agent.ts';

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
    await portolan.owner.call(createKey, { params, body: { user: email, name: 'first' } });
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

const url = 'https://air.example/flights/1';
const ask = (body: { user: string | null; key?: string; headers?: Record<string, string> }) =>
  portolan.owner.call(explainRequest, { params, body: { url, ...body } });

/** A user of the crew with one key. */
async function crewMember(email: string) {
  await portolan.owner.call(createUser, { params, body: { email, groups: ['crew'] } });
  return portolan.owner.call(createKey, { params, body: { user: email, name: 'laptop' } });
}

test('a call with no usable key is refused with the reason that a gateway has', async () => {
  const email = 'eve@example.com';
  await portolan.owner.call(createUser, { params, body: { email, groups: ['crew'] } });
  const refused = { status: 401, verdict: 'refuse' };
  const why = async () => (await ask({ user: email })).reasons.find(({ ok }) => !ok);
  expect(await ask({ user: email })).toMatchObject(refused);
  expect(await why()).toMatchObject({ step: 'credential', text: 'eve@example.com has no API key' });
  const key = await portolan.owner.call(createKey, { params, body: { user: email, name: 'laptop' } });
  expect(await ask({ user: email })).toMatchObject({ status: 200, verdict: 'allow' });
  const one = { params: { ...params, key: key.id } };
  await portolan.owner.call(updateKey, { ...one, body: { state: 'suspended' } });
  expect(await ask({ user: email })).toMatchObject(refused);
  expect(await why()).toMatchObject({
    text: `API key laptop (${key.prefix}…) is suspended`,
    fix: expect.stringContaining('resume key laptop'),
  });
  await portolan.owner.call(updateKey, { ...one, body: { state: 'active' } });
  await portolan.owner.call(updateUser, { params: { ...params, user: email }, body: { state: 'disabled' } });
  expect(await ask({ user: email })).toMatchObject(refused);
  expect(await why()).toMatchObject({
    text: 'eve@example.com is disabled',
    fix: 'enable user eve@example.com',
  });
});

test('a key is explained by itself, by its prefix, and by the header it is sent in', async () => {
  const { key, prefix } = await crewMember('kim@example.com');
  const allowed = { status: 200, verdict: 'allow' };
  expect(await ask({ user: null, key })).toMatchObject(allowed);
  expect(await ask({ user: null, key: prefix })).toMatchObject(allowed);
  expect(await ask({ user: null, headers: { authorization: `bearer ${key}` } })).toMatchObject(allowed);
  const unknown = await ask({ user: null, key: `${key.slice(0, -1)}x` });
  expect(unknown).toMatchObject({ status: 401 });
  expect(unknown.reasons.at(-1)).toMatchObject({ text: 'this API key does not belong to the workspace' });
});

test('both keys of a rotation work until the old one expires', async () => {
  const old = await crewMember('rob@example.com');
  const made = await portolan.owner.call(rotateKey, {
    params: { ...params, key: old.id },
    body: { graceSeconds: 3600 },
  });
  expect(made).toMatchObject({ name: 'laptop', state: 'active', expiresAt: null });
  expect(made.previous).toMatchObject({ id: old.id, state: 'active' });
  const left = Date.parse(made.previous?.expiresAt ?? '') - Date.now();
  expect(left).toBeGreaterThan(3500_000);
  expect(left).toBeLessThanOrEqual(3600_000);
  for (const key of [old.key, made.key])
    expect(await ask({ user: null, key })).toMatchObject({ status: 200 });
  const last = await portolan.owner.call(rotateKey, {
    params: { ...params, key: made.id },
    body: { graceSeconds: 0 },
  });
  expect(last.previous).toBeNull();
  expect(await ask({ user: null, key: made.key })).toMatchObject({ status: 401 });
});

test('where callers authenticate by JWTs, groups come from the token', async () => {
  const { key } = await crewMember('jon@example.com');
  await portolan.owner.call(updateSettings, {
    params,
    body: { apiAuth: { kind: 'jwt', jwt: { signingSecret: 'x'.repeat(40) } } },
  });
  for (const question of [{ user: 'jon@example.com' }, { user: null, key }]) {
    const found = await ask(question);
    expect(found).toMatchObject({ status: 401, verdict: 'refuse' });
    expect(found.reasons.at(-1)?.text).toContain('the workspace authenticates callers by JWT');
  }
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const token = (claims: object) => `${part({ alg: 'HS256' })}.${part(claims)}.signature`;
  const by = (claims: object) => ask({ user: null, headers: { authorization: `Bearer ${token(claims)}` } });
  expect(await by({ sub: 'u1', groups: ['crew'] })).toMatchObject({ status: 200 });
  expect(await by({ sub: 'u1', groups: ['guests'] })).toMatchObject({ status: 403 });
  const expired = await by({ sub: 'u1', groups: ['crew'], exp: 1 });
  expect(expired.reasons.at(-1)?.text).toContain('the token expired at 1970-01-01');
  const longAgo = await by({ sub: 'u1', groups: ['crew'], exp: -1e300 });
  expect(longAgo.reasons.at(-1)?.text).toContain('the token expired at -1e+300');
  expect(await by({ sub: 'u1', groups: ['crew'], exp: { toString: 1, valueOf: 1 } })).toMatchObject({
    status: 200,
  });
});
