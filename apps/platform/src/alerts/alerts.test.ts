import { ADVISORY_LOCKS } from '../db/advisory-locks.ts';
import { sql } from 'drizzle-orm';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  createAlertRule,
  deleteAlertRule,
  endSilence,
  getAlert,
  getAlertRule,
  listAlertRules,
  listAlerts,
  silenceAlertRule,
  updateAlertRule,
} from '@portolan/contract/alerts';
import { listAudit } from '@portolan/contract/audit';
import { startTestPlatform, type TestPlatform } from '../testing/platform.ts';
import { linkAgent, relayAgent, type RelayedAgent } from '../testing/relayed-agent.ts';
import { pruneAlerts } from './alert-store.ts';
import { evaluateRules, tryEvaluateRules } from './evaluation.ts';

let portolan: TestPlatform;
let agent: RelayedAgent;
/** Holds the lock, so that the platform's own round does not come between. */
let holder: Client;
const params = { workspace: 'default' };
const NOW = Math.floor(Date.now() / 60_000) * 60_000;

beforeAll(async () => {
  portolan = await startTestPlatform();
  holder = new Client({ connectionString: portolan.databaseUrl });
  await holder.connect();
  await holder.query('select pg_advisory_lock($1)', [ADVISORY_LOCKS.alertEvaluation]);
  await linkAgent(portolan, portolan.bootstrap.agentToken);
  agent = await relayAgent(portolan, { clusterId: portolan.bootstrap.clusterId, workspace: 'default' });
  await portolan.platform.db.execute(sql`update clusters set created_at = now() - interval '1 day'`);
});
beforeEach(() => portolan.platform.db.execute(sql`delete from alert_rules`));
afterAll(async () => {
  agent.close();
  await holder.end();
  await portolan.close();
});

const rule = (name: string, over: object = {}) => ({
  name,
  scope: { kind: 'api' as const, namespace: 'air', name },
  threshold: {
    metric: 'errorsPerSecond' as const,
    condition: { above: true, value: 0.5 },
    occurrence: 2,
    timeRange: 300,
  },
  ...over,
});
const create = (name: string, over: object = {}) =>
  portolan.owner.call(createAlertRule, { params, body: rule(name, over) });
const get = (name: string) => portolan.owner.call(getAlertRule, { params: { ...params, rule: name } });
const report = (name: string, ...points: (readonly [minutesAgo: number, errors: number])[]) =>
  agent.call('POST', '/agent/v1/metrics', {
    points: points.map(([ago, errors]) => ({
      series: { kind: 'api', namespace: 'air', name },
      minute: new Date(NOW - ago * 60_000).toISOString(),
      requests: errors,
      errors,
      clientErrors: 0,
      responseTimeSum: 1,
      responseTimeCount: errors,
      bytesIn: 0,
      bytesOut: 0,
    })),
    dropped: 0,
  });
const evaluateAt = (minutes = 0) => evaluateRules(portolan.platform.db, NOW + minutes * 60_000);
const heardAt = (minutes: number) =>
  portolan.platform.db.execute(
    sql`update agent_reports set last_seen_at = ${new Date(NOW + minutes * 60_000).toISOString()}::timestamptz`,
  );
const list = async (filter = '') =>
  (await portolan.owner.call(listAlerts, { params, query: { filter } })).items;

test('fires once, stays with its points, and is resolved when the points are gone', async () => {
  const heard: string[] = [];
  const off = portolan.platform.changes.onChange('default', ({ change }) => {
    if (change.topic === 'alerts') heard.push(change.change);
  });
  const { id } = await create('fires');
  await report('fires', [3, 60], [2, 6], [1, 60]);
  await heardAt(10);
  await evaluateAt();
  await evaluateAt();
  expect(await list()).toMatchObject([
    { rule: { id, name: 'fires' }, state: 'firing', value: 1, firedAt: new Date(NOW).toISOString() },
  ]);
  expect((await get('fires')).state).toBe('firing');
  const [fired] = await list();
  expect(fired?.points.map(({ value }) => value)).toEqual([0, 0, 1, 0.1, 1]);
  await evaluateAt(5);
  const after = await portolan.owner.call(getAlert, { params: { ...params, alert: fired!.id } });
  expect(after).toMatchObject({ state: 'resolved', resolvedAt: new Date(NOW + 300_000).toISOString() });
  expect(after.points).toEqual(fired?.points);
  expect((await get('fires')).state).toBe('ok');
  await expect.poll(() => heard).toEqual(['created', 'created', 'updated', 'updated']);
  off();
});

test('an agent that is away neither raises nor ends an alert', async () => {
  await create('firing');
  await create('idle', {
    threshold: { ...rule('').threshold, metric: 'requestsPerSecond', condition: { above: false, value: 1 } },
  });
  await report('firing', [2, 60], [1, 60]);
  await heardAt(0);
  await evaluateAt();
  expect((await list()).map(({ rule: of }) => of.name).toSorted()).toEqual(['firing', 'idle']);
  await evaluateAt(5);
  expect(await list('state=firing')).toHaveLength(2);
  expect((await get('firing')).state).toBe('unknown');
  await heardAt(5);
  await evaluateAt(5);
  expect((await list('state=firing')).map(({ rule: of }) => of.name)).toEqual(['idle']);
});

