import { createServer, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fixedToken } from '@portolan/contexts/credentials';
import { keepToken } from '@portolan/contexts/kept-token';
import { callsOf, recorded } from '../../testing/electron.ts';
import { callVerb, startTestDesktop, type TestDesktop } from '../../testing/start-test-desktop.ts';

// The wire of a platform: its account, its alerts and its events. Responses are parsed by the contract's own schemas.
let server: Server;
let url: string;
let firing: { id: string; name: string; silenced?: boolean }[];
let events: ServerResponse | undefined;
let app: TestDesktop;

beforeEach(async () => {
  firing = [{ id: 'alr_old', name: 'long-broken' }];
  server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://x');
    if (pathname.endsWith('/events')) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('id: 1\nevent: open\ndata: {}\n\n');
      events = response;
      return;
    }
    response.setHeader('content-type', 'application/json');
    if (pathname === '/api/v1/account') return void response.end(JSON.stringify(account));
    if (pathname.endsWith('/alerts')) return void response.end(JSON.stringify(page(firing.map(alertOf))));
    response.writeHead(404).end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  app = await startTestDesktop();
  await app.desktop.show();
  await keepToken(app.env, url, fixedToken('t'));
  await callVerb(recorded.windows[0], 'addContext', { platform: url, name: 'prod' });
});
afterEach(async () => {
  await app.close();
  server.closeAllConnections();
  server.close();
});

const account = {
  id: 'acc_1',
  email: 'ada@example.com',
  name: 'Ada',
  workspaces: [{ workspace: 'default', name: 'Default', role: 'owner' }],
};
const page = (items: readonly unknown[]) => ({
  items,
  total: items.length,
  matched: items.length,
  next: null,
});
const at = new Date(0).toISOString();

function alertOf({ id, name, silenced = false }: (typeof firing)[number]) {
  const rule = { id: 'rul_1', name };
  const scope = { kind: 'api', namespace: 'default', name: 'flights', cluster: null, clusterName: null };
  const threshold = {
    metric: 'errorsPerSecond',
    condition: { above: true, value: 1 },
    occurrence: 1,
    timeRange: 600,
  };
  const silence = silenced ? { until: at, reason: 'maintenance', by: 'ada@example.com' } : null;
  return {
    id,
    rule,
    severity: 'critical',
    state: 'firing',
    scope,
    threshold,
    value: 2,
    firedAt: at,
    resolvedAt: null,
    points: [],
    silence,
  };
}

const labels = () => recorded.trays[0]!.menu.map(({ label }) => label);

function alertsChanged(): void {
  const change = { topic: 'alerts', ids: [], change: 'many', at };
  events?.write(`id: 2\nevent: change\ndata: ${JSON.stringify(change)}\n\n`);
}

test('alerts are in the tray and on the badge; only new ones notify, and a click opens them', async () => {
  await expect.poll(labels).toContain('prod – 1 alert firing');
  expect(callsOf('app.setBadgeCount').at(-1)).toEqual([1]);
  expect(recorded.notifications).toEqual([]);
  firing = [
    ...firing,
    { id: 'alr_new', name: 'flights failing' },
    { id: 'alr_quiet', name: 'quiet', silenced: true },
  ];
  alertsChanged();
  await expect
    .poll(() => recorded.notifications.map(({ options }) => options))
    .toEqual([
      {
        title: 'flights failing – prod',
        body: 'api default/flights: errorsPerSecond above 1, once in 10 min',
        urgency: 'critical',
      },
    ]);
  expect(labels()).toContain('prod – 2 alerts firing');
  recorded.notifications[0]!.emit('click');
  expect(recorded.windows.at(-1)!.webContents.sent).toContainEqual({
    type: 'navigate',
    path: '/w/default/alerts/alr_new',
  });
});

test('notifications can be turned off', async () => {
  await expect.poll(labels).toContain('prod – 1 alert firing');
  await callVerb(recorded.windows[0], 'changeSettings', { notifications: false });
  firing = [
    { id: 'alr_new', name: 'flights failing' },
    { id: 'alr_3', name: 'other' },
  ];
  alertsChanged();
  await expect.poll(labels).toContain('prod – 2 alerts firing');
  expect(recorded.notifications).toEqual([]);
});

test('a platform that goes away is shown as not reachable, and its alerts stop being followed on sign-out', async () => {
  await expect.poll(labels).toContain('prod – 1 alert firing');
  events?.destroy();
  await expect.poll(labels).toContain('prod – not reachable');
  await callVerb(recorded.windows.at(-1), 'signOut');
  await expect.poll(() => labels().some((label) => label?.startsWith('prod'))).toBe(false);
});
