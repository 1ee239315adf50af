import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { BenchOptions, BenchReport } from '../bench.ts';

const MAIN = fileURLToPath(
  new URL('../../../../apps/platform/src/certificates/simulation/main.ts', import.meta.url),
);

/** A year of 1,000 certificates of each of three lives, by the clock of its events. */
export async function run({ log }: BenchOptions): Promise<BenchReport> {
  log('simulating a year of certificates');
  const startedAt = performance.now();
  const { stdout } = await promisify(execFile)(process.execPath, [MAIN]);
  return { ...(JSON.parse(stdout) as BenchReport), seconds: (performance.now() - startedAt) / 1000 };
}
