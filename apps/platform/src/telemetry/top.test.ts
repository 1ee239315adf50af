import { afterAll, beforeAll, expect, test } from 'vitest';
import { topMetrics, listMetricChanges, type MetricGroup } from '@portolan/contract/metrics-top';
import { createCluster } from '@portolan/contract/clusters';
import { countOf } from '@portolan/contract/histogram';
import { getMetrics, type MetricPart, type MinutePoint } from '@portolan/contract/telemetry';
import { applyResources } from '@portolan/contract/resources';
import { createUser } from '@portolan/contract/users';
import { startTestPlatform, type TestPlatform } from '../testing/platform.ts';
import { linkAgent, relayAgent, type RelayedAgent } from '../testing/relayed-agent.ts';
import { stepFor } from './top.ts';

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

const MINUTE = 60_000;
const START = Math.floor(Date.now() / (60 * MINUTE)) * 60 * MINUTE - 3 * 60 * MINUTE;
const send = async (...points: MinutePoint[]) =>
  expect(await agent.call('POST', '/agent/v1/metrics', { points, dropped: 0 })).toMatchObject({
    status: 204,
  });

const sumsOf = (requests: number, errors: number) => ({
  requests,
  errors,
  clientErrors: 0,
  responseTimeSum: requests / 10,
  responseTimeCount: requests,
  bytesIn: requests,
  bytesOut: requests * 2,
});

function pointOf(minute: number, parts: readonly MetricPart[], name = 'flights'): MinutePoint {
  const consumers = parts.filter(({ by }) => by === 'consumer');
  const requests = consumers.reduce((sum, part) => sum + part.requests, 0);
  const errors = consumers.reduce((sum, part) => sum + part.errors, 0);
  return {
    series: { kind: 'api', namespace: 'air', name },
    minute: new Date(START + minute * MINUTE).toISOString(),
    ...sumsOf(requests, errors),
    latency: { total: [-24, requests] },
    parts: [...parts],
  };
}

const top = (query: Parameters<typeof portolan.owner.call<typeof topMetrics>>[1]['query']) =>
  portolan.owner.call(topMetrics, { params, query });
const range = { since: new Date(START).toISOString(), until: new Date(START + 60 * MINUTE).toISOString() };
const shown = async (query: object) =>
  (await top({ ...range, ...query })).groups.map(({ value, figures }) => [value, figures.requests]);

const consumer = (requests: number, labels: MetricPart['labels'], errors = 0): MetricPart => ({
  by: 'consumer',
  labels,
  ...sumsOf(requests, errors),
});

test('answers who calls, who is affected and who still calls a version, by name and with the period before', async () => {
  const { id } = await portolan.owner.call(createUser, { params, body: { email: 'ada@example.com' } });
  await send(
    pointOf(-10, [consumer(4, { version: 'v1', user: id })]),
    pointOf(0, [
      consumer(30, { version: 'v1', user: id }, 3),
      consumer(60, { version: 'v2', user: id }),
      consumer(10, { version: 'v2', application: 'shop', key: 'gone' }, 5),
    ]),
  );
  const { groups, total, previous, others, inventory } = await top({ ...range, by: 'user', sort: 'errors' });
  expect(
    groups.map(({ title, share, figures, previous: former }) => [
      title,
      figures.errors,
      share,
      former?.requests,
    ]),
  ).toEqual([
    ['', 5, 0.1, 0],
    ['ada@example.com', 3, 0.9, 4],
  ]);
  expect([total.requests, previous.requests, others]).toEqual([100, 4, 0]);
  expect(inventory).toEqual({ nodes: 0, gateways: 0, apis: 0 });
  expect(await shown({ by: 'user', version: 'v1' })).toEqual([[id, 30]]);
  expect(await shown({ by: 'version', user: id })).toEqual([
    ['v2', 60],
    ['v1', 30],
  ]);
  expect(await shown({ by: 'key', limit: 1 })).toEqual([['', 90]]);
  expect(await shown({ by: 'name' })).toEqual([['air/flights', 100]]);
  expect(await shown({ by: 'cluster' })).toEqual([[portolan.bootstrap.clusterId, 100]]);
});

test('refuses to combine what is not counted together, and a period without length', async () => {
  await expect(top({ by: 'key', operation: 'GET /' })).rejects.toMatchObject({ status: 400 });
  await expect(top({ since: range.until, until: range.since })).rejects.toMatchObject({ status: 400 });
});

