import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callsOf, recorded, shell } from '../testing/electron.ts';
import { callVerb, startTestDesktop, type TestDesktop } from '../testing/start-test-desktop.ts';
import type { LocalSystemState } from '../bridge/verbs.ts';
import { FormBrowser } from '@portolan/process/testing/form-browser';

const isAsked = process.env['PORTOLAN_TEST_DESKTOP'] !== undefined;

/** A first start builds the programs and creates a database; other tests may start a system at the same time. */
const START_MS = 240_000;

/** The main process against a whole real system, which it starts itself. */
describe.skipIf(!isAsked)('the desktop app and its local system (npm run test:desktop)', () => {
  let app: TestDesktop;
  const start = () => recorded.windows[0];
  const local = () => recorded.windows.at(-1);
  const get = { method: 'GET', headers: {}, body: null } as const;

  beforeAll(async () => {
    app = await startTestDesktop({ systemRoot: join(import.meta.dirname, '../../../..') });
    await app.desktop.show();
  });
  afterAll(() => app.close());

  test(
    'one click starts it, reports each step, and opens its context signed in',
    async () => {
      expect(await callVerb(start(), 'startLocalSystem')).toMatchObject({ value: { state: 'starting' } });
      await expect
        .poll(() => callVerb(start(), 'describeLocalSystem'), { timeout: 90_000 })
        .toMatchObject({ value: { state: 'running', context: 'local' } });
      const steps = (start()!.webContents.sent as { type: string; state: LocalSystemState }[]).filter(
        ({ type }) => type === 'local-system',
      );
      expect(steps.length).toBeGreaterThan(2);
      // A part that shares its ports with another start says so on the way; that is not yet a system that runs.
      expect(steps.find(({ state }) => state.state === 'running')).toMatchObject({
        state: { text: expect.stringMatching(/^Running at /) },
      });
      expect(local()!.title).toBe('local – Portolan');
      expect(await callVerb(local(), 'describeWindow')).toMatchObject({
        value: { context: { name: 'local', isSignedIn: true, isProduction: false } },
      });
      const apis = await callVerb(local(), 'fetch', {
        id: 1,
        ...get,
        path: '/api/v1/workspaces/default/apis',
      });
      expect(apis).toMatchObject({ ok: true, value: { status: 200, body: { kind: 'text' } } });
    },
    START_MS,
  );

  test('its state is in the tray, and live updates arrive', async () => {
    await expect
      .poll(() => recorded.trays[0]!.menu.map(({ label }) => label), { timeout: 20_000 })
      .toContain('local – no alerts');
    const events = { id: 2, ...get, path: '/api/v1/workspaces/default/events?topics=groups' };
    expect(
      await callVerb(local(), 'fetch', { ...events, headers: { accept: 'text/event-stream' } }),
    ).toMatchObject({
      value: { status: 200, body: { kind: 'stream' } },
    });
    const body = JSON.stringify({ name: 'desktop-testers' });
    const created = await callVerb(local(), 'fetch', {
      id: 3,
      method: 'POST',
      path: '/api/v1/workspaces/default/groups',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(created).toMatchObject({ value: { status: 201 } });
    let text = '';
    while (!text.includes('"topic":"groups"')) {
      const part = await callVerb(local(), 'readBody', { id: 2 });
      if (!part.ok || part.value === null) throw new Error(`the stream ended: ${JSON.stringify(part)}`);
      text += new TextDecoder().decode(part.value);
    }
    await callVerb(local(), 'cancelFetch', { id: 2 });
  });

  test('signing in goes through the system browser, to the same store as the command line’s', async () => {
    await callVerb(local(), 'signOut');
    const refused = await callVerb(local(), 'fetch', { id: 4, ...get, path: '/api/v1/account' });
    expect(refused).toMatchObject({ value: { status: 401 } });
    const file = join(app.folder, 'data/local-system');
    const { adminEmail, adminPasswordFile } = JSON.parse(
      await readFile(join(file, 'bootstrap.json'), 'utf8'),
    ) as { adminEmail: string; adminPasswordFile: string };
    const password = (await readFile(adminPasswordFile, 'utf8')).trim();
    let shown = '';
    shell.onOpen = async (url: string) => {
      const browser = await new FormBrowser(new URL(url).origin).open(url);
      await browser.submit({ email: adminEmail, password, code: '' });
      // The response of the issuer goes to the app’s own listener.
      shown = await (await fetch(browser.url)).text();
    };
    expect(await callVerb(local(), 'signIn')).toEqual({ ok: true });
    expect(shown).toContain('Close this page and return to Portolan.');
    expect(callsOf('shell.openExternal').at(-1)?.[0]).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/oidc\/auth\?/);
    const account = await callVerb(local(), 'fetch', { id: 5, ...get, path: '/api/v1/account' });
    expect(account).toMatchObject({ value: { status: 200 } });
    const kept = await readFile(join(app.folder, '.config/portolan/credentials.json'), 'utf8');
    expect(kept).toContain('portolan-desktop');
  });

  test('a sign-in that is cancelled leaves nothing open', async () => {
    shell.onOpen = () => callVerb(local(), 'cancelSignIn');
    expect(await callVerb(local(), 'signIn')).toMatchObject({
      ok: false,
      error: { message: 'The sign-in was cancelled.' },
    });
  });

  test(
    'it stops when it is told to, and starts again with what it had',
    async () => {
      expect(await callVerb(start(), 'stopLocalSystem')).toMatchObject({ value: { state: 'stopped' } });
      const stored = await callVerb(local(), 'fetch', { id: 6, ...get, path: '/api/v1/account' });
      expect(stored).toMatchObject({
        value: { headers: expect.arrayContaining([['portolan-stored-at', expect.any(String)]]) },
      });
      await callVerb(start(), 'startLocalSystem');
      await expect
        .poll(() => callVerb(start(), 'describeLocalSystem'), { timeout: 90_000 })
        .toMatchObject({ value: { state: 'running' } });
      const groups = await callVerb(local(), 'fetch', {
        id: 7,
        ...get,
        path: '/api/v1/workspaces/default/groups',
      });
      expect(JSON.stringify(groups)).toContain('desktop-testers');
    },
    START_MS,
  );
});
