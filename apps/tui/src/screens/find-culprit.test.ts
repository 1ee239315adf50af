import { afterEach, expect, test } from 'vitest';
import { listMetricChanges, topMetrics, type MetricsGroup } from '@portolan/contract/metrics-top';
import { listRequests, type ServedRequest } from '@portolan/contract/requests';
import { figures } from '@portolan/contract/telemetry';
import { airline } from '../testing/fixture-data.ts';
import { startFixturePlatform, type FixturePlatform } from '../testing/fixture-platform.ts';
import { openDriver, type Driver } from '../testing/screen-driver.ts';

let platform: FixturePlatform;
let ui: Driver;

afterEach(async () => {
  await ui.close();
  await platform.close();
});

const figuresOf = (requests: number, p99: number) =>
  figures.parse({
    timestamp: '2030-01-01T00:00:00.000Z',
    seconds: 3600,
    requestsPerSecond: requests / 3600,
    errorsPerSecond: 0,
    errorRatio: 0,
    clientErrorsPerSecond: 0,
    clientErrorRatio: 0,
    averageResponseTime: p99 / 2,
    requests,
    errors: 0,
    clientErrors: 0,
    responseTimeSum: 1,
    responseTimeCount: requests,
    bytesIn: 0,
    bytesOut: 0,
    p99,
  });

const group = (value: string, requests: number, [now, before]: readonly [number, number]): MetricsGroup => ({
  value,
  title: value,
  figures: figuresOf(requests, now),
  share: 0.5,
  previous: figuresOf(requests, before),
});

const request = (email: string, version: string, durationMs: number, at: number): ServedRequest => ({
  id: `r${at}`,
  traceId: null,
  time: '2030-01-01T00:00:00.000Z',
  api: 'air/seats',
  version,
  operation: 'GET /seats/{id}',
  method: 'GET',
  scheme: 'https',
  host: 'api.example.com',
  path: `/seats/${at}`,
  status: 200,
  source: 'upstream',
  reason: null,
  durationMs,
  upstreamMs: durationMs,
  authMs: 0,
  bytesIn: 0,
  bytesOut: 0,
  user: email,
  email,
  groups: [],
  application: null,
  key: null,
  client: '192.0.2.0',
  service: null,
  upstream: null,
  attempts: 1,
  protocol: '1.1',
  tls: null,
  clusterId: 'cls_1',
  cluster: 'local',
  gateway: 'pod-1',
});

/** One operation of one version got slower for one caller, among others that are busier. */
function answerTraffic(): void {
  const total = figuresOf(1000, 0.1);
  platform.answer(topMetrics, (_, __, query) => ({
    since: '2030-01-01T00:00:00.000Z',
    until: '2030-01-01T01:00:00.000Z',
    step: '1m',
    total,
    previous: total,
    groups:
      query.get('by') === 'version'
        ? [group('seats-v2', 40, [0.9, 0.05]), group('seats-v1', 60, [0.05, 0.05])]
        : [
            group('air/flights GET /flights', 900, [0.04, 0.04]),
            group('air/seats GET /seats/{id}', 100, [0.8, 0.05]),
          ],
    others: 0,
    inventory: { nodes: 1, gateways: 1, apis: 2 },
  }));
  platform.answer(listMetricChanges, () => ({
    changes: [
      {
        at: '2030-01-01T00:20:00.000Z',
        action: 'apply',
        target: 'APIVersion air/seats-v2',
        by: 'ada@example.com',
        revision: 12,
        touches: true,
      },
    ],
  }));
  platform.answer(listRequests, (_, __, query) => {
    expect(query.get('filter')).toBe('api="air/seats" operation="GET /seats/{id}"');
    const items = [
      ...[1, 2, 3].map((at) => request('grace@example.com', 'air/seats-v2', 800 + at, at)),
      request('ada@example.com', 'air/seats-v1', 50, 4),
    ];
    return { items, total: 4, matched: 4, gateways: [] };
  });
}

test('leads from home to the operation, version, caller and change behind a latency in four steps', async () => {
  platform = await startFixturePlatform(airline());
  answerTraffic();
  ui = await openDriver(platform, { columns: 120, rows: 34 });
  // 1: operations of all APIs.
  await ui.press('g', 'E');
  await ui.see('GET /seats/{id}');
  // 2: by how much slower each became.
  await ui.press('s');
  await ui.type('p99 change descending');
  await ui.press('enter');
  await ui.see('sort slower ↓');
  const screen = ui.screen();
  expect(screen.indexOf('GET /seats/{id}')).toBeLessThan(screen.indexOf('GET /flights'));
  expect(screen).toContain('+1500 %');
  // 3: the worst of them; 4: its slowest requests, by caller and version.
  await ui.press('enter');
  await ui.see('Response time p99');
  await ui.press('2');
  await ui.see('grace@example.com');
  expect(ui.screen()).toMatch(/grace@example\.com +3 of 4/);
  expect(ui.screen()).toMatch(/air\/seats-v2 +3 of 4/);
  // Beside it: when it began.
  await ui.press('3');
  await ui.see('APIVersion air/seats-v2');
  expect(ui.screen()).toMatch(/seats-v2 +40/);
});
