import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createKey, listKeys } from '@portolan/contract/keys';
import * as contract from '@portolan/contract/providers';
import { createUser, listGroups, listUsers } from '@portolan/contract/users';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { startTestPlatform, type TestPlatform } from '../testing/platform.ts';
import type { StandIn } from './testing/directory.ts';
import { startKeycloak } from './testing/keycloak-stand-in.ts';
import { startOkta } from './testing/okta-stand-in.ts';

const params = { workspace: 'default' };
let portolan: TestPlatform;
let keycloak: StandIn;
let okta: StandIn;
beforeAll(async () => {
  portolan = await startTestPlatform();
  keycloak = await startKeycloak({
    users: Array.from({ length: 250 }, (_, i) => ({
      id: `kc-${i}`,
      email: `kc${i}@example.com`,
      first: 'K',
      last: `C${i}`,
      company: 'Airline',
    })),
    groups: [
      {
        id: 'g1',
        name: 'pilots',
        members: ['kc-1', 'kc-2'],
        children: [{ id: 'g2', name: 'captains', members: ['kc-1'] }],
      },
      { id: 'g3', name: 'crew', members: Array.from({ length: 150 }, (_, i) => `kc-${i}`) },
    ],
  });
  okta = await startOkta({
    users: Array.from({ length: 5 }, (_, i) => ({
      id: `ok-${i}`,
      email: `ok${i}@example.com`,
      first: 'O',
      last: 'K',
      enabled: i !== 4,
    })),
    groups: [{ id: 'og', name: 'Everyone', members: ['ok-0', 'ok-1', 'ok-2'] }],
  });
});
afterEach(() => {
  keycloak.intercept = null;
  okta.intercept = null;
});
afterAll(async () => {
  await portolan.close();
  await keycloak.close();
  await okta.close();
});

const keycloakSettings = (password?: string) => ({
  kind: 'keycloak' as const,
  url: keycloak.url,
  realm: 'airline',
  username: 'sync',
  ...(password === undefined ? {} : { password }),
});
const oktaSettings = () => ({
  kind: 'okta' as const,
  orgUrl: okta.url,
  issuerUrl: `${okta.url}/oauth2/default`,
  token: 'okta secret',
});
const use = (
  settings: Parameters<typeof portolan.owner.call<typeof contract.useProvider>>[1]['body']['settings'],
) => portolan.owner.call(contract.useProvider, { params, body: { settings } });
const active = async () => (await portolan.owner.call(contract.listProviders, { params })).items[0]!;
const users = (filter: string) => portolan.owner.call(listUsers, { params, query: { filter } });

async function synced(state: contract.Provider['sync']['state'] = 'succeeded'): Promise<contract.Provider> {
  return vi.waitFor(
    async () => {
      const provider = await active();
      expect(provider.sync).toMatchObject({ state, finishedAt: expect.any(String) });
      return provider;
    },
    { timeout: 10_000 },
  );
}

async function syncAgain(
  state: contract.Provider['sync']['state'] = 'succeeded',
): Promise<contract.Provider> {
  const before = (await active()).sync.finishedAt;
  await portolan.owner.call(contract.syncProvider, { params });
  await vi.waitFor(async () => expect((await active()).sync.finishedAt).not.toBe(before), {
    timeout: 10_000,
  });
  return synced(state);
}

test.each([
  ['a name that does not resolve', { url: 'http://keycloak.invalid' }, 'resolve', /cannot be resolved/],
  [
    'the address of a metadata service',
    { url: 'http://169.254.169.254' },
    'resolve',
    /not a permitted address for an identity provider/,
  ],
  ['nothing that listens', { url: 'http://127.0.0.1:1' }, 'connect', /is unreachable/],
  ['an unknown realm', { realm: 'railway' }, 'connect', /404/],
  ['a wrong password', { password: 'wrong' }, 'credentials', /401.*invalid/],
])('the test before saving tells of %s', async (_what, wrong, step, reason) => {
  const settings = { ...keycloakSettings('keycloak secret'), ...wrong };
  const report = await portolan.owner.call(contract.testProvider, { params, body: { settings } });
  expect(report.ok).toBe(false);
  expect(report.steps.find((one) => one.state === 'failed')).toMatchObject({
    step,
    message: expect.stringMatching(reason),
  });
});

