import { listAudit } from '@portolan/contract/audit';
import { createKey } from '@portolan/contract/keys';
import { testProvider, useProvider } from '@portolan/contract/providers';
import { getMe } from '@portolan/contract/self-service';
import { getUser, listUsers, updateUser } from '@portolan/contract/users';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { hashToken, newSecret } from '../auth/secret-token.ts';
import { accessTokens } from '../auth/schema.ts';
import { newId } from '../db/ids.ts';
import { groups } from '../users/groups/schema.ts';
import { CLIENT, startOrganisation } from '../identity/single-sign-on/testing/organisation.ts';
import { signInProgram } from '../self-service/testing/program.ts';
import { users } from '../users/schema.ts';
import { startTestPlatform, type TestPlatform } from '../testing/platform.ts';
import type { DocumentedRequest } from './testing/documented-request.ts';
import { ENTRA_REQUESTS } from './testing/entra-requests.ts';
import { OKTA_REQUESTS } from './testing/okta-requests.ts';
import { createScimClient, type ScimClient } from './testing/scim-client.ts';

const params = { workspace: 'default' };
let portolan: TestPlatform;
let scim: ScimClient;
beforeAll(async () => {
  portolan = await startTestPlatform();
  await portolan.owner.call(useProvider, { params, body: { settings: { kind: 'scim' } } });
  scim = await createScimClient(portolan);
});
afterAll(() => portolan.close());
beforeEach(async () => {
  await portolan.platform.db.delete(users);
  await portolan.platform.db.delete(groups);
});

const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const person = (name: string, more: object = {}) => ({
  userName: `${name}@airline.example`,
  emails: [{ value: `${name}@airline.example`, type: 'work', primary: true }],
  ...more,
});
const provision = async (name: string, more: object = {}) => {
  const { status, body } = await scim('POST', '/Users', { body: person(name, more) });
  expect({ status, body }).toMatchObject({ status: 201 });
  return String(body['id']);
};
const patch = (path: string, ...operations: object[]) =>
  scim('PATCH', path, { body: { schemas: [PATCH], Operations: operations } });
const found = async (filter: string) => {
  const { status, body } = await scim(
    'GET',
    `/Users?filter=${encodeURIComponent(filter)}&attributes=userName`,
  );
  if (status !== 200) return body['scimType'];
  return (body['Resources'] as { userName: string }[]).map(({ userName }) => userName.split('@')[0]);
};

async function walk(requests: readonly DocumentedRequest[]): Promise<void> {
  const ids: Record<string, string> = {};
  const fill = <T>(value: T): T =>
    JSON.parse(
      JSON.stringify(value).replaceAll(/\{(user|group|other)\}/g, (_all, name) => ids[name] ?? ''),
    ) as T;
  for (const { title, method, path, body, status, response, keep } of requests) {
    const filled = path.replaceAll(
      /(?:\{|%7B)(user|group|other)(?:\}|%7D)/g,
      (_all, name) => ids[name] ?? '',
    );
    const answer = await scim(method, filled, body === undefined ? {} : { body: fill(body) });
    expect({ title, status: answer.status, body: answer.body }).toMatchObject({
      title,
      status,
      ...(response === undefined ? {} : { body: fill(response) }),
    });
    if (keep) ids[keep] = String(answer.body['id']);
  }
}

test('the requests that Okta documents', () => walk(OKTA_REQUESTS));

test('the requests that Microsoft Entra documents', () => walk(ENTRA_REQUESTS));

test('provisioned users and groups are those of the platform, and are not changed by hand', async () => {
  const id = await provision('ada', {
    externalId: 'x-1',
    name: { givenName: 'Ada', familyName: 'Lovelace' },
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { organization: 'Analytical' },
  });
  const { body } = await scim('POST', '/Groups', {
    body: { displayName: 'pilots', members: [{ value: id }] },
  });
  const user = await portolan.owner.call(getUser, { params: { ...params, user: 'ada@airline.example' } });
  expect(user).toMatchObject({
    id,
    externalId: 'x-1',
    firstName: 'Ada',
    lastName: 'Lovelace',
    company: 'Analytical',
    groups: ['pilots'],
    provider: 'scim',
    state: 'active',
  });
  const change = { params: { ...params, user: id }, body: { state: 'disabled' as const } };
  await expect(portolan.owner.call(updateUser, change)).rejects.toMatchObject({ code: 'owned-elsewhere' });
  const { body: read } = await scim('GET', `/Users/${id}`);
  expect(read['groups']).toMatchObject([{ value: body['id'], display: 'pilots', type: 'direct' }]);
  const { items } = await portolan.owner.call(listAudit, {
    params,
    query: { filter: 'action:group.create' },
  });
  expect(items[0]).toMatchObject({ actor: { kind: 'scim', name: 'test' }, origin: 'scim' });
});

