import { afterEach, beforeEach, expect, test } from 'vitest';
import { callsOf, recorded } from '../../testing/electron.ts';
import { callVerb, startTestDesktop, type TestDesktop } from '../../testing/start-test-desktop.ts';
import { deepLinkIn, parseDeepLink } from './deep-link.ts';

const KNOWN = 'https://portolan.example.com';

test.each([
  ['portolan://open', { platform: null, path: '/' }],
  ['portolan://open?path=/apis', { platform: null, path: '/apis' }],
  [
    `portolan://open?platform=${KNOWN}/&path=/users/ada%40example.com?tab=keys`,
    { platform: KNOWN, path: '/users/ada@example.com?tab=keys' },
  ],
])('%s opens a page', (link, expected) => {
  expect(parseDeepLink(link)).toEqual(expected);
});

test.each([
  'https://portolan.example.com',
  'portolan://delete?path=/apis/x',
  'portolan://open/extra?path=/apis',
  'portolan://user:pass@open?path=/',
  'portolan://open?path=//evil.example/',
  String.raw`portolan://open?path=/\evil.example/`,
  'portolan://open?path=https://evil.example/',
  'portolan://open?path=/a%0d%0ab',
  'portolan://open?path=/&path=/b',
  'portolan://open?path=/&token=x',
  'portolan://open?platform=file:///etc/passwd',
  'portolan://open?platform=https://user:secret@evil.example',
  'portolan://open?platform=javascript:alert(1)',
  'portolan://open#x',
  `portolan://open?path=/${'a'.repeat(5000)}`,
])('%s opens nothing', (link) => {
  expect(parseDeepLink(link)).toBeNull();
});

test('the link among the arguments of a second start is found', () => {
  expect(deepLinkIn(['/opt/portolan', '--flag', 'portolan://open?path=/apis'])).toBe(
    'portolan://open?path=/apis',
  );
  expect(deepLinkIn(['/opt/portolan', 'https://x'])).toBeNull();
});

let app: TestDesktop;
beforeEach(async () => {
  app = await startTestDesktop();
  await app.desktop.show();
});
afterEach(() => app.close());

test('a link to a known platform opens its context there, and does nothing else', async () => {
  await callVerb(recorded.windows[0], 'addContext', { platform: KNOWN, name: 'prod' });
  await app.desktop.openLink(`portolan://open?platform=${KNOWN}&path=/keys`);
  const window = recorded.windows.at(-1)!;
  expect(recorded.windows).toHaveLength(2);
  expect(window.webContents.sent).toContainEqual({ type: 'navigate', path: '/keys' });
  expect(callsOf('shell.openExternal')).toEqual([]);
  expect(callsOf('dialog.showMessageBox')).toEqual([]);
});

test('a link to an unknown platform asks, and adds nothing when that is declined', async () => {
  const link = 'portolan://open?platform=https://evil.example&path=/keys';
  await app.desktop.openLink(link);
  expect(callsOf('dialog.showMessageBox')).toMatchObject([
    [{ message: 'Add the platform evil.example?', defaultId: 1 }],
  ]);
  expect(await callVerb(recorded.windows[0], 'listContexts')).toEqual({ ok: true, value: [] });
  expect(recorded.windows).toHaveLength(1);
  recorded.pressed.push(0);
  await app.desktop.openLink(link);
  expect(await callVerb(recorded.windows[0], 'listContexts')).toMatchObject({
    ok: true,
    value: [{ name: 'evil.example', isSignedIn: false }],
  });
  expect(recorded.windows.at(-1)!.webContents.url).toBe('app://portolan/keys');
});

test('a link that names no page opens nothing', async () => {
  await app.desktop.openLink('portolan://delete?path=/apis');
  expect(callsOf('dialog.showMessageBox')).toMatchObject([[{ message: 'This link cannot be opened.' }]]);
  expect(recorded.windows).toHaveLength(1);
});
