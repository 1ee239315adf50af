import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { MinutePoint } from '@portolan/contract/telemetry';
import type { Uplink } from '../platform/uplink/uplink.ts';
import { metricsOutbox } from '../platform/reports/metrics-report.ts';
import { MetricsSpool } from './spool.ts';

const log = pino({ level: 'silent' });
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portolan-spool-'));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

async function open(sizeBytesMax?: number): Promise<MetricsSpool> {
  const spool = new MetricsSpool(join(directory, 'spool'), log, sizeBytesMax);
  await spool.open();
  return spool;
}

const point = (requests: number): MinutePoint => ({
  series: { kind: 'api', namespace: 'x', name: 'y' },
  minute: '2030-01-01T00:00:00.000Z',
  requests,
  errors: 0,
  clientErrors: 0,
  responseTimeSum: 0,
  responseTimeCount: 0,
  bytesIn: 0,
  bytesOut: 0,
});

/** A platform that answers with these statuses in turn, then 204. */
function platform(statuses: number[]): { uplink: Uplink; received: number[] } {
  const received: number[] = [];
  const uplink: Uplink = {
    async request({ body }) {
      const status = statuses.shift() ?? 204;
      if (status < 300)
        received.push(
          ...(JSON.parse(body ?? '') as { points: MinutePoint[] }).points.map(({ requests }) => requests),
        );
      return { status, body: (async function* () {})() };
    },
  };
  return { uplink, received };
}

async function sendAll(spool: MetricsSpool, uplink: Uplink): Promise<void> {
  const ending = new AbortController();
  const running = metricsOutbox(spool, uplink, log).run(ending.signal);
  await expect.poll(() => spool.oldest(), { timeout: 10_000 }).toBeNull();
  ending.abort();
  await running;
}

test('what was added survives the process and is sent oldest first', async () => {
  const before = await open();
  for (const n of [1, 2, 3]) await before.add([point(n)]);
  const spool = await open();
  await spool.add([point(4)]);
  const { uplink, received } = platform([]);
  await sendAll(spool, uplink);
  expect(received).toEqual([1, 2, 3, 4]);
  expect(await readdir(join(directory, 'spool'))).toEqual(['counter']);
});

test('a batch stays until the platform takes it', async () => {
  const spool = await open();
  await spool.add([point(1)]);
  const { uplink, received } = platform([503, 500]);
  await sendAll(spool, uplink);
  expect(received).toEqual([1]);
});

test('a batch the platform cannot understand does not hold up the others', async () => {
  const spool = await open();
  for (const n of [1, 2]) await spool.add([point(n)]);
  const { uplink, received } = platform([400]);
  await sendAll(spool, uplink);
  expect(received).toEqual([2]);
});

test('above its cap the oldest go, counted', async () => {
  const counter = `${randomUUID()}/gateway`;
  const size = Buffer.byteLength(JSON.stringify({ counter, points: [point(1)] }));
  const spool = await open(size * 3);
  for (let n = 1; n <= 5; n += 1) await spool.add([point(n)]);
  expect(spool.dropped).toBe(2);
  const { uplink, received } = platform([]);
  await sendAll(spool, uplink);
  expect(received).toEqual([3, 4, 5]);
});

test('a damaged batch is left out', async () => {
  const first = await open();
  await first.add([point(1)]);
  await writeFile(join(directory, 'spool', '000000000000001-000001.json'), '[{"half":');
  const { uplink, received } = platform([]);
  await sendAll(await open(), uplink);
  expect(received).toEqual([1]);
});

test('a disk that refuses costs points, not the agent', async () => {
  const spool = await open();
  await rm(join(directory, 'spool'), { recursive: true });
  await writeFile(join(directory, 'spool'), 'a file where the folder was');
  await spool.add([point(1), point(2)]);
  expect(spool.dropped).toBe(2);
});