test('the test before saving tells of a missing permission', async () => {
  keycloak.intercept = (_request, response, url) => {
    if (!url.pathname.endsWith('/groups')) return false;
    response.writeHead(403).end('{}');
    return true;
  };
  const body = { settings: keycloakSettings('keycloak secret') };
  const report = await portolan.owner.call(contract.testProvider, { params, body });
  expect(report.steps.at(-2)).toMatchObject({
    step: 'permissions',
    state: 'failed',
    message: expect.stringMatching(/403/),
  });
});

test('switching shows who loses access, disables and keeps them, and brings users of many pages', async () => {
  const ada = await portolan.owner.call(createUser, {
    params,
    body: { email: 'ada@example.com', groups: ['ops'] },
  });
  await portolan.owner.call(createKey, { params, body: { user: ada.id, name: 'laptop' } });
  const body = { settings: keycloakSettings('keycloak secret') };
  expect(await portolan.owner.call(contract.planProvider, { params, body })).toMatchObject({
    from: 'internal',
    disabledUsers: 1,
    disabledKeys: 1,
    restoredUsers: 0,
    examples: ['ada@example.com'],
  });
  await use(body.settings);
  expect(await synced()).toMatchObject({ kind: 'keycloak', users: 250, groups: 3 });
  expect((await users('kc1@example.com')).items).toMatchObject([
    {
      groups: ['crew', 'pilots', 'pilots/captains'],
      company: 'Airline',
      externalId: 'kc-1',
      state: 'active',
    },
  ]);
  expect((await users('email=ada@example.com')).items).toMatchObject([{ state: 'disabled', keys: 1 }]);
  const refused = portolan.owner.call(createUser, { params, body: { email: 'new@example.com' } });
  await expect(refused).rejects.toMatchObject({ code: 'owned-elsewhere' });
});

test('the provider’s password is in no answer and not readable in the database', async () => {
  const { items } = await portolan.owner.call(contract.listProviders, { params });
  const { rows } = await portolan.platform.db.$client.query(
    'select p::text from identity_providers p union all select a::text from audit_events a',
  );
  expect(JSON.stringify([items, rows])).not.toContain('keycloak secret');
});

test('follows changes, keeps keys of those who stay, deletes those who are gone', async () => {
  const key = await portolan.owner.call(createKey, {
    params,
    body: { user: 'kc3@example.com', name: 'phone' },
  });
  const { directory } = keycloak;
  // Two swap their e-mails, one is renamed, one is disabled, one appears twice, one has no e-mail, one is gone.
  [directory.users[5]!.email, directory.users[6]!.email] = [
    directory.users[6]!.email,
    directory.users[5]!.email,
  ];
  directory.users[3]!.last = 'Renamed\u202E\0';
  directory.users[7]!.enabled = false;
  directory.users.push({ ...directory.users[8]! }, { id: 'kc-x', email: '', first: '', last: '' });
  directory.users.splice(9, 1);
  directory.groups[0]!.name = 'aviators';
  const provider = await syncAgain();
  expect(provider).toMatchObject({
    users: 249,
    sync: { message: expect.stringMatching(/1 users were skipped/) },
  });
  expect((await users('email=kc3@example.com')).items).toMatchObject([{ lastName: 'Renamed', keys: 1 }]);
  expect((await users('externalId=kc-5')).items).toMatchObject([{ email: 'kc6@example.com' }]);
  expect((await users('externalId=kc-7')).items).toMatchObject([{ state: 'disabled' }]);
  expect((await users('externalId=kc-9')).matched).toBe(0);
  const groups = await portolan.owner.call(listGroups, { params, query: { filter: 'provider:keycloak' } });
  expect(groups.items.map((group) => group.name)).toEqual(['aviators', 'aviators/captains', 'crew']);
  const keys = await portolan.owner.call(listKeys, { params, query: { filter: 'phone' } });
  expect(keys.items).toMatchObject([{ id: key.id, state: 'active' }]);
});

