/** Counts a million requests with names that callers chose, each another, and prints what became of them as JSON, for `npm run bench -- analytics`. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MinutePoint } from '@portolan/contract/telemetry';
import { apiGuard, route } from '../../gateway/testing/models.ts';
import { finished } from '../../requests/testing/exchanges.ts';
import { RequestLog } from '../../requests/request-log.ts';
import { MinuteCounter } from '../minute-counter.ts';

const REQUESTS = 1_000_000;
const MEASURED_FROM = 200_000;

const folder = await mkdtemp(join(tmpdir(), 'portolan-flood-'));
const flooded = route({ rule: 'PathPrefix(`/`)', guard: apiGuard({ prefix: '/' }) });
const guard = flooded.guard.kind === 'api' ? flooded.guard.api : null;
const points: MinutePoint[] = [];
const minute = Math.floor(Date.now() / 60_000) * 60_000;
let now = minute;
const counter = await MinuteCounter.open(
  folder,
  (done) => points.push(...done),
  () => now,
);
const requests = new RequestLog(() => now);
let rssBefore = 0;
for (let at = 0; at < REQUESTS; at++) {
  if (at === MEASURED_FROM) rssBefore = rss();
  const exchange = finished({
    route: flooded,
    api: guard?.api ?? null,
    version: guard?.version ?? null,
    path: `/${at}`,
    host: `h${at}.example.com`,
    method: `M${at}`,
    operation: { operationId: `op${at}\n`, method: 'GET', path: `/{p${at}}\n` },
    identity: { kind: 'user', userId: `u${at}\n`, email: '', groups: [] },
    userId: `u${at}`,
  });
  counter.record(exchange);
  requests.record(exchange);
  if (at % 1000 === 0) await new Promise(setImmediate);
}
const rssAfter = rss();
now = minute + 60_000;
await counter.close();
await rm(folder, { recursive: true });

const ofApi = points.filter(({ series }) => series.kind === 'api');
const parts = ofApi.flatMap((point) => point.parts ?? []);
const sumOf = (by: string): number =>
  parts.reduce((sum, part) => sum + (part.by === by ? part.requests : 0), 0);
process.stdout.write(
  `${JSON.stringify({
    flood_requests: REQUESTS,
    flood_series: parts.length,
    flood_rss_growth_mb: Math.round((rssAfter - rssBefore) / 1e6),
    flood_totals_exact: ['outcome', 'operation', 'consumer'].every((by) => sumOf(by) === REQUESTS),
    flood_line_breaks: parts.filter((part) =>
      Object.values(part.labels).some((value) => value.includes('\n')),
    ).length,
  })}\n`,
);

function rss(): number {
  globalThis.gc?.();
  return process.memoryUsage.rss();
}
