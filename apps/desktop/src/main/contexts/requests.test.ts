import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fixedToken } from '@portolan/contexts/credentials';
import { keepToken } from '@portolan/contexts/kept-token';
import { callsOf, recorded, type BrowserWindow } from '../../testing/electron.ts';
import { callVerb, startTestDesktop, type TestDesktop } from '../../testing/start-test-desktop.ts';

let app: TestDesktop;
let server: Server;
let url: string;
let seen: IncomingMessage[];
let respond: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  seen = [];
  respond = (_, response) => response.setHeader('content-type', 'application/json').end('{"n":1}');
  server = createServer((request, response) => {
    seen.push(request);
    respond(request, response);
  });
  await listen();
  app = await startTestDesktop();
  await app.desktop.show();
});
afterEach(async () => {
  await app.close();
  server.closeAllConnections();
  server.close();
});

async function listen(port = 0): Promise<void> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function openContext(name = 'local', token: string | null = 'token-1'): Promise<BrowserWindow> {
  if (token !== null) await keepToken(app.env, url, fixedToken(token));
  const added = await callVerb(recorded.windows[0], 'addContext', { platform: `${url}/`, name });
  expect(added).toMatchObject({ ok: true, value: { name, platform: url, isSignedIn: token !== null } });
  return recorded.windows.at(-1)!;
}

const get = { method: 'GET', path: '/api/v1/things?limit=1', headers: {}, body: null } as const;

test('a page gets responses, and never the token', async () => {
  const window = await openContext();
  const headers = {
    accept: 'application/json',
    authorization: 'Bearer mine',
    host: 'evil.example',
    cookie: 'a=b',
  };
  const reply = await callVerb(window, 'fetch', { id: 1, ...get, headers });
  expect(reply).toMatchObject({ ok: true, value: { status: 200, body: { kind: 'text', text: '{"n":1}' } } });
  const request = seen.findLast((each) => each.url === get.path)!;
  expect(request.headers).toMatchObject({
    authorization: 'Bearer token-1',
    host: new URL(url).host,
    'portolan-origin': 'desktop',
  });
  expect(request.headers.cookie).toBeUndefined();
  const shown = [reply, await callVerb(window, 'describeWindow'), await callVerb(window, 'listContexts')];
  expect(JSON.stringify([shown, window.webContents.sent, window.options])).not.toContain('token-1');
});

test('cookies and other headers of responses stay behind; a redirect is not followed', async () => {
  const window = await openContext();
  respond = (_, response) =>
    response.writeHead(200, { 'set-cookie': 'a=b', etag: '"1"', server: 'x' }).end('text');
  expect(await callVerb(window, 'fetch', { id: 1, ...get })).toMatchObject({
    ok: true,
    value: {
      headers: [
        ['etag', '"1"'],
        ['date', expect.any(String)],
      ],
    },
  });
  const before = seen.length;
  respond = (_, response) => response.writeHead(302, { location: `${url}/elsewhere` }).end();
  expect(await callVerb(window, 'fetch', { id: 2, ...get, path: '/api/v1/other' })).toMatchObject({
    ok: false,
  });
  expect(seen.slice(before).map((request) => request.url)).not.toContain('/elsewhere');
});

test('contexts have separate tokens, and windows of one cannot reach the platform of another', async () => {
  const first = await openContext('first');
  const elsewhere = createServer((request, response) => {
    seen.push(request);
    response.end('other');
  }).listen(0, '127.0.0.1');
  await once(elsewhere, 'listening');
  const other = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
  await callVerb(first, 'addContext', { platform: other, name: 'second' });
  const reply = await callVerb(recorded.windows.at(-1), 'fetch', { id: 1, ...get });
  expect(reply).toMatchObject({ ok: true, value: { body: { text: 'other' } } });
  expect(seen.at(-1)!.headers.authorization).toBeUndefined();
  elsewhere.closeAllConnections();
  elsewhere.close();
});

test('a stream is read part by part, and ends when the page cancels it or its window closes', async () => {
  const window = await openContext();
  const closed = Promise.withResolvers<void>();
  const parts: string[] = ['event: change\n', 'data: {}\n\n'];
  respond = (request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const part of parts) response.write(part);
    request.on('close', closed.resolve);
  };
  expect(await callVerb(window, 'fetch', { id: 7, ...get })).toMatchObject({
    value: { body: { kind: 'stream' } },
  });
  let text = '';
  while (!text.includes('data')) {
    const part = await callVerb(window, 'readBody', { id: 7 });
    if (part.ok) text += new TextDecoder().decode(part.value ?? new Uint8Array());
  }
  expect(text).toBe(parts.join(''));
  const waiting = callVerb(window, 'readBody', { id: 7 });
  window.close();
  expect(await waiting).toMatchObject({ ok: false });
  await closed.promise;
});

