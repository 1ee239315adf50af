import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isAlive, npmStart } from '../e2e/running.ts';
import { until } from '../e2e/until.ts';
import { descendantsOf } from './processes.ts';

const goneMs = 10_000;
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'portolan-launcher-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

it.runIf(process.platform === 'linux')(
  'leaves no process behind when the launcher is killed, and starts again',
  async () => {
    const args = ['--data-dir', join(dir, 'data')];
    const first = await npmStart(args);
    const launcher = Number.parseInt(await readFile(join(dir, 'data', 'lock'), 'utf8'), 10);
    const family = descendantsOf(launcher);
    const names = family.map(({ command }) => command).join('\n');
    for (const part of [
      'airline.mjs',
      'platform.mjs platform',
      'platform.mjs broker',
      'agent.mjs',
      'postgres',
    ])
      expect(names).toContain(part);

    process.kill(launcher, 'SIGKILL');
    await until('nobody is left', goneMs, async () => {
      const left = family.filter(({ pid }) => isAlive(pid)).map(({ command }) => command);
      if (left.length > 0) throw new Error(left.join('\n'));
      return true;
    });
    await expect(first.stop()).rejects.toThrow('SIGKILL');

    const second = await npmStart(args);
    expect(second.ready.workspace).toBe(first.ready.workspace);
    expect(await second.stop()).toBe(0);
  },
  120_000,
);
