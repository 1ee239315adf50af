import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isAlive, npmStart } from './running.ts';
import { until } from './until.ts';

let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'portolan-orphans-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

it.each(['SIGHUP', 'SIGKILL'] as const)(
  'leaves no process and no lock behind when npm ends by %s',
  async (signal) => {
    const { ready, killNpm } = await npmStart(['--data-dir', dir]);
    const pids = [...Object.values(ready.pids), ...ready.brokers.map(({ pid }) => pid)];
    expect(pids.filter(isAlive)).toHaveLength(5);
    killNpm(signal);
    await until('every part has ended', 60_000, () => Promise.resolve(!pids.some(isAlive)));
    const again = await until('the data directory is free', 60_000, () => npmStart(['--data-dir', dir]));
    expect(await again.stop()).toBe(0);
  },
  200_000,
);
