import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createAlertRule,
  deleteAlertRule,
  listAlertRules,
  listAlerts,
  tryAlertRule,
  type AlertThreshold,
} from '@portolan/contract/alerts';
import { createAlertReceiver } from '@portolan/contract/alert-receivers';
import type { MinutePoint } from '@portolan/contract/telemetry';
import { brokers } from '../fleet/schema.ts';
import { startTestPlatform, type TestPlatform } from '../testing/platform.ts';
import { linkAgent, relayAgent, type RelayedAgent } from '../testing/relayed-agent.ts';
import { DEFAULT_RULES, ensureDefaultRules } from './default-rules.ts';
import { evaluateRules } from './evaluation.ts';
import { listInState } from './state-store.ts';
import { tryRule } from './try-rule.ts';

let portolan: TestPlatform;
let agent: RelayedAgent;
const params = { workspace: 'default' };
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Math.floor(Date.now() / HOUR) * HOUR;

beforeAll(async () => {
  portolan = await startTestPlatform();
  await linkAgent(portolan, portolan.bootstrap.agentToken);
  agent = await relayAgent(portolan, { clusterId: portolan.bootstrap.clusterId, workspace: 'default' });
  // The cluster is as old as what it reports.
  await portolan.platform.db.execute(sql`update clusters set created_at = now() - interval '30 days'`);
});

afterAll(async () => {
  agent.close();
  await portolan.close();
});

const point = (name: string, at: number, figures: Partial<MinutePoint> = {}): MinutePoint => ({
  series: { kind: 'api', namespace: 'air', name },
  minute: new Date(at).toISOString(),
  requests: 100,
  errors: 0,
  clientErrors: 0,
  responseTimeSum: 10,
  responseTimeCount: 100,
  bytesIn: 0,
  bytesOut: 0,
  latency: { total: [-27, 100] },
  ...figures,
});
const send = (...points: MinutePoint[]) => agent.call('POST', '/agent/v1/metrics', { points, dropped: 0 });
const heardAt = (at: number) =>
  portolan.platform.db.execute(sql`update agent_reports set last_seen_at = to_timestamp(${at / 1000})`);
const firing = async () => {
  const { items } = await portolan.owner.call(listAlerts, { params, query: { filter: 'state=firing' } });
  return items
    .map(({ rule, subjects, value }) => [rule.name, subjects, value])
    .toSorted((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));
};

test('a tunnel that has just been placed is not down before it had time to come up', async () => {
  const { db } = portolan.platform;
  const { clusterId } = portolan.bootstrap;
  const broker = {
    region: 'r1',
    url: 'ws://b1.test',
    capacity: 1,
    version: '0.1.0',
    pid: 1,
    state: 'live' as const,
  };
  await db.insert(brokers).values({ id: 'b1', incarnation: 'i1', ...broker });
  await db.execute(sql`
    insert into tunnels (id, workspace_id, cluster_id, broker_id)
    select 'tun_new', workspace_id, id, 'b1' from clusters where id = ${clusterId}`);
  const { rows } = await db.execute(sql`select workspace_id from clusters where id = ${clusterId}`);
  const workspace = String(rows[0]?.['workspace_id']);
  const downAt = async (now: number) => {
    await heardAt(now);
    return listInState(db, workspace, { metric: 'tunnelsDown', now });
  };
  expect(await downAt(Date.now() + 30_000)).toEqual([]);
  expect(await downAt(Date.now() + 180_000)).toEqual(['local through b1']);
  await db.execute(sql`delete from brokers where id = 'b1'`);
  await heardAt(Date.now());
});

test('a workspace is given the default rules once; what it deletes stays away', async () => {
  const { db } = portolan.platform;
  await ensureDefaultRules(db);
  const names = async () =>
    (await portolan.owner.call(listAlertRules, { params, query: {} })).items.map(({ name }) => name);
  expect((await names()).toSorted()).toEqual(DEFAULT_RULES.map(({ name }) => name).toSorted());
  await portolan.owner.call(deleteAlertRule, { params: { ...params, rule: 'Brokers down' } });
  await ensureDefaultRules(db);
  expect(await names()).not.toContain('Brokers down');
});

test('one rule watches every API by itself, errors of a few requests are none, and the alert names what it is for', async () => {
  const minutes = Array.from({ length: 10 }, (_, at) => NOW - (at + 1) * MINUTE);
  await send(
    ...minutes.flatMap((at) => [
      point('healthy', at),
      point('broken', at, { errors: 30 }),
      point('quiet', at, { requests: 3, errors: 3, latency: { total: [-27, 3] } }),
      point('slow', at, { latency: { total: [24, 100] } }),
    ]),
  );
  await heardAt(NOW + MINUTE);
  await evaluateRules(portolan.platform.db, NOW);
  expect((await firing()).filter(([name]) => !String(name).includes('budget'))).toMatchObject([
    ['API errors above 5 %', ['air/broken'], 0.3],
    ['API p99 above 5 s', ['air/slow'], expect.closeTo(8.35, 2)],
  ]);
});

test('a burn rate fires while both of its windows burn', async () => {
  const { db } = portolan.platform;
  const minutes = (from: number, until: number) =>
    Array.from({ length: from - until }, (_, at) => NOW - (until + at + 1) * MINUTE);
  await send(
    ...minutes(60, 5).map((at) => point('burnt', at, { errors: 5 })),
    ...minutes(5, 0).map((at) => point('burnt', at)),
    ...minutes(60, 0).map((at) => point('burning', at, { errors: 5 })),
  );
  await evaluateRules(db, NOW);
  const alert = (await firing()).find(([name]) => name === 'API error budget burns fast');
  // 5 % of requests against 0.1 %: fifty times as fast. The other API stopped failing five minutes ago; "broken" did not.
  expect(alert?.[1]).toContain('air/burning');
  expect(alert?.[1]).not.toContain('air/burnt');
});

