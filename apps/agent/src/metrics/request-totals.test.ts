import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { MinutePoint } from '@portolan/contract/telemetry';
import { RequestTotals } from './request-totals.ts';

const part = (requests: number, labels: object) => ({
  by: 'outcome' as const,
  labels,
  requests,
  errors: 0,
  clientErrors: 0,
  responseTimeSum: 0,
  responseTimeCount: requests,
  bytesIn: 0,
  bytesOut: 0,
});

/** Times in (0.210, 0.25], (0.25, 0.273] and (8.7, 9.5] seconds. */
const point = (minute: number, name = 'flights'): MinutePoint => ({
  series: { kind: 'api', namespace: 'air', name },
  minute: new Date(minute * 60_000).toISOString(),
  requests: 6,
  errors: 1,
  clientErrors: 0,
  responseTimeSum: 10.5,
  responseTimeCount: 6,
  bytesIn: 7,
  bytesOut: 70,
  latency: { total: [-17, 2, 3, ...Array<number>(39).fill(0), 1], upstream: [-17, 5] },
  parts: [
    part(5, { class: '2xx', source: 'upstream' }),
    part(1, { class: '5xx', source: 'gateway', reason: 'no-endpoint' }),
  ],
});

/** Reads the text format 0.0.4: values by name and labels. */
function samplesOf(text: string): ReadonlyMap<string, number> {
  const samples = new Map<string, number>();
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const match = /^([a-zA-Z_:][\w:]*)(\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*",?)*\})? (\S+)$/.exec(line);
    expect(match === null ? line : null).toBeNull();
    const key = `${match?.[1]}${match?.[2] ?? ''}`;
    expect(samples.has(key) ? key : null).toBeNull();
    samples.set(key, Number(match?.[3]));
  }
  return samples;
}

const FLIGHTS = 'kind="api",namespace="air",name="flights"';

test('shows finished minutes and the one that is being counted, as one total', () => {
  const totals = new RequestTotals();
  totals.add([point(1), { ...point(1), parts: [part(4, { class: '4xx', source: 'upstream' })] }]);
  totals.unfinished = () => [point(2)];
  const samples = samplesOf(totals.format());
  const bucket = (le: string) =>
    samples.get(`http_server_request_duration_seconds_bucket{${FLIGHTS},le="${le}"}`);
  expect(['0.1', '0.25', '0.5', '7.5', '10', '+Inf'].map(bucket)).toEqual([0, 4, 10, 10, 12, 12]);
  expect(samples.get(`http_server_request_duration_seconds_sum{${FLIGHTS}}`)).toBe(21);
  expect(samples.get(`http_server_request_duration_seconds_count{${FLIGHTS}}`)).toBe(12);
  expect(samples.get(`portolan_requests_total{${FLIGHTS},class="2xx",source="upstream",reason=""}`)).toBe(10);
  expect(samples.get(`portolan_requests_total{${FLIGHTS},class="4xx",source="upstream",reason=""}`)).toBe(4);
  expect(
    samples.get(`portolan_requests_total{${FLIGHTS},class="5xx",source="gateway",reason="no-endpoint"}`),
  ).toBe(2);
  expect(samples.get(`portolan_response_bytes_total{${FLIGHTS}}`)).toBe(140);
});

test('names that would break a line are escaped', () => {
  const totals = new RequestTotals();
  totals.add([point(1, 'a"b\\c\nd')]);
  expect([...samplesOf(totals.format()).keys()]).toContain(
    String.raw`portolan_request_bytes_total{kind="api",namespace="air",name="a\"b\\c\nd"}`,
  );
});

test.each(['prometheus-rules.yaml', 'grafana-dashboard.json'])(
  '%s asks for metrics that there are',
  async (file) => {
    const text = await readFile(new URL(`../../../../docs/monitoring/${file}`, import.meta.url), 'utf8');
    const totals = new RequestTotals();
    totals.add([point(1)]);
    const shown = new Set([...samplesOf(totals.format()).keys()].map((key) => key.replace(/\{.*/, '')));
    const own = await readFile(new URL('../admin/agent-metrics.ts', import.meta.url), 'utf8');
    const asked = new Set(text.match(/\b(?:portolan|http)_[a-z_]+\b/g));
    expect(asked.size).toBeGreaterThan(3);
    expect([...asked].filter((name) => !shown.has(name) && !own.includes(`'${name}'`))).toEqual([]);
  },
);
