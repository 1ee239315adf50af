import { auditEvents } from '../db/schema.ts';
import {
  createGroup,
  createUser,
  deleteGroup,
  deleteUser,
  getUser,
  listGroups,
  renameGroup,
  updateUser,
} from '@portolan/contract/users';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestPlatform, type TestPlatform } from '../testing/platform.ts';

const params = { workspace: 'default' };
let portolan: TestPlatform;
beforeAll(async () => {
  portolan = await startTestPlatform();
});
afterAll(() => portolan.close());

const audited = async () =>
  (await portolan.platform.db.select().from(auditEvents)).map((event) => event.action);

test('creates a user with groups that did not exist, changes and deletes them, each with one audit event, the groups too', async () => {
  const before = await audited();
  const body = {
    email: 'ada@example.com',
    firstName: 'Ada',
    lastName: 'Lovelace',
    company: 'Engines',
    groups: ['pilots', 'crew'],
  };
  const user = await portolan.owner.call(createUser, { params, body });
  expect(user).toMatchObject({
    ...body,
    groups: ['crew', 'pilots'],
    provider: 'internal',
    state: 'active',
    keys: 0,
  });
  const one = { params: { ...params, user: 'ADA@example.com' } };
  expect(await portolan.owner.call(getUser, one)).toEqual(user);
  const changed = await portolan.owner.call(updateUser, {
    ...one,
    body: { groups: ['crew'], revision: user.revision },
  });
  expect(changed).toMatchObject({ groups: ['crew'], lastName: 'Lovelace' });
  expect(changed.revision).toBeGreaterThan(user.revision);
  await portolan.owner.call(deleteUser, one);
  await expect(portolan.owner.call(getUser, one)).rejects.toMatchObject({ code: 'not-found' });
  expect((await audited()).slice(before.length)).toEqual([
    'group.create',
    'group.create',
    'user.create',
    'user.update',
    'user.delete',
  ]);
});

test('refuses a change made on an older revision and shows what is there now', async () => {
  const user = await portolan.owner.call(createUser, {
    params,
    body: { email: 'alan@example.com', firstName: 'Alan' },
  });
  const one = { params: { ...params, user: user.id } };
  const change = (lastName: string) =>
    portolan.owner.call(updateUser, { ...one, body: { lastName, revision: user.revision } });
  const results = await Promise.allSettled([change('Turing'), change('Kay')]);
  const refused = results.find((result) => result.status === 'rejected');
  expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
  expect(refused?.reason).toMatchObject({
    code: 'revision-mismatch',
    status: 409,
    details: { current: { id: user.id } },
  });
});

test('refuses a second user of an e-mail, in whatever case', async () => {
  await portolan.owner.call(createUser, { params, body: { email: 'twice@example.com' } });
  const second = portolan.owner.call(createUser, { params, body: { email: 'Twice@Example.com' } });
  await expect(second).rejects.toMatchObject({
    code: 'already-exists',
    fields: [{ field: 'email', message: 'taken' }],
  });
});

test.each([
  ['an override of direction', { email: 'x@example.com', firstName: 'a\u202Eb' }, 'firstName'],
  ['a look-alike of another alphabet', { email: 'x@example.com', groups: ['\u0430dmins'] }, 'groups.0'],
  ['a NUL', { email: 'x@example.com', company: 'a\0b' }, 'company'],
  ['half a surrogate pair', { email: 'x@example.com', company: 'a\uD800' }, 'company'],
  ['a homoglyph e-mail', { email: '\u0430da@example.com' }, 'email'],
  ['no e-mail', { email: 'nobody' }, 'email'],
  ['an over-long name', { email: 'x@example.com', lastName: 'x'.repeat(121) }, 'lastName'],
])('refuses %s', async (_what, body, field) => {
  const attempt = portolan.owner.call(createUser, { params, body });
  await expect(attempt).rejects.toMatchObject({ code: 'invalid-request', fields: [{ field }] });
});

test('renames and deletes a group; its members follow', async () => {
  const user = await portolan.owner.call(createUser, {
    params,
    body: { email: 'g@example.com', groups: ['old'] },
  });
  const one = { params: { ...params, user: user.id } };
  await portolan.owner.call(renameGroup, { params: { ...params, group: 'old' }, body: { name: 'new' } });
  expect((await portolan.owner.call(getUser, one)).groups).toEqual(['new']);
  const { items } = await portolan.owner.call(listGroups, { params, query: { filter: 'members>0 new' } });
  expect(items).toMatchObject([{ name: 'new', members: 1 }]);
  await expect(portolan.owner.call(createGroup, { params, body: { name: 'new' } })).rejects.toMatchObject({
    code: 'already-exists',
  });
  await portolan.owner.call(deleteGroup, { params: { ...params, group: 'new' } });
  expect((await portolan.owner.call(getUser, one)).groups).toEqual([]);
});
