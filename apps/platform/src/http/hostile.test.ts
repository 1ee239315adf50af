import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
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
  ['figures since a year of five digits', `${base}/metrics?since=9999-12-31T23:59:59-23:59`],
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

test.each([
  ['lists', '[', ']'],
  ['objects', '{"a":', '}'],
])('%s within one another are refused before anything walks through them', async (_, open, close) => {
  const body = `${open.repeat(10_000)}1${close.repeat(10_000)}`;
  for (const path of ['/api/v1/sessions', `${base}/users`, `${base}/plan`]) {
    const { status } = await ask(path, { method: 'POST', body });
    expect(status).toBe(400);
  }
});

test.each([
  ['whose name is no name', { 'bad name': 'x' }],
  ['without a name', { '': 'x' }],
  ['of two lines', { a: 'x\ny' }],
  ['of characters beyond Latin-1', { a: '\u0436' }],
])('a question with a header field %s is refused', async (_, headers) => {
  const body = JSON.stringify({ user: null, url: 'https://air.example/x', headers });
  expect(await ask(`${base}/explain`, { method: 'POST', body })).toMatchObject({ status: 400 });
});

test('keys end within the years that timestamps can say, also those that replace them', async () => {
  const create = (expiresAt: string) => {
    const body = JSON.stringify({ user: 'eve@example.com', name: expiresAt, expiresAt });
    return ask(`${base}/keys`, { method: 'POST', body });
  };
  expect(await create('9999-12-31T23:59:59-23:59')).toMatchObject({ status: 400 });
  const { id } = JSON.parse((await create('9999-12-31T23:59:59.999Z')).text) as { readonly id: string };
  const replaced = await ask(`${base}/keys/${id}/rotation`, { method: 'POST', body: '{}' });
  expect(replaced.status).toBe(201);
  expect(JSON.parse(replaced.text)).toMatchObject({ expiresAt: '9999-12-31T23:59:59.999Z' });
  expect((await ask(`${base}/keys`)).status).toBe(200);
});

const raw = (request: string) =>
  new Promise<string>((resolve, reject) => {
    const { hostname, port } = new URL(portolan.url);
    const socket = connect(Number(port), hostname, () => socket.write(request));
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk) => (text += String(chunk)));
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
  });

test('addresses of links and tokens are ours, whatever host a request names', async () => {
  const body = JSON.stringify({ email: 'invited@example.com', role: 'viewer' });
  const owner = portolan.bootstrap.adminToken;
  const head = `Host: evil.example\r\nX-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: https\r\nConnection: close\r\n`;
  const invited = await raw(
    `POST ${base}/invitations HTTP/1.1\r\n${head}Authorization: Bearer ${owner}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  expect(invited).toContain(`"url":"${portolan.url}/join?`);
  for (const realm of ['/oidc', '/users/oidc']) {
    const discovery = await raw(`GET ${realm}/.well-known/openid-configuration HTTP/1.1\r\n${head}\r\n`);
    expect(discovery).toContain(`"token_endpoint":"${portolan.url}${realm}/token"`);
    expect(discovery).not.toContain('evil.example');
    const form = 'client_id=portolan-terminal&scope=openid';
    const device = await raw(
      `POST ${realm}/device/auth HTTP/1.1\r\n${head}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${form.length}\r\n\r\n${form}`,
    );
    expect(device).not.toContain('evil.example');
  }
});

test.each([
  '/oidc/device',
  '/oidc/jwks',
  '/users/oidc/device',
  '/oidc/.well-known/openid-configuration',
  '/healthz',
  '/nowhere',
  '/join',
])('%s has the headers that keep browsers safe', async (path) => {
  const { headers } = await fetch(`${portolan.url}${path}`);
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  expect(headers.get('x-frame-options')).toBe('DENY');
  expect(headers.get('cache-control')).toContain('no-store');
  expect(headers.get('referrer-policy')).toBeTruthy();
});

test.each(['/oidc/device', '/oidc/device/', '/oidc/DEVICE', '/oidc/Device//', '/users/oidc/Device'])(
  'device codes are guessed at no faster by %s',
  async (path) => {
    await portolan.platform.db.$client.query('delete from rate_limits');
    const statuses = new Set<number>();
    for (let i = 0; i < 25; i += 1) {
      const body = new URLSearchParams({ user_code: 'AAAA-AAAA', xsrf: 'x' });
      statuses.add(
        (await fetch(`${portolan.url}${path}`, { method: 'POST', body, redirect: 'manual' })).status,
      );
    }
    expect(statuses).toContain(429);
    expect([...statuses].filter((status) => status >= 500)).toEqual([]);
  },
);

test('one account’s filters leave connections to everyone else', async () => {
  const slow = encodeURIComponent('email~((a|aa)*b)*c{20}');
  const many = Array.from({ length: 30 }, () => ask(`${base}/users?filter=${slow}`));
  const { status } = await ask('/api/v1/account', {}, portolan.bootstrap.adminToken);
  expect(status).toBe(200);
  for (const { status: answered } of await Promise.all(many)) expect(answered).toBeLessThan(500);
  const back = await ask(`${base}/users?filter=${encodeURIComponent(String.raw`email~(a*)*\1`)}`);
  expect(back).toMatchObject({ status: 400, text: expect.stringContaining('RE2') });
});
