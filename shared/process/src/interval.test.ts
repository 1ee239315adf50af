import { once } from 'node:events';
import { expect, it } from 'vitest';
import { startInterval } from './interval.ts';

it('runs again and again, past failures, and never overlaps', async () => {
  let running = 0;
  let runs = 0;
  let overlaps = 0;
  const failures: unknown[] = [];
  const job = startInterval({
    everyMs: 1,
    onError: (error) => failures.push(error),
    async run() {
      running += 1;
      runs += 1;
      if (running > 1) overlaps += 1;
      await new Promise((resolve) => setTimeout(resolve, 3));
      running -= 1;
      if (runs % 2 === 0) throw new Error(`run ${runs}`);
    },
  });
  await expect.poll(() => runs).toBeGreaterThan(4);
  await job.close();
  expect(overlaps).toBe(0);
  expect(failures[0]).toEqual(new Error('run 2'));
  const atClose = runs;
  job.trigger();
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(runs).toBe(atClose);
});

it('runs once more when it is triggered during a run, however often', async () => {
  const gate = Promise.withResolvers<void>();
  let runs = 0;
  const job = startInterval({
    everyMs: 60_000,
    isImmediate: true,
    onError: () => {},
    run: () => {
      runs += 1;
      return runs === 1 ? gate.promise : undefined;
    },
  });
  expect(runs).toBe(1);
  job.trigger();
  job.trigger();
  gate.resolve();
  await expect.poll(() => runs).toBe(2);
  job.trigger();
  await expect.poll(() => runs).toBe(3);
  await job.close();
});

it('aborts the run in progress when closed, waits for its end and reports nothing', async () => {
  const failures: unknown[] = [];
  let hasEnded = false;
  const job = startInterval({
    everyMs: 60_000,
    isImmediate: true,
    onError: (error) => failures.push(error),
    async run(signal) {
      await once(signal, 'abort');
      hasEnded = true;
      throw new Error('aborted');
    },
  });
  await job.close();
  expect(hasEnded).toBe(true);
  expect(failures).toEqual([]);
});
