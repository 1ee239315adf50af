import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listApis } from '@portolan/contract/resources';
import { mergeHistograms, quantileOf } from '@portolan/contract/histogram';
import { getMetrics, listLogs, type MinutePoint } from '@portolan/contract/telemetry';
import { startTestPlatform, type TestPlatform } from '../testing/platform.ts';
import { linkAgent, relayAgent, type RelayedAgent } from '../testing/relayed-agent.ts';
import { pruneLogs } from './log-store.ts';
import { maintainPartitions } from './partition-store.ts';

let portolan: TestPlatform;
let agent: RelayedAgent;
const params = { workspace: 'default' };

beforeAll(async () => {
  portolan = await startTestPlatform();
  await linkAgent(portolan, portolan.bootstrap.agentToken);
  agent = await relayAgent(portolan, { clusterId: portolan.bootstrap.clusterId, workspace: 'default' });
});

afterAll(async () => {
  agent.close();
  await portolan.close();
});

const HOUR = Date.parse('2030-05-01T10:00:00Z');
const point = (minute: number, requests: number, name = 'flights'): MinutePoint => ({
  series: { kind: 'api', namespace: 'air', name },
  minute: new Date(HOUR + minute * 60_000).toISOString(),
  requests,
  errors: 1,
  clientErrors: 2,
  responseTimeSum: requests / 10,
  responseTimeCount: requests,
  bytesIn: 100,
  bytesOut: 1000,
});
const send = (...points: MinutePoint[]) => agent.call('POST', '/agent/v1/metrics', { points, dropped: 0 });
const read = async (step: '1m' | '10m' | '1h' | '1d', name = 'flights') => {
  const query = {
    step,
    name,
    since: new Date(HOUR - 24 * 3600_000).toISOString(),
    until: new Date(HOUR + 24 * 3600_000).toISOString(),
  };
  const { series } = await portolan.owner.call(getMetrics, { params, query });
  return series[0]?.points ?? [];
};

test('a minute that is sent again, in whatever company, counts once in every step', async () => {
  expect(await send(point(0, 60), point(1, 120))).toMatchObject({ status: 204 });
  await send(point(1, 120), point(2, 30), point(11, 10));
  await Promise.all([
    send(point(2, 30), point(0, 60)),
    send(point(11, 10), point(1, 120)),
    send(point(0, 60)),
  ]);
  expect((await read('1m')).map(({ requests }) => requests)).toEqual([60, 120, 30, 10]);
  expect((await read('10m')).map(({ requests, errors }) => [requests, errors])).toEqual([
    [210, 3],
    [10, 1],
  ]);
  expect((await read('1h')).map(({ requests }) => requests)).toEqual([220]);
  expect((await read('1d')).map(({ requests, bytesOut }) => [requests, bytesOut])).toEqual([[220, 4000]]);
});

test('minutes of several counters add up, and each counts once however often it is sent', async () => {
  const count = (counter: string, ...points: MinutePoint[]) =>
    agent.call('POST', '/agent/v1/metrics', { counter, points, dropped: 0 });
  const latency = { total: [-30, 7] };
  const of = (minute: number, requests: number) => ({ ...point(minute, requests, 'shared'), latency });
  await Promise.all([count('a', of(0, 7)), count('b', of(0, 5)), count('a', of(0, 7), of(1, 2))]);
  await Promise.all([count('b', of(0, 5)), count('a', of(1, 2)), count('c', of(1, 1))]);
  expect((await read('1m', 'shared')).map(({ requests }) => requests)).toEqual([12, 3]);
  expect((await read('1h', 'shared')).map(({ requests, latency }) => [requests, latency])).toEqual([
    [15, [-30, 28]],
  ]);
});

test('derives rates, ratios and averages from the sums', async () => {
  await send(point(0, 60, 'derived'));
  expect(await read('1m', 'derived')).toEqual([
    {
      timestamp: new Date(HOUR).toISOString(),
      seconds: 60,
      requestsPerSecond: 1,
      errorsPerSecond: 1 / 60,
      errorRatio: 1 / 60,
      clientErrorsPerSecond: 2 / 60,
      clientErrorRatio: 2 / 60,
      averageResponseTime: 0.1,
      requests: 60,
      errors: 1,
      clientErrors: 2,
      responseTimeSum: 6,
      responseTimeCount: 60,
      bytesIn: 100,
      bytesOut: 1000,
      p50: null,
      p90: null,
      p95: null,
      p99: null,
      upstreamP99: null,
      gatewayP99: null,
      latency: [],
      upstreamLatency: [],
      gatewayLatency: [],
    },
  ]);
});