test('pages that the provider filters after cutting them end at the first empty one', async () => {
  const { users: everyone } = keycloak.directory;
  const hidden = new Set([everyone[101]!.id, everyone[102]!.id, everyone[103]!.id]);
  keycloak.directory.users = everyone;
  const key = { user: 'kc240@example.com', name: 'far behind' };
  await portolan.owner.call(createKey, { params, body: key });
  keycloak.intercept = (_request, response, url) => {
    if (url.pathname !== '/admin/realms/airline/users') return false;
    const first = Number(url.searchParams.get('first'));
    const page = everyone
      .slice(first, first + Number(url.searchParams.get('max')))
      .filter(({ id }) => !hidden.has(id));
    response.end(JSON.stringify(page.map((user) => ({ ...user, enabled: user.enabled ?? true }))));
    return true;
  };
  expect(await syncAgain()).toMatchObject({
    users: 249,
    sync: { message: expect.stringMatching(/Nothing was deleted.*reports 250 users but listed 247/) },
  });
  const keys = await portolan.owner.call(listKeys, { params, query: { filter: 'far' } });
  expect(keys.items).toMatchObject([{ state: 'active' }]);
});

test('a user who is deleted while pages are read takes nobody along', async () => {
  const { users: everyone } = keycloak.directory;
  let pages = 0;
  keycloak.intercept = (_request, _response, url) => {
    if (url.pathname !== '/admin/realms/airline/users') return false;
    pages += 1;
    if (pages === 2) keycloak.directory.users = everyone.slice(1);
    return false;
  };
  expect(await syncAgain()).toMatchObject({
    users: 249,
    sync: { message: expect.stringMatching(/Nothing was deleted/) },
  });
  keycloak.intercept = null;
  expect(await syncAgain()).toMatchObject({ users: 248 });
  keycloak.directory.users = everyone;
  expect(await syncAgain()).toMatchObject({ users: 249 });
});

test('members who go while pages are read take nobody along', async () => {
  const { groups, users: everyone } = keycloak.directory;
  const members = everyone.slice(0, 110).map(({ id }) => id);
  keycloak.directory.groups = [...groups, { id: 'wide', name: 'wide', members }];
  expect((await syncAgain()).sync.message).not.toContain('Nothing was deleted');
  const before = await countMembers();
  let pages = 0;
  keycloak.intercept = (_request, _response, url) => {
    if (url.pathname.endsWith('/groups/wide/members') && (pages += 1) === 2) members.splice(50, 1);
    return false;
  };
  expect(await syncAgain()).toMatchObject({
    sync: { message: expect.stringMatching(/Nothing was deleted.*changed while it was read/) },
  });
  expect(await countMembers()).toEqual(before);
  keycloak.intercept = null;
  keycloak.directory.groups = groups;
  await syncAgain();
});

async function countMembers(): Promise<unknown> {
  const { items } = await portolan.owner.call(listGroups, { params, query: { limit: 500 } });
  return items.map(({ name, members }) => [name, members]);
}