test('watches one cluster or the sum of all, and longer ranges in longer steps', async () => {
  const hour = {
    ...rule('').threshold,
    occurrence: 1,
    timeRange: 3600,
    condition: { above: true, value: 0.05 },
  };
  await create('long', { threshold: hour });
  await create('here', {
    scope: { kind: 'api', namespace: 'air', name: 'long', cluster: 'local' },
    threshold: hour,
  });
  await report('long', [15, 40], [14, 40]);
  await heardAt(0);
  await evaluateAt();
  const fired = await list();
  expect(fired).toMatchObject([{ state: 'firing' }, { state: 'firing' }]);
  expect(new Set(fired.map(({ scope }) => scope.clusterName))).toEqual(new Set(['local', null]));
  expect(fired[0]?.points).toHaveLength(6);
  await expect(create('x', { scope: { kind: 'api', name: 'x', cluster: 'nowhere' } })).rejects.toMatchObject({
    code: 'not-found',
  });
});

test('only one replica looks at a time', async () => {
  await create('once');
  await report('once', [2, 60], [1, 60]);
  await heardAt(0);
  expect(await tryEvaluateRules(portolan.platform.db, NOW)).toBe(false);
  expect(await list()).toEqual([]);
  await holder.query('select pg_advisory_unlock($1)', [ADVISORY_LOCKS.alertEvaluation]);
  expect(await tryEvaluateRules(portolan.platform.db, NOW)).toBe(true);
  await holder.query('select pg_advisory_lock($1)', [ADVISORY_LOCKS.alertEvaluation]);
  expect((await list()).map(({ rule }) => rule.name)).toContain('once');
});

test('is changed, silenced with a reason, disabled and deleted, each audited once', async () => {
  const { id } = await create('life');
  const target = { params: { ...params, rule: 'life' } };
  await report('life', [2, 60], [1, 60]);
  await heardAt(0);
  await evaluateAt();
  const until = new Date(Date.now() + 3600_000).toISOString();
  const silenced = await portolan.owner.call(silenceAlertRule, {
    ...target,
    body: { until, reason: 'known' },
  });
  expect(silenced.silence).toEqual({ until, reason: 'known', by: 'admin@portolan.localhost' });
  expect(await list('silenced=yes')).toMatchObject([{ silence: { reason: 'known' } }]);
  expect((await portolan.owner.call(endSilence, target)).silence).toBeNull();
  await expect(
    portolan.owner.call(silenceAlertRule, {
      ...target,
      body: { until: new Date(0).toISOString(), reason: 'x' },
    }),
  ).rejects.toMatchObject({ code: 'invalid-request', fields: [{ field: 'until' }] });
  const disabled = await portolan.owner.call(updateAlertRule, { ...target, body: { enabled: false } });
  expect(disabled.state).toBe('disabled');
  expect(await list()).toMatchObject([{ state: 'resolved' }]);
  await evaluateAt();
  expect(await list('state=firing')).toEqual([]);
  await portolan.owner.call(deleteAlertRule, target);
  const { items } = await portolan.owner.call(listAudit, { params, query: { filter: `targetId=${id}` } });
  expect(items.map(({ action }) => action)).toEqual([
    'alert-rule.delete',
    'alert-rule.update',
    'alert-rule.end-silence',
    'alert-rule.silence',
    'alert-rule.create',
  ]);
});

test('lists with filter, sort and pages; a name is there once', async () => {
  for (const name of ['c', 'a', 'b']) await create(name, { severity: name === 'b' ? 'critical' : 'info' });
  await expect(create('a')).rejects.toMatchObject({ code: 'already-exists' });
  const first = await portolan.owner.call(listAlertRules, { params, query: { sort: '-name', limit: 2 } });
  expect(first).toMatchObject({ total: 3, items: [{ name: 'c' }, { name: 'b' }] });
  const second = await portolan.owner.call(listAlertRules, {
    params,
    query: { sort: '-name', limit: 2, cursor: first.next! },
  });
  expect(second).toMatchObject({ next: null, items: [{ name: 'a' }] });
  const critical = await portolan.owner.call(listAlertRules, {
    params,
    query: { filter: 'severity=critical' },
  });
  expect(critical).toMatchObject({ matched: 1, total: 3 });
});

test('a viewer reads, an editor writes', async () => {
  const viewer = await portolan.signInAs('viewer');
  await expect(viewer.client.call(createAlertRule, { params, body: rule('v') })).rejects.toMatchObject({
    code: 'not-allowed',
  });
  const editor = await portolan.signInAs('editor');
  await editor.client.call(createAlertRule, { params, body: rule('v') });
  expect((await viewer.client.call(listAlertRules, { params, query: {} })).total).toBe(1);
});

test('keeps the newest resolved alerts of a rule, for a month, and all that are firing', async () => {
  const { id } = await create('many');
  const { db } = portolan.platform;
  await db.execute(sql`
    insert into alerts (id, workspace_id, rule_id, threshold, points, fired_at, resolved_at)
    select 'alt_' || i, 'default', ${id}, '{}'::jsonb, '[]'::jsonb, now() - i * interval '1 minute', now() - i * interval '1 minute' from generate_series(1, 510) i
    union all select 'old', 'default', ${id}, '{}'::jsonb, '[]'::jsonb, now() - interval '40 days', now() - interval '31 days'
    union all select 'firing', 'default', ${id}, '{}'::jsonb, '[]'::jsonb, now() - interval '90 days', null`);
  await pruneAlerts(db);
  const { rows } = await db.execute(sql`
    select count(*)::int as count, bool_or(id = 'firing') as firing, bool_or(id = 'alt_501') as beyond from alerts`);
  expect(rows).toEqual([{ count: 501, firing: true, beyond: false }]);
});
