import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { VERBS } from '../../bridge/verb-names.ts';
import { verbInputs } from '../../bridge/verbs.ts';
import { callsOf, recorded, type BrowserWindow } from '../../testing/electron.ts';
import {
  callVerb,
  callVerbFrom,
  startTestDesktop,
  type TestDesktop,
} from '../../testing/start-test-desktop.ts';
import { CONTENT_SECURITY_POLICY } from './content-security-policy.ts';

let app: TestDesktop;
let window: BrowserWindow;

beforeEach(async () => {
  app = await startTestDesktop();
  await app.desktop.show();
  window = recorded.windows[0]!;
});
afterEach(() => app.close());

function openContext(name: string): BrowserWindow {
  app.desktop.windows.open(name);
  return recorded.windows.at(-1)!;
}

describe('process', () => {
  test('every window: sandbox, context isolation, no Node, web security, no webview, no developer tools', () => {
    openContext('prod');
    expect(recorded.windows).toHaveLength(2);
    for (const { options } of recorded.windows)
      expect(options.webPreferences).toMatchObject({
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        nodeIntegrationInSubFrames: false,
        webSecurity: true,
        allowRunningInsecureContent: false,
        experimentalFeatures: false,
        webviewTag: false,
        devTools: false,
      });
  });

  test('the app enables the sandbox and its scheme before it is ready, and takes the single-instance lock', async () => {
    vi.stubEnv('PORTOLAN_TEST_USER_DATA', join(app.folder, 'data'));
    const order = await startMain();
    expect(order.slice(0, 4)).toEqual([
      'app.enableSandbox',
      'protocol.registerSchemesAsPrivileged',
      'app.setAsDefaultProtocolClient',
      'app.requestSingleInstanceLock',
    ]);
    const [[schemes] = []] = callsOf('protocol.registerSchemesAsPrivileged');
    expect(schemes).toEqual([
      {
        scheme: 'app',
        privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
      },
    ]);
  });

  async function startMain(): Promise<readonly string[]> {
    recorded.calls.length = 0;
    vi.stubGlobal('process', Object.assign(Object.create(process), { resourcesPath: app.folder }));
    await import('../main.ts');
    vi.unstubAllGlobals();
    return recorded.calls.map(([name]) => name);
  }

  test('no source turns a protection off, or reaches past the file that guards it', async () => {
    const main = join(import.meta.dirname, '..');
    const files = (await readdir(main, { recursive: true })).filter(
      (file) => file.endsWith('.ts') && !file.endsWith('.test.ts'),
    );
    expect(files.length).toBeGreaterThan(25);
    const leaving: string[] = [];
    for (const file of [...files, '../preload/preload.ts']) {
      const text = await readFile(join(main, file), 'utf8');
      expect([file, FORBIDDEN.exec(text)?.[0]]).toEqual([file, undefined]);
      if (text.includes('shell.openExternal')) leaving.push(file);
    }
    // Links of pages, which are checked, and the app's own sign-in.
    expect(leaving.toSorted()).toEqual(['contexts/connections.ts', 'security/external-links.ts']);
  });
});