test('deactivation ends sessions and keys of the user at once', async () => {
  const id = await provision('bob');
  const { key } = await portolan.owner.call(createKey, { params, body: { user: id, name: 'laptop' } });
  expect(key).toMatch(/^ptl_/);
  const token = newSecret('pts');
  const expiresAt = new Date(Date.now() + 60_000);
  const row = { id: newId('tok'), userId: id, kind: 'session', name: 'test', expiresAt } as const;
  await portolan.platform.db.insert(accessTokens).values({ ...row, hash: hashToken(token) });
  expect(await portolan.clientWith(token).call(getMe, {})).toMatchObject({ email: 'bob@airline.example' });
  expect((await patch(`/Users/${id}`, { op: 'replace', value: { active: false } })).body['active']).toBe(
    false,
  );
  await expect(portolan.clientWith(token).call(getMe, {})).rejects.toMatchObject({ status: 401 });
  expect(await portolan.platform.db.select().from(accessTokens).where(eq(accessTokens.userId, id))).toEqual(
    [],
  );
  const user = await portolan.owner.call(getUser, { params: { ...params, user: id } });
  expect(user.state).toBe('disabled');
});

test('filters of RFC 7644', async () => {
  await provision('ada', { title: 'Captain', externalId: 'Ada-1', name: { familyName: 'O"Hara' } });
  await provision('bob', { active: false, nickName: 'Bobby' });
  const both = ['ada', 'bob'];
  const table: readonly (readonly [string, unknown])[] = [
    ['userName eq "ADA@airline.example"', ['ada']],
    ['USERNAME Eq "ada@airline.example"', ['ada']],
    ['userName ne "ada@airline.example"', ['bob']],
    ['userName sw "a" and userName ew ".example"', ['ada']],
    ['userName co "airline"', both],
    ['externalId eq "ada-1"', []],
    ['externalId eq "Ada-1"', ['ada']],
    ['title pr', ['ada']],
    ['not (title pr)', ['bob']],
    ['title eq "captain" or nickName eq "bobby"', both],
    ['nickName eq "bobby" or title eq "captain" and active eq false', ['bob']],
    ['(nickName eq "bobby" or title eq "captain") and active eq true', ['ada']],
    ['active eq "False"', ['bob']],
    ['name.familyName eq "o\\"hara"', ['ada']],
    ['emails.value co "bob@"', ['bob']],
    ['emails co "bob@"', ['bob']],
    ['emails[type eq "work" and value sw "ada"]', ['ada']],
    ['emails[type eq "home"]', []],
    ['urn:ietf:params:scim:schemas:core:2.0:User:userName sw "b"', ['bob']],
    ['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department pr', []],
    ['meta.created lt "2000-01-01T00:00:00Z"', []],
    ['meta.lastModified gt "2000-01-01T00:00:00Z"', both],
    ['userName eq', 'invalidFilter'],
    ['userName like "a"', 'invalidFilter'],
    ['userName eq "a', 'invalidFilter'],
    ["userName eq 'a'", 'invalidFilter'],
    ['shoeSize eq "44"', 'invalidPath'],
    ['active gt true', 'invalidFilter'],
    ['('.repeat(50), 'invalidFilter'],
    [Array.from({ length: 100 }, () => 'title pr').join(' or '), 'invalidFilter'],
    ['userName eq "\'; drop table users; --"', []],
  ];
  for (const [filter, expected] of table) expect([filter, await found(filter)]).toEqual([filter, expected]);
});

test('pages begin at 1, and are as long as asked, 200 at most', async () => {
  for (const name of ['a', 'b', 'c']) await provision(name);
  const page = async (query: string) => {
    const { body } = await scim('GET', `/Users?${query}`);
    const names = (body['Resources'] as { userName: string }[]).map(({ userName }) => userName[0]);
    return [body['startIndex'], body['itemsPerPage'], body['totalResults'], names.join('')];
  };
  expect(await page('startIndex=2&count=1')).toEqual([2, 1, 3, 'b']);
  expect(await page('startIndex=0&count=2')).toEqual([1, 2, 3, 'ab']);
  expect(await page('startIndex=4')).toEqual([4, 0, 3, '']);
  expect(await page('count=0')).toEqual([1, 0, 3, '']);
  expect(await page('count=-5')).toEqual([1, 0, 3, '']);
  expect(await page('count=9999')).toEqual([1, 3, 3, 'abc']);
});

test('entity tags: what was read is not sent again, and what was changed meanwhile is not overwritten', async () => {
  const id = await provision('ada');
  const { headers } = await scim('GET', `/Users/${id}`);
  const tag = headers.get('etag') ?? '';
  expect((await scim('GET', `/Users/${id}`, { headers: { 'if-none-match': tag } })).status).toBe(304);
  const body = { Operations: [{ op: 'replace', path: 'title', value: 'Captain' }] };
  const options = { body, headers: { 'if-match': tag } };
  expect((await scim('PATCH', `/Users/${id}`, options)).status).toBe(200);
  expect(await scim('PATCH', `/Users/${id}`, options)).toMatchObject({
    status: 412,
    body: { status: '412' },
  });
  expect((await scim('GET', `/Users/${id}`, { headers: { 'if-none-match': tag } })).status).toBe(200);
});

