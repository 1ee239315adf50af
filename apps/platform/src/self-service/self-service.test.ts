import { createKey, updateKey } from '@portolan/contract/keys';
import { createPasswordLink } from '@portolan/contract/one-time-links';
import * as contract from '@portolan/contract/self-service';
import { whoAmI } from '@portolan/contract/sessions';
import { createUser, listUsers, updateUser } from '@portolan/contract/users';
import * as oauth from 'openid-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { auditEvents } from '../db/schema.ts';
import { FormBrowser } from '@portolan/process/testing/form-browser';
import { startTestPlatform, type TestPlatform } from '../testing/platform.ts';
import { linkAgent, relayAgent } from '../testing/relayed-agent.ts';
import { signInProgram } from './testing/program.ts';

const params = { workspace: 'default' };
const password = 'correct horse battery';
let portolan: TestPlatform;
beforeAll(async () => {
  portolan = await startTestPlatform();
  await reportApis();
  for (const [email, groups] of [
    ['ada@example.com', ['crew']],
    ['bob@example.com', []],
  ] as const)
    await newUser(email, [...groups]);
});
afterAll(() => portolan.close());

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

async function reportApis(): Promise<void> {
  await linkAgent(portolan, portolan.bootstrap.agentToken);
  const agent = await relayAgent(portolan, { clusterId: portolan.bootstrap.clusterId, workspace: 'default' });
  const service = { name: 'flights', port: { number: 80 } };
  await agent.call('PUT', '/agent/v1/resources', {
    sequence: 1,
    problems: [],
    objects: [
      hub('API', 'flights', { pathPrefix: '/flights', service }, 'air'),
      hub('API', 'secrets', { pathPrefix: '/secrets', service }, 'air'),
      hub('APIAccess', 'crew', { groups: ['crew'], apis: [{ name: 'flights', namespace: 'air' }] }),
      hub('APIAccess', 'board', { groups: ['board'], apis: [{ name: 'secrets', namespace: 'air' }] }),
      hub('APIGateway', 'public', { apiAccesses: ['crew', 'board'], customDomains: ['air.example'] }),
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
}

async function newUser(email: string, groups: string[]): Promise<void> {
  await portolan.owner.call(createUser, { params, body: { email, groups, firstName: 'A' } });
  const link = await portolan.owner.call(createPasswordLink, { params: { ...params, user: email } });
  const token = new URL(link.url!).searchParams.get('token')!;
  const set = await fetch(`${portolan.url}/set-password`, {
    method: 'POST',
    body: new URLSearchParams({ token, password }),
  });
  expect(await set.text()).toContain('href="/self-service?workspace=default"');
}

const asUser = async (email: string) => {
  const { tokens, config } = await signInProgram(portolan.url, 'default', (browser) =>
    browser.submit({ email, password }),
  );
  return { user: portolan.clientWith(tokens.access_token), tokens, config };
};

test('a person signs in with a browser, sees their APIs, and keeps their keys', async () => {
  const browser = await new FormBrowser(portolan.url).open(`${portolan.url}/self-service?workspace=default`);
  await browser.submit({ email: 'ada@example.com', password: 'wrong' });
  expect(browser.text).toContain('password is incorrect');
  await browser.submit({ email: 'ada@example.com', password });
  expect(browser.url).toMatch(/\/self-service/);
  expect(browser.text).toContain('https://air.example/flights');
  expect(browser.text).not.toContain('secrets');
  await browser.submit({ name: 'eternal', days: '1e30' }, '/keys');
  expect(browser.text).toContain('Choose one of the lifetimes offered');
  await browser.submit({ name: 'laptop', days: '30' }, '/keys');
  const shown = /<code>(ptl_[^<]+)<\/code>/.exec(browser.text)?.[1];
  expect(shown).toMatch(/^ptl_\w{43}_\w{6}$/);
  await browser.open(`${portolan.url}/self-service`);
  expect(browser.text).not.toContain(shown);
  await browser.submit({ name: 'laptop', days: '' }, '/keys');
  expect(browser.text).toContain('already has a key named laptop');
  await browser.open(`${portolan.url}/self-service`);
  await browser.submit({ change: 'suspend' }, '/keys/[^"]+');
  expect(browser.text).toContain('Resume');
  await browser.submit({ change: 'delete' }, '/keys/[^"]+');
  expect(browser.text).toContain('You have no API keys yet');
  await browser.submit({}, '/sign-out');
  expect(browser.text).toContain('name="password"');
});

test('a form from elsewhere does nothing', async () => {
  const forged = await fetch(`${portolan.url}/self-service/keys`, {
    method: 'POST',
    headers: { origin: 'https://evil.example', 'content-type': 'application/x-www-form-urlencoded' },
    body: 'name=stolen',
  });
  expect(forged.status).toBe(403);
});

test('a program of a user acts for the user alone', async () => {
  const { user, tokens, config } = await asUser('ada@example.com');
  expect(await user.call(contract.getMe, {})).toMatchObject({
    email: 'ada@example.com',
    groups: ['crew'],
    workspace: { id: 'default' },
  });
  expect(await user.call(contract.listOwnApis, {})).toMatchObject({
    items: [
      { name: 'flights', urls: expect.arrayContaining(['https://air.example/flights']), operations: 'all' },
    ],
  });
  await expect(user.call(listUsers, { params, query: {} })).rejects.toMatchObject({ code: 'not-signed-in' });
  await expect(user.call(whoAmI, {})).rejects.toMatchObject({ code: 'not-signed-in' });
  await expect(portolan.owner.call(contract.getMe, {})).rejects.toMatchObject({ code: 'not-signed-in' });
  const claims = await oauth.fetchUserInfo(config, tokens.access_token, oauth.skipSubjectCheck);
  expect(claims).toMatchObject({ email: 'ada@example.com', groups: ['crew'] });
  const members = await fetch(`${portolan.url}/oidc/me`, {
    headers: { authorization: `Bearer ${tokens.access_token}` },
  });
  expect(members.status).toBe(401);
  await user.call(contract.endOwnSession, {});
  await expect(user.call(contract.getMe, {})).rejects.toMatchObject({ code: 'not-signed-in' });
  await expect(oauth.refreshTokenGrant(config, tokens.refresh_token!)).rejects.toMatchObject({
    error: 'invalid_grant',
  });
});

test('keys: of oneself, shown once, limited; what an administrator stopped stays stopped', async () => {
  const { user: ada } = await asUser('ada@example.com');
  const { user: bob } = await asUser('bob@example.com');
  const made = await ada.call(contract.createOwnKey, { body: { name: 'one' } });
  const events = await portolan.platform.db.select().from(auditEvents);
  expect(events.at(-1)).toMatchObject({
    action: 'key.create',
    actorKind: 'user',
    actorName: 'ada@example.com',
  });
  expect(JSON.stringify(await ada.call(contract.listOwnKeys, {}))).not.toContain(made.key);
  const theirs = { params: { key: made.id } };
  await expect(bob.call(contract.deleteOwnKey, theirs)).rejects.toMatchObject({ code: 'not-found' });
  const suspend = { ...theirs, body: { state: 'suspended' } } as const;
  const resume = { ...theirs, body: { state: 'active' } } as const;
  await expect(bob.call(contract.updateOwnKey, suspend)).rejects.toMatchObject({ code: 'not-found' });
  await ada.call(contract.updateOwnKey, suspend);
  expect(await ada.call(contract.updateOwnKey, resume)).toMatchObject({ state: 'active' });
  await portolan.owner.call(updateKey, {
    params: { ...params, key: made.id },
    body: { state: 'suspended' },
  });
  await expect(ada.call(contract.updateOwnKey, resume)).rejects.toMatchObject({ code: 'not-allowed' });
  await ada.call(contract.deleteOwnKey, theirs);
  const many = Array.from({ length: contract.OWN_KEYS_MAX + 3 }, (_, i) => ({ name: `key ${i}` }));
  const results = await Promise.allSettled(many.map((body) => bob.call(contract.createOwnKey, { body })));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(contract.OWN_KEYS_MAX);
  await portolan.owner.call(createKey, { params, body: { user: 'bob@example.com', name: 'by the owner' } });
});

test('one who is disabled is out at once; a new password ends what the old one opened', async () => {
  const { user } = await asUser('bob@example.com');
  const one = { params: { ...params, user: 'bob@example.com' } };
  await portolan.owner.call(updateUser, { ...one, body: { state: 'disabled' } });
  await expect(user.call(contract.getMe, {})).rejects.toMatchObject({ code: 'not-signed-in' });
  await expect(asUser('bob@example.com')).rejects.toThrow(/password is incorrect/);
  await portolan.owner.call(updateUser, { ...one, body: { state: 'active' } });
  await user.call(contract.getMe, {});
  const link = await portolan.owner.call(createPasswordLink, one);
  const token = new URL(link.url!).searchParams.get('token')!;
  await fetch(`${portolan.url}/set-password`, {
    method: 'POST',
    body: new URLSearchParams({ token, password }),
  });
  await expect(user.call(contract.getMe, {})).rejects.toMatchObject({ code: 'not-signed-in' });
});
