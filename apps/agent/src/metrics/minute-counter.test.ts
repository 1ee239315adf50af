import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { countOf, quantileOf } from '@portolan/contract/histogram';
import type { MetricPart, MinutePoint } from '@portolan/contract/telemetry';
import type { Identity } from '@portolan/resources/model/request';
import type { Route } from '@portolan/resources/model/model';
import type { ObjectRef } from '@portolan/resources/model/object-ref';
import type { FinishedExchange } from '../gateway/exchange/finished-exchange.ts';
import { MinuteCounter } from './minute-counter.ts';

const START = Date.parse('2030-01-01T00:00:10Z');
let directory: string;
let now = START;
let handed: MinutePoint[] = [];
let counter: MinuteCounter;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portolan-minute-'));
  [now, handed] = [START, []];
  await open();
});

afterEach(async () => {
  await counter.close();
  await rm(directory, { recursive: true, force: true });
});

async function open(): Promise<void> {
  counter = await MinuteCounter.open(
    directory,
    (points) => handed.push(...points),
    () => now,
  );
}

const ref = (kind: string, name: string): ObjectRef => ({ key: name, kind, namespace: 'air', name });
const route = (change: Partial<Route>): Route => ({
  id: 'r',
  owner: ref('Ingress', 'web'),
  kind: 'ingress',
  rule: { kind: 'always' },
  priority: 1,
  hosts: [],
  guard: { kind: 'open' },
  middlewares: [],
  target: { kind: 'none', status: 404, reason: '' },
  ...change,
});
const apiRoute = route({
  kind: 'api',
  guard: { kind: 'api', api: { api: ref('API', 'flights'), version: ref('APIVersion', 'flights-v2') } },
} as never);

function record(change: Partial<FinishedExchange> = {}): void {
  counter.record({
    route: route({}),
    status: 200,
    durationMs: 250,
    bytesIn: 10,
    bytesOut: 100,
    method: 'GET',
    path: '/',
    host: 'x',
    service: 'air/web',
    userId: null,
    keyId: null,
    requestId: 'r1',
    trace: null,
    startedAt: START,
    api: null,
    version: null,
    operation: null,
    source: 'upstream',
    refusal: null,
    upstreamMs: 240,
    upstreamStartMs: 1,
    authMs: 0,
    isUpgraded: false,
    isEventStream: false,
    attempts: 1,
    scheme: 'http',
    query: '',
    httpVersion: '1.1',
    tlsVersion: null,
    clientAddress: '127.0.0.1',
    edgeOpenedAt: null,
    upstream: 'http://127.0.0.1:80',
    identity: null,
    ...change,
  });
}

const shown = () =>
  handed.map(({ series, requests, errors, clientErrors }) => [
    series.kind,
    series.name,
    requests,
    errors,
    clientErrors,
  ]);

test('counts a request in each series it belongs to', () => {
  record({ route: apiRoute, service: 'air/flights' });
  record({ route: apiRoute, status: 401, service: null });
  record({ route: apiRoute, status: 502, service: 'air/flights' });
  record({ route: route({ kind: 'edge-ingress', owner: ref('EdgeIngress', 'status') }), service: null });
  record();
  record({ route: null, status: 404, service: null });
  expect(handed).toEqual([]);
  now += 60_000;
  record({ route: null, status: 404, service: null });
  expect(shown()).toEqual([
    ['api', 'flights', 3, 1, 1],
    ['api-version', 'flights-v2', 3, 1, 1],
    ['service', 'flights', 2, 1, 0],
    ['edge-ingress', 'status', 1, 0, 0],
    ['ingress', 'web', 1, 0, 0],
    ['service', 'web', 1, 0, 0],
  ]);
  expect(handed[0]).toMatchObject({
    minute: '2030-01-01T00:00:00.000Z',
    responseTimeSum: 0.75,
    responseTimeCount: 3,
    bytesIn: 30,
    bytesOut: 300,
  });
});

test('an agent that starts again within a minute goes on counting it', async () => {
  record();
  await counter.close();
  now += 20_000;
  await open();
  record();
  now += 60_000;
  record();
  expect(shown()).toEqual([
    ['ingress', 'web', 2, 0, 0],
    ['service', 'web', 2, 0, 0],
  ]);
});

test('a minute that ended while the agent was away is handed on when it starts', async () => {
  record();
  await counter.close();
  now += 600_000;
  await open();
  expect(handed.map(({ series, minute }) => [series.kind, minute])).toEqual([
    ['ingress', '2030-01-01T00:00:00.000Z'],
    ['service', '2030-01-01T00:00:00.000Z'],
  ]);
});

const shownParts = (by: MetricPart['by']) =>
  handed
    .filter(({ series }) => series.kind === 'api')
    .flatMap(({ parts = [] }) => parts.filter((part) => part.by === by));
const ann: Identity = { kind: 'user', userId: 'ann', email: '', groups: ['ops', 'crew'], keyId: 'k1' };
const ofApi = { route: apiRoute, service: 'air/flights', version: ref('APIVersion', 'flights-v2') };

