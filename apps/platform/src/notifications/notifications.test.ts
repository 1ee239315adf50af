import { AddressGuard } from '@portolan/process/address-guard';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sql } from 'drizzle-orm';
import {
  createAlertReceiver,
  deleteAlertReceiver,
  listAlertReceivers,
  testAlertReceiver,
  type AlertNotification,
} from '@portolan/contract/alert-receivers';
import { createAlertRule, deleteAlertRule, silenceAlertRule, endSilence } from '@portolan/contract/alerts';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { notifyReceivers } from '../alerts/notify.ts';
import { raiseAlert, resolveAlert } from '../alerts/alert-store.ts';
import { newId } from '../db/ids.ts';
import { catchMail, type MailCatcher } from '../testing/mail-catcher.ts';
import { startTestPlatform, type TestPlatform } from '../testing/platform.ts';
import { deliverDue } from './deliver.ts';
import { newWebhookSecret, sendWebhook } from './webhook.ts';

const params = { workspace: 'default' };
let portolan: TestPlatform;
let catcher: MailCatcher;
let server: Server;
let hook: string;
/** What the server was sent, and what it answers. */
const heard: { headers: Record<string, string>; body: string }[] = [];
let status = 200;

beforeAll(async () => {
  catcher = await catchMail();
  portolan = await startTestPlatform({ PORTOLAN_SMTP_URL: catcher.url });
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      heard.push({ headers: request.headers as Record<string, string>, body });
      response.writeHead(status, status === 302 ? { location: `${hook}/elsewhere` } : {}).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  hook = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(async () => {
  heard.length = 0;
  catcher.mails.length = 0;
  status = 200;
  await portolan.platform.db.execute(sql`delete from alert_rules`);
  await portolan.platform.db.execute(sql`delete from alert_receivers`);
});
afterAll(async () => {
  await portolan.close();
  await catcher.close();
  server.close();
});

const receive = (name: string, over: object = {}) =>
  portolan.owner.call(createAlertReceiver, {
    params,
    body: { name, target: { kind: 'webhook', url: hook }, ...over },
  });
const createRule = (name: string, severity: 'info' | 'critical' = 'critical') =>
  portolan.owner.call(createAlertRule, {
    params,
    body: {
      name,
      severity,
      scope: { kind: 'api', namespace: 'air', name },
      threshold: { metric: 'errorsPerSecond', condition: { above: true, value: 0.5 } },
    },
  });
type Rule = Awaited<ReturnType<typeof createRule>>;

/** As a round that finds it so. */
const fire = ({ id: ruleId, threshold }: Rule) =>
  portolan.platform.db.transaction(async (tx) => {
    const row = { id: newId('alt'), workspaceId: 'default', ruleId, threshold, points: [], value: 3 };
    const { id } = await raiseAlert(tx, { ...row, firedAt: new Date() });
    await notifyReceivers(tx, 'default', id);
  });
const end = ({ id: ruleId }: Rule) =>
  portolan.platform.db.transaction(async (tx) => {
    const id = await resolveAlert(tx, ruleId, new Date());
    if (id !== null) await notifyReceivers(tx, 'default', id);
  });
/** The platform's own worker may be at it too: waits for what it took. */
async function deliver(expected = 0): Promise<void> {
  await deliverDue(portolan.platform);
  await vi.waitFor(() => expect(heard.length + catcher.mails.length).toBeGreaterThanOrEqual(expected));
}
const types = () => heard.map(({ body }) => (JSON.parse(body) as AlertNotification).type);
const isDueNow = () => portolan.platform.db.execute(sql`update alert_notifications set next_at = now()`);

test('a webhook hears once when an alert fires and once when it is over, signed', async () => {
  const { secret } = await receive('hook');
  const rule = await createRule('flights');
  await fire(rule);
  await fire(rule);
  await deliver(1);
  await end(rule);
  await deliver(2);
  expect(types()).toEqual(['alert.fired', 'alert.resolved']);
  const [{ headers, body }] = heard as [(typeof heard)[0]];
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const key = Buffer.from(secret!.slice('whsec_'.length), 'base64');
  expect(headers['webhook-signature']).toBe(
    `v1,${createHmac('sha256', key).update(signed).digest('base64')}`,
  );
  expect(JSON.parse(body)).toMatchObject({
    id: headers['webhook-id'],
    workspace: { id: 'default' },
    alert: { rule: { name: 'flights' }, severity: 'critical', state: 'firing' },
  });
  const { rows } = await portolan.platform.db.$client.query('select r::text from alert_receivers r');
  expect(JSON.stringify(rows)).not.toContain(secret);
});

test('what did not arrive is sent again under its id, and says why meanwhile', async () => {
  await receive('hook');
  status = 503;
  await fire(await createRule('flights'));
  await deliver(1);
  await vi.waitFor(async () =>
    expect(await portolan.owner.call(listAlertReceivers, { params })).toMatchObject({
      items: [{ waiting: 1, lastError: 'The webhook responded with status 503.', lastDeliveredAt: null }],
    }),
  );
  status = 204;
  await isDueNow();
  await deliver(2);
  expect(new Set(heard.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  await vi.waitFor(async () =>
    expect(await portolan.owner.call(listAlertReceivers, { params })).toMatchObject({
      items: [{ waiting: 0, lastError: null }],
    }),
  );
});

test('two replicas that deliver at the same time send each once', async () => {
  await receive('hook');
  for (const name of ['a', 'b', 'c', 'd']) await fire(await createRule(name));
  await Promise.all([deliver(4), deliver(4), deliver(4)]);
  expect(heard).toHaveLength(4);
});

test('a redirect is not followed', async () => {
  await receive('hook');
  status = 302;
  await fire(await createRule('flights'));
  await deliver(1);
  expect(heard).toHaveLength(1);
});

test('nothing of what is less severe, nothing while silenced, and an end for what was told of', async () => {
  await receive('hook', { minSeverity: 'critical' });
  await fire(await createRule('harmless', 'info'));
  const rule = await createRule('flights');
  const one = { params: { ...params, rule: 'flights' } };
  const until = new Date(Date.now() + 60_000).toISOString();
  await portolan.owner.call(silenceAlertRule, { ...one, body: { until, reason: 'known' } });
  await fire(rule);
  await deliver();
  expect(heard).toEqual([]);
  await portolan.owner.call(endSilence, one);
  await fire(rule);
  await portolan.owner.call(deleteAlertRule, one);
  await deliver(2);
  expect(types().toSorted()).toEqual(['alert.fired', 'alert.resolved']);
});

test('a mailbox is told in words', async () => {
  await receive('mailbox', { target: { kind: 'mail', email: 'ops@airline.example' } });
  await fire(await createRule('flights'));
  await deliver(1);
  expect(catcher.mails).toMatchObject([{ to: ['ops@airline.example'] }]);
  const { raw } = catcher.mails[0]!;
  expect(raw).toMatch(/^Subject: \[critical\] flights is firing \(Default\)/m);
  expect(raw).toMatch(/^Message-ID: <ntf_\w+@portolan>/m);
});

test('a receiver is tried at once, and told no more when it is gone', async () => {
  await receive('hook');
  const one = { params: { ...params, receiver: 'hook' } };
  expect(await portolan.owner.call(testAlertReceiver, one)).toEqual({ delivered: true, problem: null });
  expect(types()).toEqual(['test']);
  await portolan.owner.call(deleteAlertReceiver, one);
  await fire(await createRule('flights'));
  await deliver();
  expect(heard).toHaveLength(1);
});

test.each([
  'http://169.254.169.254/latest/meta-data',
  'http://[::ffff:169.254.169.254]/',
  'http://[fe80::1]/',
  'http://127.0.0.1:1/',
  'http://localhost:1/',
  'http://[::1]:1/',
  'http://0.0.0.0:1/',
  'http://2130706433:1/',
])('nothing is sent to %s', async (url) => {
  const webhook = {
    url,
    secret: newWebhookSecret(),
    guard: new AddressGuard({ loopback: false, private: true }),
  } as const;
  const notification = {
    id: 'ntf_1',
    type: 'test',
    at: new Date().toISOString(),
    workspace: { id: 'w', name: 'W' },
    alert: null,
  } as const;
  await expect(sendWebhook(webhook, notification)).rejects.toThrow(
    /not an address that requests may be sent to/,
  );
});