test('a request that is cancelled before its response ends at the platform', async () => {
  const window = await openContext();
  const arrived = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  respond = (request, response) => {
    if (request.url !== '/api/v1/slow') return void response.end();
    arrived.resolve();
    response.on('close', closed.resolve);
  };
  const reply = callVerb(window, 'fetch', { id: 3, ...get, path: '/api/v1/slow' });
  await arrived.promise;
  await callVerb(window, 'cancelFetch', { id: 3 });
  await closed.promise;
  expect(await reply).toMatchObject({ ok: false });
});

test('a platform that cannot be reached: the last data with its date, and an error for what was never read', async () => {
  const window = await openContext();
  await callVerb(window, 'fetch', { id: 1, ...get });
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
  const reply = await callVerb(window, 'fetch', { id: 2, ...get });
  expect(reply).toMatchObject({ ok: true, value: { body: { text: '{"n":1}' } } });
  const stored = reply.ok ? new Map(reply.value.headers).get('portolan-stored-at') : undefined;
  expect(Date.now() - Date.parse(stored ?? '')).toBeLessThan(60_000);
  expect(await callVerb(window, 'fetch', { id: 3, ...get, path: '/api/v1/never' })).toMatchObject({
    ok: false,
    error: { code: 'unavailable', message: expect.stringContaining('does not answer') },
  });
  const write = await callVerb(window, 'fetch', { id: 4, ...get, method: 'POST', body: '{}' });
  expect(write).toMatchObject({ ok: false });
});

test('offline data is readable by its owner alone, and gone after signing out and for another account', async () => {
  const window = await openContext();
  await callVerb(window, 'fetch', { id: 1, ...get });
  const folder = join(app.folder, 'data/last-data');
  const files = async () =>
    (await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])).filter((each) =>
      each.isFile(),
    );
  await expect.poll(async () => (await files()).length).toBeGreaterThan(0);
  for (const file of await files()) {
    const path = join(file.parentPath, file.name);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readFile(path, 'utf8')).not.toContain('token-1');
  }
  await callVerb(window, 'signOut');
  expect(await files()).toEqual([]);
  expect(seen.at(-1)!).toMatchObject({ method: 'DELETE', url: '/api/v1/sessions/current' });
  expect(await callVerb(window, 'describeWindow')).toMatchObject({
    value: { context: { isSignedIn: false } },
  });
  expect(callsOf('session.clearStorageData')).toEqual([[window.options.webPreferences!.partition]]);
});

test('removing a context asks, forgets its sign-in, and closes its window', async () => {
  const window = await openContext();
  expect(await callVerb(window, 'removeContext', { name: 'local' })).toEqual({ ok: true, value: false });
  recorded.pressed.push(0);
  expect(await callVerb(window, 'removeContext', { name: 'local' })).toEqual({ ok: true, value: true });
  expect(await callVerb(recorded.windows[0], 'listContexts')).toEqual({ ok: true, value: [] });
  expect(app.desktop.windows.of('local')).toBeUndefined();
  await openContext('again', null);
});

test('contexts are those of the command line, each with a colour; production is red and read-only', async () => {
  const start = recorded.windows[0];
  await callVerb(start, 'addContext', { platform: 'portolan.example.com', name: 'prod', isProduction: true });
  await callVerb(start, 'addContext', { platform: 'https://staging.example.com/base/' });
  expect(await callVerb(start, 'listContexts')).toMatchObject({
    value: [
      {
        name: 'prod',
        platform: 'https://portolan.example.com',
        isProduction: true,
        isReadOnly: true,
        colour: 'red',
      },
      {
        name: 'staging.example.com',
        platform: 'https://staging.example.com/base',
        isProduction: false,
        colour: expect.not.stringMatching('red'),
      },
    ],
  });
  expect(await readFile(join(app.folder, '.config/portolan/config.yaml'), 'utf8')).toContain('prod:');
  for (const platform of ['ftp://x', 'https://a:b@x.example', 'not an address', 'https://x.example/?a=b'])
    expect(await callVerb(start, 'addContext', { platform })).toMatchObject({
      ok: false,
      error: { code: 'failure' },
    });
});
