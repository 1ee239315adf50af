import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type Client } from '@portolan/contract/client';
import * as contract from '@portolan/contract/providers';
import { listGroups, listUsers } from '@portolan/contract/users';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startPart, type Part } from '../chain/part.ts';
import { until } from '../e2e/until.ts';
import { keycloakDirectory } from './distribution.ts';
import { findJava } from './java.ts';
import { Realm } from './realm.ts';
import { startKeycloak, type Keycloak } from './server.ts';
import { watchPath, type WatchedPath } from './watched-path.ts';

const params = { workspace: 'default' };
const PASSWORD = 'the synchronising user’s password';
const PEOPLE = 250;
const java = await findJava();
if (java === null) console.warn('Keycloak is not tested: no Java 21 or newer is here.');

describe.skipIf(java === null)('a real Keycloak', () => {
  let keycloak: Keycloak;
  let realm: Realm;
  let path: WatchedPath;
  let dataDir: string;
  let platform: Part<{ url: string }>;
  let owner: Client;
  let pilots: string;

  beforeAll(async () => {
    keycloak = await startKeycloak(await keycloakDirectory(java!), java!);
    path = await watchPath(keycloak.url);
    realm = new Realm(keycloak, 'airline');
    await populate();
    dataDir = await mkdtemp(join(tmpdir(), 'portolan-keycloak-'));
    platform = await startPart('platform/src/main.ts', ['platform', '--port', '0', '--data-dir', dataDir]);
    const { adminToken } = JSON.parse(await readFile(join(dataDir, 'bootstrap.json'), 'utf8'));
    owner = createClient({ baseUrl: platform.ready.url, token: adminToken });
  }, 20 * 60_000);
  beforeEach(() => {
    path.onRequest = null;
    path.requests.length = 0;
  });
  afterAll(async () => {
    await platform?.end('SIGTERM');
    await path?.close();
    await keycloak?.stop();
    if (dataDir) await rm(dataDir, { recursive: true, force: true });
  });

  async function populate(): Promise<void> {
    await realm.create();
    pilots = await realm.addGroup('pilots');
    await realm.addGroup('captains', pilots);
    await realm.addGroup('crew');
    for (let i = 0; i < 120; i += 1) await realm.addGroup(`gate ${i}`);
    const sync = { email: 'sync@airline.example', firstName: 'S', lastName: 'Y', password: PASSWORD };
    await realm.allow(await realm.addUser({ username: 'sync', ...sync }), ['view-users']);
    await realm.addUser({ ...sync, username: 'nobody', email: 'nobody@airline.example' });
    const asker = await realm.addUser({ ...sync, username: 'asker', email: 'asker@airline.example' });
    await realm.allow(asker, ['query-users', 'query-groups']);
    await realm.importUsers(Array.from({ length: PEOPLE }, (_, i) => person(i)));
    await realm.addUser({ username: 'faceless', firstName: 'No', lastName: 'Mail' });
  }

  const person = (i: number) => ({
    username: `user-${String(i).padStart(3, '0')}`,
    email: `user${i}@airline.example`,
    firstName: 'U',
    lastName: `N${i}`,
    company: 'Airline',
    enabled: i !== 7,
    groups: ['/crew', ...(i < 3 ? ['/pilots'] : []), ...(i === 0 ? ['/pilots/captains'] : [])],
  });
  const settings = (change: object = {}) => ({
    kind: 'keycloak' as const,
    url: path.url,
    realm: 'airline',
    username: 'sync',
    password: PASSWORD,
    ...change,
  });
  const active = async () => (await owner.call(contract.listProviders, { params })).items[0]!;
  const users = (filter: string) => owner.call(listUsers, { params, query: { filter } });
  const ended = (before: string | null) =>
    until('the synchronisation ends', 60_000, async () => {
      const now = await active();
      return now.sync.state !== 'running' && now.sync.finishedAt !== before ? now : null;
    });
  async function sync(): Promise<contract.Provider> {
    const before = (await active()).sync.finishedAt;
    await owner.call(contract.syncProvider, { params });
    return ended(before);
  }

  test.each([
    ['a name that does not resolve', { url: 'http://keycloak.invalid' }, 'resolve', /cannot be resolved/],
    ['nothing that listens', { url: 'http://127.0.0.1:1' }, 'connect', /is unreachable/],
    ['an unknown realm', { realm: 'railway' }, 'connect', /404/],
    ['an unknown user', { username: 'stranger' }, 'credentials', /401.*invalid/],
    ['a wrong password', { password: 'wrong' }, 'credentials', /401.*invalid/],
    ['a user without rights', { username: 'nobody' }, 'permissions', /403.*permission/],
    ['a user who may ask but not see', { username: 'asker' }, 'permissions', /view-users/],
  ])('the test before saving names the step that fails: %s', async (_what, wrong, step, reason) => {
    const body = { settings: settings(wrong) };
    const report = await owner.call(contract.testProvider, { params, body });
    expect(report.steps.find((one) => one.state === 'failed')).toMatchObject({
      step,
      message: expect.stringMatching(reason),
    });
  });

  test('the test before saving passes with view-users alone', async () => {
    const report = await owner.call(contract.testProvider, { params, body: { settings: settings() } });
    expect(report).toMatchObject({ ok: true });
  });

  test('brings users, nested groups and members of many pages, although its token ends in between', async () => {
    const isSecond = (url: URL) => url.pathname.endsWith('/users') && url.searchParams.get('first') === '100';
    path.onRequest = async (url) => {
      if (isSecond(url) && path.requests.filter(isSecond).length === 1) await realm.endSessions('sync');
      return undefined;
    };
    const begun = performance.now();
    await owner.call(contract.useProvider, { params, body: { settings: settings() } });
    const provider = await ended(null);
    report(performance.now() - begun);
    expect(provider).toMatchObject({
      users: PEOPLE + 3,
      groups: 123,
      sync: { state: 'succeeded', message: expect.stringMatching(/1 users were skipped/) },
    });
    expect(path.requests.filter(isSecond)).toHaveLength(2);
    expect((await users('email=user0@airline.example')).items).toMatchObject([
      { groups: ['crew', 'pilots', 'pilots/captains'], company: 'Airline', firstName: 'U', state: 'active' },
    ]);
    expect((await users('email=user7@airline.example')).items).toMatchObject([{ state: 'disabled' }]);
    expect((await users('groups=crew')).matched).toBe(PEOPLE);
  });

  function report(milliseconds: number): void {
    const pages = path.requests.filter((url) => url.searchParams.has('first')).length;
    const rate = Math.round((pages / milliseconds) * 1000);
    console.log(`${pages} pages in ${Math.round(milliseconds)} ms: ${rate} a second`);
  }

  test('deletes nobody while a listing is incomplete, and then only who is gone', async () => {
    await realm.deleteUser('user-009');
    path.onRequest = async (url) => (url.searchParams.get('first') === '200' ? 500 : undefined);
    expect(await sync()).toMatchObject({ users: PEOPLE + 3, sync: { state: 'failed' } });
    expect((await users('email=user9@airline.example')).matched).toBe(1);
    path.onRequest = null;
    expect(await sync()).toMatchObject({ users: PEOPLE + 2, sync: { state: 'succeeded' } });
    expect((await users('email=user9@airline.example')).matched).toBe(0);
  });

  test('follows changes of names, states and groups', async () => {
    await realm.changeUser('user-010', { lastName: 'Renamed', enabled: false });
    await realm.renameGroup(pilots, 'aviators');
    expect(await sync()).toMatchObject({ sync: { state: 'succeeded' } });
    expect((await users('email=user10@airline.example')).items).toMatchObject([
      { lastName: 'Renamed', state: 'disabled' },
    ]);
    const query = { filter: 'provider:keycloak aviators' };
    const groups = await owner.call(listGroups, { params, query });
    expect(groups.items.map(({ name }) => name)).toEqual(['aviators', 'aviators/captains']);
  });
});
