import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { MinutePoint } from '@portolan/contract/telemetry';
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
    authMs: 0,
    isUpgraded: false,
    attempts: 1,
    scheme: 'http',
    query: '',
    httpVersion: '1.1',
    tlsVersion: null,
    clientAddress: '127.0.0.1',
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
