import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { npmStart } from '../../e2e/running.ts';
import type { BenchOptions, BenchReport } from '../bench.ts';
import { callerOf } from './edge-load.ts';
import { footprintOf, type Footprint } from './memory.ts';

const AIRLINE = fileURLToPath(new URL('../../../../examples/airline', import.meta.url));
/** With `--ms 400`, which is the default: idle for two minutes, under load for one. */
const IDLE_PER_MS = 300;
const LOAD_PER_MS = 150;
const PER_SECOND = 5000;
const ROUNDS_MAX = 3;
const SAMPLE_MS = 1000;

/**
 * Memory of a local system, in megabytes by proportional set size: idle after settling, and the most there was under load through
 * everything (edge, tunnel, gateway, example). Medians of the rounds, each with a system of its own.
 */
export async function run({ rounds, ms, log }: BenchOptions): Promise<BenchReport> {
  const runs: { idle: Footprint; load: Footprint; perSecond: number; failed: number }[] = [];
  for (let round = 1; round <= Math.min(rounds, ROUNDS_MAX); round += 1) {
    runs.push(await measure(ms));
    log(`round ${round}: ${JSON.stringify(runs.at(-1))}`);
  }
  const names = Object.keys(runs[0]?.idle ?? {}) as (keyof Footprint)[];
  const median = (values: readonly number[]) =>
    Math.round((values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0) * 10) / 10;
  const column = (state: 'idle' | 'load') =>
    Object.fromEntries(
      names.map((name) => [`${name}_${state}_mb`, median(runs.map((one) => one[state][name]))]),
    );
  return {
    ...column('idle'),
    ...column('load'),
    load_per_second: median(runs.map(({ perSecond }) => perSecond)),
    load_failed: runs.reduce((sum, { failed }) => sum + failed, 0),
  };
}

/** Copies the example without its rate limits. */
async function unlimited(dir: string): Promise<string> {
  const resources = join(dir, 'resources');
  await cp(AIRLINE, resources, { recursive: true });
  await rm(join(resources, 'access/limits.yaml'));
  return resources;
}

async function measure(ms: number) {
  const dir = await mkdtemp(join(tmpdir(), 'portolan-footprint-'));
  const running = await npmStart(['--data-dir', join(dir, 'data'), '--resources', await unlimited(dir)]);
  try {
    const launcher = Number.parseInt(await readFile(join(dir, 'data/lock'), 'utf8'), 10);
    await delay(ms * IDLE_PER_MS);
    const idle = footprintOf(launcher);
    const caller = await callerOf(running);
    const sampling = new AbortController();
    const largest = sampleLargest(launcher, sampling.signal);
    const { answered, failed } = await caller.load(PER_SECOND, ms * LOAD_PER_MS);
    sampling.abort();
    await caller.close();
    return { idle, load: await largest, perSecond: (answered * 1000) / (ms * LOAD_PER_MS), failed };
  } finally {
    await running.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

/** Resolves with the most that each part had until the signal aborts. */
async function sampleLargest(launcher: number, signal: AbortSignal): Promise<Footprint> {
  let largest = footprintOf(launcher);
  while (!signal.aborted) {
    await delay(SAMPLE_MS);
    const now = footprintOf(launcher);
    largest = Object.fromEntries(
      Object.entries(now).map(([name, mb]) => [name, Math.max(mb, largest[name as keyof Footprint])]),
    ) as Footprint;
  }
  return largest;
}