test('what cannot be done is said in the form of RFC 7644', async () => {
  const id = await provision('ada');
  await provision('bob');
  const cases: readonly (readonly [string, Promise<{ status: number; body: object }>, object])[] = [
    ['no userName', scim('POST', '/Users', { body: {} }), { scimType: 'invalidValue' }],
    ['no address', scim('POST', '/Users', { body: { userName: 'eve' } }), { scimType: 'invalidValue' }],
    [
      'taken',
      patch(`/Users/${id}`, { op: 'replace', path: 'userName', value: 'bob@airline.example' }),
      { scimType: 'uniqueness' },
    ],
    [
      'read-only',
      patch(`/Users/${id}`, { op: 'replace', path: 'id', value: 'x' }),
      { scimType: 'mutability' },
    ],
    [
      'unknown path',
      patch(`/Users/${id}`, { op: 'add', path: 'shoeSize', value: 'x' }),
      { scimType: 'invalidPath' },
    ],
    [
      'no target',
      patch(`/Users/${id}`, { op: 'replace', path: 'emails[type eq "home"].value', value: 'a@b.c' }),
      { scimType: 'noTarget' },
    ],
    ['removes nothing', patch(`/Users/${id}`, { op: 'remove' }), { scimType: 'noTarget' }],
    ['operation', patch(`/Users/${id}`, { op: 'move', path: 'title' }), { scimType: 'invalidSyntax' }],
    [
      'not boolean',
      patch(`/Users/${id}`, { op: 'replace', path: 'active', value: 'perhaps' }),
      { scimType: 'invalidValue' },
    ],
    [
      'member',
      scim('POST', '/Groups', { body: { displayName: 'g', members: [{ value: 'usr_none' }] } }),
      { scimType: 'invalidValue' },
    ],
    ['not there', scim('GET', '/Users/usr_none'), { status: '404' }],
    ['no route', scim('GET', '/Printers'), { status: '404' }],
  ];
  for (const [name, answer, expected] of cases)
    expect([name, (await answer).body]).toMatchObject([
      name,
      { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], ...expected },
    ]);
  const { items } = await portolan.owner.call(listUsers, { params, query: {} });
  expect(items.map(({ email }) => email)).toEqual(['ada@airline.example', 'bob@airline.example']);
});

test('users can be provisioned before SCIM is in use; they become active with it', async () => {
  await portolan.owner.call(useProvider, { params, body: { settings: { kind: 'internal' } } });
  const id = await provision('early');
  await provision('gone', { active: false });
  const state = async (user: string) =>
    (await portolan.owner.call(getUser, { params: { ...params, user } })).state;
  expect((await scim('GET', `/Users/${id}`)).body['active']).toBe(true);
  expect(await state(id)).toBe('disabled');
  await portolan.owner.call(useProvider, { params, body: { settings: { kind: 'scim' } } });
  expect(await state(id)).toBe('active');
  expect(await state('gone@airline.example')).toBe('disabled');
});

test('only provisioned users sign in, as they were provisioned', async () => {
  const organisation = await startOrganisation(`${portolan.url}/oidc/single-sign-on`);
  onTestFinished(() => organisation.close());
  const signIn = { issuer: organisation.issuer, clientId: CLIENT.id, clientSecret: CLIENT.secret };
  const settings = { kind: 'scim' as const, signIn: { ...signIn, scopes: ['openid', 'email'] } };
  expect(await portolan.owner.call(testProvider, { params, body: { settings } })).toMatchObject({ ok: true });
  await portolan.owner.call(useProvider, { params, body: { settings } });
  const id = await provision('ada', { externalId: 'sub-1', name: { givenName: 'Ada' } });
  await scim('POST', '/Groups', { body: { displayName: 'pilots', members: [{ value: id }] } });
  const arrive = async (sub: string) => {
    organisation.atTheDoor = { sub, email: `${sub}@else.example`, email_verified: true, groups: ['board'] };
    const { tokens } = await signInProgram(portolan.url, 'default', (browser) => browser.submit({}), [
      organisation.issuer,
    ]);
    return portolan.clientWith(tokens.access_token).call(getMe, {});
  };
  expect(await arrive('sub-1')).toMatchObject({
    email: 'ada@airline.example',
    firstName: 'Ada',
    groups: ['pilots'],
  });
  await expect(arrive('sub-2')).rejects.toThrow(/has no account in this workspace/);
  await scim('DELETE', `/Users/${id}`);
  await expect(arrive('sub-1')).rejects.toThrow(/has no account in this workspace/);
});