test('sums over every dimension equal the total, with repeated, late and concurrent uploads', async () => {
  let seed = 11;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 1;
    return seed % below;
  };
  let sent = 0;
  const points = Array.from({ length: 60 }, (_, minute) => {
    const calls = Array.from({ length: 1 + random(12) }, () => ({
      user: `usr_${random(5)}`,
      version: `v${random(2)}`,
      status: [200, 200, 404, 500][random(4)] ?? 200,
      operation: `GET /${random(3)}`,
      requests: 1 + random(9),
    }));
    sent += calls.reduce((sum, { requests }) => sum + requests, 0);
    const parts = (by: MetricPart['by'], labels: (call: (typeof calls)[number]) => MetricPart['labels']) =>
      [...Map.groupBy(calls, (call) => JSON.stringify(labels(call))).entries()].map(
        ([key, group]): MetricPart => ({
          by,
          labels: JSON.parse(key) as MetricPart['labels'],
          ...sumsOf(
            group.reduce((sum, { requests }) => sum + requests, 0),
            0,
          ),
        }),
      );
    return pointOf(
      minute,
      [
        ...parts('consumer', ({ user, version }) => ({ user, version })),
        ...parts('operation', ({ operation, status }) => ({ operation, status: String(status) })),
        ...parts('outcome', ({ status, version }) => ({
          class: `${String(status)[0]}xx`,
          source: 'upstream',
          version,
        })),
      ],
      'conserved',
    );
  });
  const shuffled = points.toSorted((a, b) => (a.requests % 7) - (b.requests % 7));
  await Promise.all([
    send(...shuffled.slice(0, 30)),
    send(...points.slice(10, 50)),
    send(...shuffled.slice(20)),
  ]);
  await send(...points);
  const groups: MetricGroup[] = [
    'name',
    'cluster',
    'version',
    'class',
    'source',
    'operation',
    'status',
    'user',
  ];
  for (const by of groups) {
    const { groups: found, total } = await top({ ...range, name: 'conserved', by });
    expect([by, found.reduce((sum, { figures }) => sum + figures.requests, 0), total.requests]).toEqual([
      by,
      sent,
      sent,
    ]);
  }
  for (const step of ['1m', '10m', '1h'] as const) {
    const { series } = await portolan.owner.call(getMetrics, {
      params,
      query: { ...range, name: 'conserved', step },
    });
    const figures = series[0]?.points ?? [];
    expect([step, figures.reduce((sum, { requests }) => sum + requests, 0)]).toEqual([step, sent]);
    expect([step, figures.reduce((sum, { latency }) => sum + countOf(latency), 0)]).toEqual([step, sent]);
  }
});

test('lists what changed in a period, and marks what touched an object', async () => {
  const since = new Date(Date.now() - MINUTE).toISOString();
  const hub = (kind: string, name: string, spec: object, namespace?: string) => ({
    apiVersion: 'hub.traefik.io/v1alpha1',
    kind,
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    spec,
  });
  const api = (name: string) =>
    hub('API', name, { pathPrefix: `/${name}`, service: { name, port: { number: 80 } } }, 'air');
  const cluster = 'local';
  const apply = (...objects: object[]) =>
    portolan.owner.call(applyResources, { params, body: { cluster, objects: objects as never } });
  await portolan.owner.call(createCluster, { params, body: { name: 'second' } });
  await agent.call('PUT', '/agent/v1/resources', {
    sequence: 1,
    problems: [],
    objects: ['seats', 'gates'].map((name) => ({
      key: `API.hub.traefik.io/air/${name}`,
      owner: { kind: 'cluster' },
      object: api(name),
    })),
  });
  const { revision } = await apply(api('flights'), api('hotels'));
  await apply(hub('APIAccess', 'crew', { groups: ['crew'], apis: [{ name: 'flights', namespace: 'air' }] }));
  await apply(
    hub('APIAccess', 'guests', { groups: ['guests'], apis: [{ name: 'hotels', namespace: 'air' }] }),
  );
  const query = { since, namespace: 'air', name: 'flights' };
  const { changes } = await portolan.owner.call(listMetricChanges, { params, query });
  expect(changes.map(({ action, target, touches }) => [action, target, touches])).toEqual([
    ['cluster.create', 'second', false],
    ['report', 'API air/gates, API air/seats', false],
    ['apply', 'API air/flights, API air/hotels', true],
    ['apply', 'APIAccess crew', true],
    ['apply', 'APIAccess guests', false],
  ]);
  expect(changes[1]?.by).toBe(cluster);
  expect(changes[2]?.revision).toBe(revision);
});

test('changes of workspaces that were created later are listed too', async () => {
  const since = new Date(Date.now() - MINUTE).toISOString();
  await portolan.createWorkspace('other');
  const { client } = await portolan.signInAs('owner', 'other');
  await client.call(createCluster, { params: { workspace: 'other' }, body: { name: 'third' } });
  const { changes } = await client.call(listMetricChanges, {
    params: { workspace: 'other' },
    query: { since },
  });
  expect(changes.map(({ target }) => target)).toEqual(['third']);
});

test('the step follows from the length and the age of the period', () => {
  const now = Date.now();
  const of = (lengthHours: number, agoHours = 0) =>
    stepFor(new Date(now - (agoHours + lengthHours) * 3_600_000), new Date(now - agoHours * 3_600_000), now)
      .step;
  expect([of(0.25), of(10), of(24), of(24 * 3), of(24 * 20), of(24 * 365)]).toEqual([
    '1m',
    '1m',
    '10m',
    '10m',
    '1h',
    '1d',
  ]);
  expect([of(1, 48), of(1, 24 * 20), of(1, 24 * 100)]).toEqual(['10m', '1h', '1d']);
});
