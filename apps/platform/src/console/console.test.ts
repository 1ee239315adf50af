import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAccessToken } from '@portolan/contract/access-tokens';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestPlatform, type TestPlatform } from '../testing/platform.ts';

let directory: string;
let portolan: TestPlatform;
let password: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portolan-console-'));
  await mkdir(join(directory, 'assets'));
  await writeFile(join(directory, 'index.html'), '<!doctype html><title>Portolan</title>');
  await writeFile(
    join(directory, 'assets/main-abc.js'),
    `export const text = ${JSON.stringify('x'.repeat(5_000))};`,
  );
  await writeFile(join(directory, 'secret.txt'), 'not to be served');
  portolan = await startTestPlatform({}, undefined, ['--console-dir', directory]);
  password = (await readFile(portolan.bootstrap.adminPasswordFile, 'utf8')).trim();
});
afterAll(async () => {
  await portolan?.close();
  await rm(directory, { recursive: true, force: true });
});

/** What meets script injection, framing and requests to third parties (Content Security Policy Level 3, Trusted Types). */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
];

const get = (path: string, headers: Record<string, string> = {}) => fetch(portolan.url + path, { headers });

describe('the pages', () => {
  test.each(['/', '/sign-in', '/w/default/users/ada@example.com'])(
    '%s is the console, under a strict policy',
    async (path) => {
      const response = await get(path);
      expect(await response.text()).toContain('<title>Portolan</title>');
      const policy = response.headers.get('content-security-policy') ?? '';
      for (const directive of POLICY) expect(policy.split('; ')).toContain(directive);
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
      expect(response.headers.get('x-frame-options')).toBe('DENY');
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      expect(response.headers.get('cache-control')).toBe('no-cache');
      const etag = response.headers.get('etag') ?? '';
      expect((await get(path, { 'if-none-match': etag })).status).toBe(304);
    },
  );

  test('files with a hash in their name are kept for good, and are sent compressed', async () => {
    const response = await get('/assets/main-abc.js', { 'accept-encoding': 'br' });
    expect(response.headers.get('content-encoding')).toBe('br');
    expect(response.headers.get('cache-control')).toContain('immutable');
    expect(await response.text()).toContain('export const text');
  });

  test.each([
    '/assets/../secret.txt',
    '/assets/%2e%2e%2fsecret.txt',
    '/secret.txt',
    '/assets/none.js',
    '/assets/.hidden',
  ])('nothing else is served: %s', async (path) => expect((await get(path)).status).toBe(404));
});

describe('a session in a cookie', () => {
  const signIn = (headers: Record<string, string> = { 'sec-fetch-site': 'same-origin' }) =>
    fetch(`${portolan.url}/api/v1/browser-sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ email: portolan.bootstrap.adminEmail, password }),
    });
  const cookieOf = (response: Response) => response.headers.get('set-cookie') ?? '';
  const send = async (method: string, headers: Record<string, string>) => {
    const cookie = cookieOf(await signIn()).split(';')[0] ?? '';
    const path = method === 'GET' ? '/api/v1/account' : '/api/v1/workspaces/default/groups';
    const body = method === 'GET' ? {} : { body: JSON.stringify({ name: `group-${Math.random()}` }) };
    return fetch(portolan.url + path, {
      method,
      headers: { cookie, 'content-type': 'application/json', ...headers },
      ...body,
    });
  };

  test('no script can read it, and no other site sends it', async () => {
    const response = await signIn();
    const [pair, ...attributes] = cookieOf(response).split('; ');
    expect(pair).toMatch(/^portolan-\d+=pts_\w+$/);
    expect(attributes.toSorted()).toEqual([
      expect.stringMatching(/^Expires=/),
      'HttpOnly',
      'Path=/',
      'SameSite=Strict',
    ]);
    expect(await response.text()).not.toContain('pts_');
  });

  test('over HTTPS its name has the prefix that binds it to this host, and it is sent over HTTPS only', async () => {
    const secure = await startTestPlatform({}, undefined, ['--public-url', 'https://portolan.example.com']);
    const response = await fetch(`${secure.url}/api/v1/browser-sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
      body: JSON.stringify({
        email: secure.bootstrap.adminEmail,
        password: (await readFile(secure.bootstrap.adminPasswordFile, 'utf8')).trim(),
      }),
    });
    const [pair, ...attributes] = cookieOf(response).split('; ');
    await secure.close();
    expect(pair).toMatch(/^__Host-portolan=pts_\w+$/);
    expect(attributes).toEqual(expect.arrayContaining(['HttpOnly', 'Path=/', 'SameSite=Strict', 'Secure']));
  });

  test.each([
    ['GET', { 'sec-fetch-site': 'same-origin' }, 200],
    ['GET', { 'sec-fetch-site': 'none' }, 200],
    ['GET', { 'sec-fetch-site': 'same-site' }, 403],
    ['GET', { 'sec-fetch-site': 'cross-site' }, 403],
    ['POST', { 'sec-fetch-site': 'same-origin' }, 201],
    ['POST', { 'sec-fetch-site': 'none' }, 403],
    ['POST', { 'sec-fetch-site': 'same-site' }, 403],
    ['POST', { 'sec-fetch-site': 'cross-site' }, 403],
    ['POST', { origin: 'http://evil.example' }, 403],
    ['POST', { origin: 'null' }, 403],
    ['POST', {}, 403],
  ] as const)('%s from %j is answered with %i', async (method, headers, status) => {
    expect((await send(method, headers)).status).toBe(status);
  });

  test('a page of the same origin without fetch metadata is believed by its Origin', async () => {
    expect((await send('POST', { origin: portolan.url })).status).toBe(201);
  });

  test('another site cannot sign its visitors in', async () => {
    expect((await signIn({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  });

  test('the session of a sign-in elsewhere moves into the cookie; a personal token does not', async () => {
    const session = await portolan.signInAs('viewer');
    const keep = (token: string) =>
      fetch(`${portolan.url}/api/v1/browser-sessions/current`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${token}`, 'sec-fetch-site': 'same-origin' },
      });
    const kept = await keep(session.token);
    expect(kept.status).toBe(200);
    expect(cookieOf(kept)).toContain(session.token);
    const body = { name: 'script', expiresAt: new Date(Date.now() + 3_600_000).toISOString() };
    const personal = await session.client.call(createAccessToken, { body });
    expect((await keep(personal.token)).status).toBe(403);
  });

  test('signing out ends the session and deletes the cookie', async () => {
    const cookie = cookieOf(await signIn()).split(';')[0] ?? '';
    const headers = { cookie, 'sec-fetch-site': 'same-origin' };
    const out = await fetch(`${portolan.url}/api/v1/sessions/current`, { method: 'DELETE', headers });
    expect(cookieOf(out)).toContain('Max-Age=0');
    expect((await fetch(`${portolan.url}/api/v1/account`, { headers })).status).toBe(401);
  });
});