test('a slash in a group’s name is no path: nobody gets the rights of another group', async () => {
  const { groups } = keycloak.directory;
  keycloak.directory.groups = [
    ...groups,
    { id: 'a-slash', name: 'crew/lead', members: ['kc-20'] },
    {
      id: 'b-nested',
      name: 'ground',
      members: [],
      children: [{ id: 'z', name: 'lead', members: ['kc-21'] }],
    },
    { id: 'c-twin', name: 'twins', members: ['kc-22'] },
    { id: 'd-twin', name: 'twins', members: ['kc-23'] },
  ];
  const { sync } = await syncAgain();
  expect(sync.message).toMatch(/2 groups were skipped: twins has the name of another group/);
  const groupsOf = async (id: string) => (await users(`externalId=${id}`)).items[0]?.groups;
  expect(await groupsOf('kc-20')).toEqual(['crew', 'crew~/lead']);
  expect(await groupsOf('kc-21')).toEqual(['crew', 'ground/lead']);
  expect(await groupsOf('kc-22')).toEqual(['crew']);
  keycloak.directory.groups = groups;
  await syncAgain();
});

test('addresses of RFC 5321 and 6531 are taken; whoever is left out is named, and disabled all the same', async () => {
  const { users: everyone } = keycloak.directory;
  const withId = (id: string) => everyone.find((user) => user.id === id)!;
  const [first, second] = [withId('kc-30'), withId('kc-31')];
  const before = { first: { ...first, enabled: true }, second: { ...second, enabled: true } };
  Object.assign(first, { email: 'not an address', enabled: false });
  Object.assign(second, { email: withId('kc-32').email.toUpperCase(), enabled: false });
  const odd = [
    'r&d@acme.test',
    'jürgen@bücher.test',
    'İpek@acme.test',
    'a{b}=@acme.test',
    'ada@localhost',
    'info@xn--e1afmkfd.xn--p1ai',
  ];
  keycloak.directory.users = [
    ...everyone,
    ...odd.map((email, i) => ({ id: `odd-${i}`, email, first: 'Odd', last: String(i) })),
  ];
  const { sync } = await syncAgain();
  expect(sync.message).toMatch(
    /3 users were skipped: kc-30 not an address is not an e-mail address; kc-31 has the e-mail address of another user; kc-x has no/,
  );
  expect((await users('externalId=kc-30')).items).toMatchObject([
    { state: 'disabled', email: 'kc30@example.com' },
  ]);
  expect((await users('externalId=kc-31')).items).toMatchObject([
    { state: 'disabled', email: 'kc31@example.com' },
  ]);
  expect((await users('externalId=kc-32')).items).toMatchObject([{ state: 'active' }]);
  for (const email of odd) expect((await users(`email="${email}"`)).items).toMatchObject([{ email }]);
  Object.assign(first, before.first);
  Object.assign(second, before.second);
  keycloak.directory.users = everyone;
  await syncAgain();
});

test('a stored secret goes only where it was stored for', async () => {
  await use(oktaSettings());
  await synced();
  const heard: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    heard.push(request.headers.authorization);
    response.end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const elsewhere = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { token: _, ...kept } = oktaSettings();
  const attempt = (settings: Parameters<typeof use>[0]) =>
    portolan.owner.call(contract.testProvider, { params, body: { settings } });
  await expect(attempt({ ...kept, issuerUrl: elsewhere })).rejects.toMatchObject({
    fields: [{ field: 'settings.token', message: 'required: none is stored' }],
  });
  expect((await attempt(kept)).steps.find(({ step }) => step === 'credentials')?.state).toBe('passed');
  expect(heard).toEqual([]);
  server.close();
  await use(keycloakSettings());
  await synced();
});

test('the internal provider passes its test before saving, as there is nothing to test', async () => {
  const body = { settings: { kind: 'internal' as const } };
  expect(await portolan.owner.call(contract.testProvider, { params, body })).toEqual({ ok: true, steps: [] });
});

test('a synchronisation that was asked for is running when the answer arrives', async () => {
  const before = (await active()).sync.startedAt;
  const asked = await portolan.owner.call(contract.syncProvider, { params });
  expect(asked).toMatchObject({ state: 'running', startedAt: expect.any(String) });
  expect((await active()).sync.startedAt).not.toBe(before);
  await vi.waitFor(async () => expect((await active()).sync.state).toBe('succeeded'), { timeout: 10_000 });
});

