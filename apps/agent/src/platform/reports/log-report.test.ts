import pino from 'pino';
import { expect, test } from 'vitest';
import type { Uplink } from '../uplink/uplink.ts';
import { logOutbox, WaitingLogs } from './log-report.ts';

const line = (level: string, msg: string, more: object = {}) =>
  JSON.stringify({ level, time: '2030-01-01T00:00:00.000Z', app: 'agent', event: 'x.failed', msg, ...more });

test('sends each entry once it can, under the same id however often it tries', async () => {
  const waiting = new WaitingLogs();
  const received: { id: string; message: string }[][] = [];
  let failures = 2;
  const uplink: Uplink = {
    async request({ body }) {
      received.push((JSON.parse(body ?? '') as { entries: { id: string; message: string }[] }).entries);
      failures -= 1;
      if (failures >= 0) throw new Error('the tunnel broke');
      return { status: 204, body: (async function* () {})() };
    },
  };
  waiting.add(line('warn', 'one', { service: 'x/y' }));
  const ending = new AbortController();
  const running = logOutbox(waiting, uplink, pino({ level: 'silent' })).run(ending.signal);
  await expect.poll(() => waiting.peek(), { timeout: 5000 }).toEqual([]);
  ending.abort();
  await running;
  expect(received).toHaveLength(3);
  expect(new Set(received.flat().map(({ id }) => id)).size).toBe(1);
  expect(received[0]).toMatchObject([
    { level: 'warn', event: 'x.failed', message: 'one', fields: { service: 'x/y' } },
  ]);
});

test('keeps the newest when too many wait, and counts the rest', () => {
  const waiting = new WaitingLogs();
  for (let n = 0; n < 1200; n += 1) waiting.add(line('error', `entry ${n}`));
  expect(waiting.peek()[0]?.message).toBe('entry 200');
  expect(waiting.takeDropped()).toBe(200);
  expect(waiting.takeDropped()).toBe(0);
});
