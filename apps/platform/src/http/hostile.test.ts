import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createUser } from '@portolan/contract/users';
import { startTestPlatform, type TestPlatform } from '../testing/platform.ts';

let portolan: TestPlatform;
let editor: string;
beforeAll(async () => {
  portolan = await startTestPlatform();
  editor = (await portolan.signInAs('editor')).token;
  for (const name of ['ada', 'bob', 'eve'])
    await portolan.owner.call(createUser, {
      params: { workspace: 'default' },
      body: { email: `${name}@example.com` },
    });
});
afterAll(() => portolan.close());

const ask = async (path: string, init: RequestInit = {}, token = editor) => {
  const headers = { authorization: `Bearer ${token}`, ...(init.headers as Record<string, string>) };
  const response = await fetch(`${portolan.url}${path}`, { redirect: 'manual', ...init, headers });
  return { status: response.status, text: await response.text() };
};
const base = '/api/v1/workspaces/default';
const cursor = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

test.each([
  ['a name of no text', `/api/v1/workspaces/%00/users`],
  ['a key of no text', `${base}/users/%00`],
  ['half a character', `/api/v1/workspaces/%ED%A0%80/users`],
  ['a workspace of no text on a page', '/self-service?workspace=%00'],
  ['a path out of the tree', `${base}/users/..%2f..%2fkeys`],
  ['a cursor that is none', `${base}/users?cursor=AAAA`],
  ['a cursor of another sort', `${base}/users?cursor=${cursor({ sort: 'name', key: 'a', id: 'b' })}`],
  [
    'a cursor out of time',
    `${base}/users?sort=createdAt&cursor=${cursor({ sort: 'createdAt', key: '999999-01-01', id: 'b' })}`,
  ],
  [
    'a cursor before time',
    `${base}/users?sort=createdAt&cursor=${cursor({ sort: 'createdAt', key: '4714-01-01 BC', id: 'b' })}`,
  ],
  [
    'a cursor beyond numbers',
    `${base}/users?sort=keys&cursor=${cursor({ sort: 'keys', key: '1e999', id: 'b' })}`,
  ],
  [
    'a cursor with SQL',
    `${base}/users?cursor=${cursor({ sort: 'email', key: "'; drop table users; --", id: "' or 1=1" })}`,
  ],
  ['a cursor of no text', `${base}/users?cursor=${cursor({ sort: 'email', key: '\0', id: 'b' })}`],
  ['a sort with SQL', `${base}/users?sort=${encodeURIComponent('email; drop table users')}`],
  ['a sort by what is hidden', `${base}/users?sort=passwordHash`],
  ['a filter by what is hidden', `${base}/users?filter=passwordHash~argon`],
  ['a filter by what objects inherit', `${base}/users?filter=constructor:x`],
  ['a regular expression that is none', `${base}/users?filter=${encodeURIComponent('email~[')}`],
  ['a regular expression without end', `${base}/users?filter=${encodeURIComponent('email~(x{0,99}){0,99}')}`],
  ['a filter out of time', `${base}/users?filter=${encodeURIComponent('createdAt>999999-01-01')}`],
  ['a filter beyond numbers', `${base}/users?filter=${encodeURIComponent('keys>1e999')}`],
  ['a filter of a thousand words', `${base}/users?filter=${encodeURIComponent('a '.repeat(990))}`],
  ['a page of everything', `${base}/users?limit=100000`],
  ['another one’s session', '/oidc/sign-in/AAAAAAAAAAAAAAAAAAAAA'],
  ['another user’s session', '/users/oidc/sign-in/AAAAAAAAAAAAAAAAAAAAA'],
  ['an answer nobody waits for', '/oidc/single-sign-on?state=AAAA&code=BBBB'],
  ['a form without an end', `/users/oidc/auth?client_id=portolan-user&workspace=${'x'.repeat(8000)}`],
])('%s is refused, or finds nothing, and breaks nothing', async (_, path) => {
  const { status, text } = await ask(path);
  expect(status).toBeLessThan(500);
  expect(text).not.toContain('argon2');
});

test('nothing can be set that is not offered', async () => {
  const body = {
    email: 'mallory@example.com',
    id: 'usr_mine',
    workspaceId: 'elsewhere',
    provider: 'okta:x',
    passwordHash: 'x',
    externalId: 'x',
    state: 'disabled',
    __proto__: { isAdmin: true },
  };
  const made = await ask(`${base}/users`, { method: 'POST', body: JSON.stringify(body) });
  expect(made.status).toBe(201);
  expect(JSON.parse(made.text)).toMatchObject({ provider: 'internal', externalId: null, state: 'active' });
  expect(made.text).not.toContain('usr_mine');
});

test.each([
  ['too large for anyone', '/api/v1/sessions', 413],
  ['too large for a form', '/set-password', 413],
  ['too large to sign in with', '/users/oidc/device', 413],
])('a body %s is not read to its end', async (_, path, expected) => {
  const body = 'x'.repeat(11 * 1024 * 1024);
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const { status } = await ask(path, { method: 'POST', body, headers });
  expect(status).toBe(expected);
});

test('a sign-in form with what is no text answers as to anyone', async () => {
  const password = (await readFile(portolan.bootstrap.adminPasswordFile, 'utf8')).trim();
  const { status } = await ask('/api/v1/sessions', {
    method: 'POST',
    body: JSON.stringify({ email: `${portolan.bootstrap.adminEmail}\0`, password }),
  });
  expect(status).toBe(400);
});