test('histograms are added up in every step, over minutes and in any order', async () => {
  const slow = [-8, 10, 0, 5];
  const fast = [-30, 100];
  await send({ ...point(1, 115, 'timed'), latency: { total: slow, upstream: fast } });
  await Promise.all([
    send({ ...point(0, 100, 'timed'), latency: { total: fast } }),
    send({ ...point(2, 15, 'timed'), latency: { total: slow } }, { ...point(1, 115, 'timed') }),
  ]);
  const expected = mergeHistograms([slow, fast, slow]);
  for (const step of ['10m', '1h', '1d'] as const) {
    const [figures] = await read(step, 'timed');
    expect(figures).toMatchObject({ latency: expected, upstreamLatency: fast, gatewayLatency: [] });
    expect(figures?.p50).toBeCloseTo(quantileOf(expected, 0.5) ?? 0, 9);
    expect(figures?.p99).toBeCloseTo(quantileOf(expected, 0.99) ?? 0, 9);
  }
  expect((await read('1m', 'timed')).map(({ latency }) => latency)).toEqual([fast, slow, slow]);
});

test('a minute that comes late still reaches the sums of its time', async () => {
  await send(point(5, 10, 'late'));
  await send(point(4, 7, 'late'));
  expect((await read('10m', 'late')).map(({ requests }) => requests)).toEqual([17]);
});

test('refuses counts that cannot be', async () => {
  expect(await send({ ...point(0, 1), requests: -5 })).toMatchObject({ status: 400 });
});

test('APIs show the rate of the last complete minute', async () => {
  const minute = new Date(Math.floor(Date.now() / 60_000 - 1) * 60_000).toISOString();
  const api = {
    apiVersion: 'hub.traefik.io/v1alpha1',
    kind: 'API',
    metadata: { name: 'live', namespace: 'air' },
    spec: { pathPrefix: '/x' },
  };
  await agent.call('PUT', '/agent/v1/resources', {
    sequence: 1,
    objects: [{ key: 'API.hub.traefik.io/air/live', owner: { kind: 'cluster' }, object: api }],
    problems: [],
  });
  await send({ ...point(0, 120, 'live'), minute });
  const { items } = await portolan.owner.call(listApis, { params, query: { filter: 'requestsPerSecond>1' } });
  expect(items).toMatchObject([
    { name: 'live', rate: { requestsPerSecond: 2, errorsPerSecond: 1 / 60, averageResponseMs: 100 } },
  ]);
});

test('keeps an agent’s log entries once each, newest first, for a day', async () => {
  const entry = (id: string, minute: number) => ({
    id,
    time: new Date(Date.now() - minute * 60_000).toISOString(),
    level: 'warn',
    event: 'upstream.failed',
    message: `it failed ${id}`,
    fields: { service: 'air/flights' },
  });
  for (const _ of [1, 2])
    await agent.call('POST', '/agent/v1/logs', { entries: [entry('a', 2), entry('b', 1)] });
  const list = async () =>
    (await portolan.owner.call(listLogs, { params, query: { filter: 'level:warn' } })).items;
  expect((await list()).map(({ message, cluster }) => [message, cluster])).toEqual([
    ['it failed b', 'local'],
    ['it failed a', 'local'],
  ]);
  await portolan.platform.db.execute(
    sql`update log_entries set received_at = now() - interval '25 hours' where id = 'a'`,
  );
  await pruneLogs(portolan.platform.db);
  expect((await portolan.platform.db.execute(sql`select id from log_entries`)).rows).toEqual([{ id: 'b' }]);
});

test('partitions are dropped past their retention, and what is in none of them moves into one that is created', async () => {
  const { db } = portolan.platform;
  const later = HOUR + 3 * 24 * 3_600_000;
  const count = async (table: string) =>
    Number(
      (await db.execute(sql`select count(*) from ${sql.raw(table)} where start >= '2030-01-01'`)).rows[0]?.[
        'count'
      ],
    );
  await send(point(0, 60, 'aged'));
  const held = await count('metric_1m_default');
  expect(held).toBeGreaterThan(0);
  // On the day the points are of, its partition is created and takes what was received too early.
  await maintainPartitions(db, HOUR);
  expect(await count('metric_1m_20300501')).toBe(held);
  expect((await read('1m', 'aged')).map(({ requests }) => requests)).toEqual([60]);
  // Repeated minutes remain known for a day after they came.
  await maintainPartitions(db, Date.now());
  expect(await count('metric_1m_20300501')).toBe(held);
  await db.execute(
    sql`update metric_1m set received_at = to_timestamp(${later / 1000}) - interval '26 hours'`,
  );
  await maintainPartitions(db, later);
  expect(await read('1m', 'aged')).toEqual([]);
  expect((await read('1h', 'aged')).map(({ requests }) => requests)).toEqual([60]);
});
