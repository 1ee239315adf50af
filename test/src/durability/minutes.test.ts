import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createKey } from '@portolan/contract/keys';
import { getMetrics } from '@portolan/contract/telemetry';
import { createUser } from '@portolan/contract/users';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../e2e/until.ts';
import { World } from './world.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

let world: World;
let key: string;

beforeAll(async () => {
  world = await World.start();
  const { client, params } = world;
  const user = await client.call(createUser, { params, body: { email: 'a@example.com', groups: ['crew'] } });
  const created = await client.call(createKey, { params, body: { user: user.id, name: 'k' } });
  key = created.key;
  const state = join(world.agentState, 'desired-state');
  await until('the agent keeps the key', 10_000, async () =>
    readFileSync(state, 'utf8').includes(created.id),
  );
  await world.agent.end('SIGKILL');
}, 90_000);
afterAll(() => world?.close(), 30_000);

/** With a clock at the first second of a minute: so many minutes after an hour ago. */
function startAgent(minutes: number): Promise<void> {
  const offset = minutes * minuteMs - hourMs - (Date.now() % minuteMs);
  return world.startAgent({ PORTOLAN_CLOCK_OFFSET_MS: String(offset) });
}

async function requests(count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) expect(await world.request(key)).toBe(200);
}

const spooled = async () =>
  (await readdir(join(world.agentState, 'metrics-spool'))).filter((name) => name.endsWith('.json'));

/** Requests of the API that the platform has, by minute, since the agent's clock began to be set. */
async function counted(): Promise<number[]> {
  const { client, params } = world;
  const until = new Date(Date.now() - 20 * minuteMs).toISOString();
  const { series } = await client.call(getMetrics, {
    params,
    query: {
      kind: 'api',
      name: 'durable',
      since: new Date(Date.now() - 120 * minuteMs).toISOString(),
      until,
    },
  });
  return (series[0]?.points ?? []).map((point) => point.requests).filter((count) => count > 0);
}

it('a killed agent loses at most the current minute and never counts one twice', async () => {
  await startAgent(0);
  await world.platform.end('SIGKILL');
  await requests(7);
  world.agent.signal('SIGUSR2'); // the minute is over
  await requests(2);
  await until('the finished minute is on disk', 5000, async () => (await spooled()).length === 1);
  await world.agent.end('SIGKILL');
  expect(await spooled()).toHaveLength(1);

  await startAgent(10);
  await requests(5);
  const kept = join(world.agentState, 'unfinished-minute');
  await until('the unfinished minute is on disk', 10_000, async () =>
    readFileSync(kept, 'utf8').includes('"requests":5'),
  );
  await requests(3);
  await world.agent.end('SIGKILL');

  await world.startPlatform();
  await startAgent(20);
  await until('all minutes have arrived', 20_000, async () => (await spooled()).length === 0);
  const minutes = await counted();
  expect(minutes[0]).toBe(7);
  // Of those cut short, what was on disk at least, and nothing twice.
  expect(minutes.at(-1)).toBeGreaterThanOrEqual(5);
  expect(minutes.at(-1)).toBeLessThanOrEqual(8);
  expect(minutes.slice(1, -1).reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(2);
}, 90_000);