test('clusters that are not heard from are an alert with their names', async () => {
  await heardAt(Date.now() - 5 * MINUTE);
  await evaluateRules(portolan.platform.db, Date.now());
  expect(await firing()).toContainEqual(['Clusters disconnected', ['local'], 1]);
  await heardAt(Date.now());
  await evaluateRules(portolan.platform.db, Date.now());
  expect((await firing()).map(([name]) => name)).not.toContain('Clusters disconnected');
});

test('a rule tried on a week of the past fires exactly when its live evaluation did', async () => {
  const { db } = portolan.platform;
  const hours = Array.from({ length: 7 * 24 }, (_, at) => NOW - (at + 1) * HOUR);
  for (let at = 0; at < hours.length; at += 24)
    await send(
      ...hours.slice(at, at + 24).map((start, index) => {
        const hour = at + index;
        return point('week', start, { requests: 100 + (hour % 5), errors: (hour * 7) % 11 });
      }),
    );
  const threshold: AlertThreshold = {
    metric: 'errorRatio',
    condition: { above: true, value: 0.06 },
    occurrence: 3,
    timeRange: 6 * 3600,
    minRequests: 50,
    objective: 99.9,
  };
  const scope = { kind: 'api', namespace: 'air', name: 'week', cluster: null } as const;
  const tried = await db.transaction((tx) => tryRule(tx, 'default', { scope, threshold, days: 7 }, NOW));
  expect(tried.fired.length).toBeGreaterThan(3);
  await portolan.owner.call(createAlertRule, { params, body: { name: 'week', scope, threshold } });
  await heardAt(NOW + HOUR);
  for (const hour of hours.toReversed().slice(6).concat(NOW)) await evaluateRules(db, hour);
  const { items } = await portolan.owner.call(listAlerts, {
    params,
    query: { filter: 'rule=week', sort: 'firedAt', limit: 500 },
  });
  const first = Date.parse(tried.fired[0]?.at ?? '');
  const live = items.map(({ firedAt, resolvedAt }) => [firedAt, resolvedAt]);
  expect(live.filter(([at]) => Date.parse(at ?? '') >= first)).toEqual(
    tried.fired.map(({ at, until }) => [at, until]),
  );
});

test('the route refuses what has no past', async () => {
  const threshold = { metric: 'clustersDisconnected', condition: { above: true, value: 0 } } as const;
  await expect(
    portolan.owner.call(tryAlertRule, {
      params,
      body: { scope: { kind: 'workspace', name: '*' }, threshold },
    }),
  ).rejects.toMatchObject({ status: 400 });
});

test('receivers are notified of each certificate once with a quarter, and once with an eighth of its life left', async () => {
  const { db } = portolan.platform;
  const receiver = { kind: 'webhook', url: 'https://on-call.example.com/' } as const;
  await portolan.owner.call(createAlertReceiver, { params, body: { name: 'on call', target: receiver } });
  /** Adds a certificate that was valid for `life` hours, of which `left` are left. */
  const add = (host: string, life: number, left: number) =>
    db.execute(sql`
      insert into domain_certificates (cluster_id, host, workspace_id, not_before, not_after, next_at)
      select id, ${host}, workspace_id, now() - make_interval(hours => ${life - left}), now() + make_interval(hours => ${left}),
        now() + interval '1 year' from clusters limit 1`);
  const notified = async () => {
    await evaluateRules(db, Date.now());
    const { rows } = await db.execute(sql`
      select notification -> 'alert' -> 'rule' ->> 'name' as rule, notification -> 'alert' -> 'subjects' as subjects
      from alert_notifications where notification -> 'alert' -> 'rule' ->> 'name' like 'Certificates%' order by 1, created_at`);
    return rows.map(({ rule, subjects }) => [rule, subjects]);
  };
  const quarter = 'Certificates with a quarter of their life left';
  const eighth = 'Certificates with an eighth of their life left';
  await add('long.example.com', 90 * 24, 30 * 24);
  await add('short.example.com', 160, 39);
  const first = [quarter, ['short.example.com']];
  expect(await notified()).toEqual([first]);
  expect(await notified()).toEqual([first]);
  await add('middle.example.com', 45 * 24, 5 * 24);
  const both = [quarter, ['middle.example.com', 'short.example.com']];
  expect(await notified()).toEqual([first, both, [eighth, ['middle.example.com']]]);
  expect(await notified()).toHaveLength(3);
});

test('an installation of the version before keeps its rule for certificates under the new name', async () => {
  const { db } = portolan.platform;
  await db.execute(
    sql`delete from alert_rules where name = 'Certificates with an eighth of their life left'`,
  );
  await db.execute(sql`
    update alert_rules set name = 'Certificates expire within 7 days', severity = 'info'
    where name = 'Certificates with a quarter of their life left'`);
  await db.execute(sql`update workspaces set default_rules = 1`);
  await ensureDefaultRules(db);
  const { items } = await portolan.owner.call(listAlertRules, {
    params,
    query: { filter: 'name~Certificates', sort: 'name' },
  });
  expect(items.map(({ name, severity }) => [name, severity])).toEqual([
    ['Certificates with a quarter of their life left', 'info'],
    ['Certificates with an eighth of their life left', 'critical'],
  ]);
});