test('an API’s traffic is divided by outcome, operation and caller', () => {
  const operation = { operationId: null, method: 'get', path: '/flights/{id}' };
  record({ ...ofApi, identity: ann, operation });
  record({ ...ofApi, identity: ann, operation, status: 404 });
  record({ ...ofApi, status: 401, source: 'gateway', refusal: 'unauthenticated', upstreamMs: null });
  const shop: Identity = {
    kind: 'application',
    userId: 'shop',
    email: '',
    groups: [],
    application: { id: 'shop', namespace: 'air' },
  };
  record({ ...ofApi, identity: shop });
  now += 60_000;
  record();
  expect(shownParts('outcome').map(({ labels, requests }) => [labels, requests])).toEqual([
    [{ class: '2xx', source: 'upstream', version: 'flights-v2' }, 2],
    [{ class: '4xx', source: 'upstream', version: 'flights-v2' }, 1],
    [{ class: '4xx', source: 'gateway', reason: 'unauthenticated', version: 'flights-v2' }, 1],
  ]);
  expect(shownParts('operation').map(({ labels, requests }) => [labels, requests])).toEqual([
    [{ version: 'flights-v2', operation: 'GET /flights/{id}', status: '200' }, 1],
    [{ version: 'flights-v2', operation: 'GET /flights/{id}', status: '404' }, 1],
    [{ version: 'flights-v2', operation: '(unmatched)', status: '401' }, 1],
    [{ version: 'flights-v2', operation: '(unmatched)', status: '200' }, 1],
  ]);
  expect(shownParts('consumer').map(({ labels, requests }) => [labels, requests])).toEqual([
    [{ version: 'flights-v2', user: 'ann', groups: 'crew,ops', key: 'k1' }, 2],
    [{ version: 'flights-v2', user: '(anonymous)' }, 1],
    [{ version: 'flights-v2', application: 'shop' }, 1],
  ]);
  const [point] = handed;
  expect(quantileOf(point?.latency?.total ?? [], 0.99)).toBeCloseTo(0.25, 1);
  expect(countOf(point?.latency?.upstream ?? [])).toBe(3);
  expect(countOf(point?.latency?.gateway ?? [])).toBe(4);
});

test('conversations that last as long as they are wanted are no response times', () => {
  record({ ...ofApi, durationMs: 3_600_000, isUpgraded: true, status: 101 });
  record({ ...ofApi, durationMs: 3_600_000, isEventStream: true });
  record({ ...ofApi });
  now += 60_000;
  record();
  expect(handed[0]).toMatchObject({ requests: 3, responseTimeCount: 1, responseTimeSum: 0.25 });
  expect(countOf(handed[0]?.latency?.total ?? [])).toBe(1);
});

test('parts and histograms of an unfinished minute survive a restart', async () => {
  record({ ...ofApi, identity: ann });
  await counter.close();
  await open();
  record({ ...ofApi, identity: ann });
  now += 60_000;
  record();
  expect(shownParts('consumer')).toMatchObject([{ requests: 2 }]);
  expect(shownParts('operation')).toMatchObject([{ requests: 2 }]);
  expect(countOf(handed[0]?.latency?.total ?? [])).toBe(2);
});

test('an attack with any number of names stays bounded, and every division adds up to the total', () => {
  const SENT = 100_000;
  let keyed = 0;
  for (let i = 0; i < SENT; i++) {
    const keyId = i % 100 === 0 ? `key-${i % 7}` : undefined;
    if (keyId !== undefined) keyed += 1;
    record({
      ...ofApi,
      method: `METHOD${i}`,
      path: `/${i}`,
      host: `${i}.example`,
      status: 200 + (i % 399),
      operation: i % 3 === 0 ? null : { operationId: `op${i}`, method: 'get', path: `/${i}\n/${i}` },
      identity: {
        kind: 'user',
        userId: `user-${i}`,
        email: '',
        groups: [`group-${i % 3}`],
        ...(keyId === undefined ? {} : { keyId }),
      },
    });
  }
  now += 60_000;
  record();
  const parts = handed.filter(({ series }) => series.kind === 'api').flatMap((point) => point.parts ?? []);
  expect(handed.filter(({ series }) => series.kind === 'api')[0]?.requests).toBe(SENT);
  for (const by of ['outcome', 'operation', 'consumer'] as const) {
    const of = parts.filter((part) => part.by === by);
    expect([by, of.reduce((sum, { requests }) => sum + requests, 0)]).toEqual([by, SENT]);
  }
  // 2,000 callers and 2,000 with a key of theirs, 1,000 operations and statuses and their classes, what is folded.
  expect(parts.length).toBeLessThan(6500);
  expect(parts.filter(({ labels }) => labels.operation === '(other)').length).toBeGreaterThan(0);
  expect(JSON.stringify(parts)).not.toMatch(/\\n/);
  const withKeys = parts.filter(({ labels }) => labels.key !== undefined);
  expect(withKeys.reduce((sum, { requests }) => sum + requests, 0)).toBe(keyed);
  expect(withKeys.some(({ labels }) => labels.key === '(other)')).toBe(false);
});