/** Switches and calls that weaken Chromium, accept any certificate, or give pages a channel for everything. */
const FORBIDDEN =
  /no-sandbox|disable-setuid-sandbox|disable-web-security|appendSwitch|setCertificateVerifyProc|certificate-error|enableRemoteModule|ipcRenderer\.send\b|exposeInMainWorld\([^)]*ipcRenderer\)|loadFile\(/;

describe('content', () => {
  const get = (url: string, method = 'GET') =>
    recorded.sessions.get(window.options.webPreferences!.partition!)!.pages!(new Request(url, { method }));

  test('comes from the app’s own scheme, with a policy that allows nothing else', async () => {
    expect(window.webContents.url).toBe('app://portolan/');
    const response = await get('app://portolan/');
    expect(await response.text()).toContain('<title>Portolan</title>');
    expect(response.headers.get('content-security-policy')).toBe(CONTENT_SECURITY_POLICY);
    expect(CONTENT_SECURITY_POLICY).not.toMatch(/unsafe|https?:|\*/);
    expect(CONTENT_SECURITY_POLICY).toContain("default-src 'none'");
    expect(CONTENT_SECURITY_POLICY).toContain("connect-src 'none'");
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('addresses of views are the page, those of files are the files', async () => {
    expect(await (await get('app://portolan/apis/default/flights?tab=access')).text()).toContain('<title>');
    const script = await get('app://portolan/assets/main.js');
    expect(script.headers.get('content-type')).toContain('text/javascript');
    expect((await get('app://portolan/assets/none.js')).status).toBe(404);
  });

  test.each([
    'app://portolan/../outside.js',
    'app://portolan/%2e%2e/outside.js',
    'app://portolan/..%2foutside.js',
    'app://portolan/assets/..%2f..%2foutside.js',
    'app://portolan/%252e%252e%252foutside.js',
    String.raw`app://portolan/..\outside.js`,
    'app://portolan/..%5coutside.js',
    'app://portolan/assets/%00/../../outside.js',
    'app://portolan//outside.js',
    'app://other/assets/main.js',
  ])('nothing outside its folder is served: %s', async (url) => {
    const response = await get(url).catch(() => new Response(null, { status: 404 }));
    expect(await response.text()).not.toContain('secret');
    expect(response.status).toBe(404);
  });

  test('pages load nothing from elsewhere, and no files', () => {
    const { beforeRequest } = recorded.sessions.get(window.options.webPreferences!.partition!)!;
    const isCancelled = (url: string, webContentsId?: number) => {
      let cancelled: boolean | undefined;
      beforeRequest!({ url, ...(webContentsId === undefined ? {} : { webContentsId }) }, ({ cancel }) => {
        cancelled = cancel;
      });
      return cancelled;
    };
    expect(isCancelled('app://portolan/assets/main.js', 1)).toBe(false);
    for (const url of ['https://evil.example/x.js', 'file:///etc/passwd', 'ws://127.0.0.1/', 'devtools://x/'])
      expect([url, isCancelled(url, 1)]).toEqual([url, true]);
    expect(isCancelled('https://portolan.example.com/api/v1/account')).toBe(false);
  });
});

describe('navigation and permissions', () => {
  function navigate(event: string, url: string, isMainFrame = true): boolean {
    let isPrevented = false;
    window.webContents.emit(event, { url, isMainFrame, preventDefault: () => (isPrevented = true) });
    return !isPrevented;
  }

  test('a page stays at the app’s own origin', () => {
    expect(navigate('will-frame-navigate', 'app://portolan/users')).toBe(true);
    for (const url of [
      'https://evil.example/',
      'file:///etc/passwd',
      'javascript:alert(1)',
      'app://evil/',
      'data:text/html,x',
    ])
      expect([url, navigate('will-frame-navigate', url)]).toEqual([url, false]);
    expect(navigate('will-frame-navigate', 'app://portolan/', false)).toBe(false);
    expect(navigate('will-redirect', 'https://evil.example/')).toBe(false);
    expect(navigate('will-attach-webview', 'app://portolan/')).toBe(false);
  });

  test('no window is opened by a page; a link to the web asks, anything else is dropped', async () => {
    const { windowOpen } = window.webContents;
    recorded.pressed.push(0);
    expect(windowOpen!({ url: 'https://docs.example/' })).toEqual({ action: 'deny' });
    await expect.poll(() => callsOf('shell.openExternal')).toEqual([['https://docs.example/']]);
    expect(callsOf('dialog.showMessageBox')).toHaveLength(1);
    for (const url of [
      'file:///etc/passwd',
      'http://evil.example/',
      'ms-msdt:/id',
      'smb://evil/x',
      'https://a:b@evil.example/',
    ])
      expect(windowOpen!({ url })).toEqual({ action: 'deny' });
    expect(await callVerb(window, 'openExternal', { url: 'https://no.example/' })).toEqual({
      ok: true,
      value: false,
    });
    expect(callsOf('shell.openExternal')).toHaveLength(1);
  });

  test('all permissions but writing to the clipboard and notifications are denied, devices and downloads too', () => {
    const session = recorded.sessions.get(window.options.webPreferences!.partition!)!;
    const isGranted = (name: string, url: string) => {
      let granted: boolean | undefined;
      session.permissionRequest!({ getURL: () => url }, name, (answer) => (granted = answer));
      expect(
        session.permissionCheck!(null, name, new URL(url).protocol === 'app:' ? 'app://portolan' : url),
      ).toBe(granted);
      return granted;
    };
    expect(isGranted('notifications', 'app://portolan/')).toBe(true);
    expect(isGranted('clipboard-sanitized-write', 'app://portolan/')).toBe(true);
    expect(isGranted('notifications', 'https://evil.example/')).toBe(false);
    for (const name of [
      'media',
      'geolocation',
      'clipboard-read',
      'openExternal',
      'fullscreen',
      'midi',
      'hid',
      'usb',
      'serial',
      'display-capture',
    ])
      expect([name, isGranted(name, 'app://portolan/')]).toEqual([name, false]);
    expect(session.devicePermission!()).toBe(false);
    let isPrevented = false;
    session.emit('will-download', { preventDefault: () => (isPrevented = true) });
    expect(isPrevented).toBe(true);
    expect(callsOf('session.setCertificateVerifyProc')).toEqual([]);
  });

  test('each context has a session partition of its own', () => {
    const partitions = [window, openContext('prod'), openContext('../staging')].map(
      ({ options }) => options.webPreferences!.partition!,
    );
    expect(new Set(partitions).size).toBe(3);
    for (const partition of partitions) expect(partition).toMatch(/^persist:(start|context-[0-9a-f]{32})$/);
  });
});

describe('messages from pages', () => {
  test('there is one handler for each verb, and no other', () => {
    expect([...recorded.handlers.keys()].toSorted()).toEqual(
      VERBS.map((verb) => `portolan:${verb}`).toSorted(),
    );
    expect(Object.keys(verbInputs).toSorted()).toEqual([...VERBS].toSorted());
  });

  test.each(VERBS)(
    '%s is refused from any other page than the top frame of an app’s window',
    async (verb) => {
      const { id } = window.webContents;
      const good = { url: 'app://portolan/', parent: null };
      const refused = { ok: false, error: { code: 'not-allowed' } };
      for (const event of [
        { sender: { id }, senderFrame: { ...good, url: 'https://evil.example/' } },
        { sender: { id }, senderFrame: { ...good, url: 'app://evil/' } },
        { sender: { id }, senderFrame: { ...good, url: 'file:///app/index.html' } },
        { sender: { id }, senderFrame: { ...good, parent: {} } },
        { sender: { id }, senderFrame: null },
        { sender: { id: id + 1000 }, senderFrame: good },
      ])
        expect(await callVerbFrom(event, verb)).toMatchObject(refused);
    },
  );

  test.each(VERBS)('%s refuses an input that is not of its schema', async (verb) => {
    const event = {
      sender: { id: window.webContents.id },
      senderFrame: { url: 'app://portolan/', parent: null },
    };
    for (const input of [42, 'text', [], { name: {} }, { __proto__: null, extra: 1 }])
      expect(await callVerbFrom(event, verb, input)).toMatchObject({
        ok: false,
        error: { code: 'invalid-request' },
      });
  });

  test('a page names a path below the API of its own platform and nothing else', () => {
    const request = { id: 1, method: 'GET', headers: {}, body: null };
    const isValid = (change: object) =>
      verbInputs.fetch.safeParse({ ...request, path: '/api/v1/account', ...change }).success;
    expect(isValid({})).toBe(true);
    for (const path of [
      'https://evil.example/',
      '//evil.example/api/',
      '/oidc/token',
      '@evil.example/',
      String.raw`/api/\evil`,
    ])
      expect([path, isValid({ path })]).toEqual([path, false]);
    expect(isValid({ method: 'CONNECT' })).toBe(false);
    expect(isValid({ headers: { 'bad name': 'x' } })).toBe(false);
  });

  test('an error arrives without a stack', async () => {
    const reply = await callVerb(window, 'signIn');
    expect(reply).toEqual({
      ok: false,
      error: { message: 'This window belongs to no context.', fix: 'Open a context first.', code: 'failure' },
    });
  });
});