test('a provider that suddenly lists nobody is an alarm and changes nothing', async () => {
  const { users: everyone } = keycloak.directory;
  keycloak.directory.users = [];
  expect(await syncAgain('alarm')).toMatchObject({
    users: 249,
    sync: { message: expect.stringMatching(/No changes were made/) },
  });
  keycloak.directory.users = everyone;
  expect(await syncAgain()).toMatchObject({ users: 249 });
});

test('a listing that breaks off changes nothing; one that goes in circles is refused', async () => {
  keycloak.intercept = (_request, response, url) => {
    if (url.searchParams.get('first') !== '199') return false;
    response.writeHead(500).end('{}');
    return true;
  };
  expect(await syncAgain('failed')).toMatchObject({
    users: 249,
    sync: { message: expect.stringMatching(/500/) },
  });
  keycloak.intercept = null;
  await use(oktaSettings());
  await synced();
  okta.intercept = (_request, response, url) => {
    if (url.pathname !== '/api/v1/users') return false;
    response.writeHead(200, { link: `<${okta.url}/api/v1/users?after=2>; rel="next"` }).end('[]');
    return true;
  };
  expect(await syncAgain('failed')).toMatchObject({
    users: 5,
    sync: { message: expect.stringMatching(/same page twice/) },
  });
});

test('Okta: pages by its links, waits as its rate limit says', async () => {
  let refusals = 0;
  okta.intercept = (_request, response, url) => {
    if (!url.pathname.startsWith('/api/v1/groups') || refusals > 0) return false;
    refusals += 1;
    response.writeHead(429, { 'x-rate-limit-reset': String(Math.floor(Date.now() / 1000)) }).end('{}');
    return true;
  };
  expect(await syncAgain()).toMatchObject({ id: expect.stringMatching(/^okta:/), users: 5, groups: 1 });
  expect(refusals).toBe(1);
  expect((await users('groups=Everyone')).matched).toBe(3);
  expect((await users('externalId=ok-4')).items).toMatchObject([{ state: 'disabled' }]);
});

test('going back gives everyone back what they had', async () => {
  expect((await users('provider:keycloak state=active')).matched).toBe(0);
  await use({ kind: 'internal' });
  expect((await users('email=ada@example.com')).items).toMatchObject([
    { state: 'active', groups: ['ops'], keys: 1 },
  ]);
  await use(keycloakSettings());
  await synced();
  expect((await users('provider:keycloak state=active')).matched).toBe(248);
});

test('goes on from the last page after a restart', async () => {
  const { $client } = portolan.platform.db;
  const gate = Promise.withResolvers<void>();
  keycloak.intercept = (_request, response, url) => {
    if (!url.pathname.endsWith('/groups')) return false;
    void gate.promise.then(() => response.writeHead(503).end('{}'));
    return true;
  };
  await portolan.owner.call(contract.syncProvider, { params });
  await vi.waitFor(async () => {
    const { rows } = await $client.query(
      "select sync_cursor->>'stage' as stage from identity_providers where active",
    );
    expect(rows).toEqual([{ stage: 'groups' }]);
  });
  const { rows } = await $client.query(
    'select sync_cursor as cursor, sync_run as run from identity_providers where active',
  );
  gate.resolve();
  await synced('failed');
  // As a crash would have left it.
  await $client.query(
    "update identity_providers set sync_state = 'running', sync_cursor = $1, sync_lease_until = null where active",
    [JSON.stringify(rows[0].cursor)],
  );
  keycloak.intercept = null;
  keycloak.requests.length = 0;
  expect(await syncAgain()).toMatchObject({ users: 249 });
  expect(keycloak.requests.filter((path) => path.endsWith('/users'))).toEqual([]);
});
