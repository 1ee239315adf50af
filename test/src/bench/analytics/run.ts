import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { BenchOptions, BenchReport } from '../bench.ts';
import { measureObservedGateway } from './observed-gateway.ts';
import { measureQuantiles } from './quantiles.ts';

const APPS = '../../../../apps';

/** By the names `--only` takes. */
const MEASUREMENTS: Readonly<Record<string, (options: BenchOptions) => Promise<BenchReport>>> = {
  quantiles: async () => measureQuantiles(),
  flood: () => reportOf(`${APPS}/agent/src/metrics/testing/flood-process.ts`),
  storage: () => reportOf(`${APPS}/platform/src/telemetry/simulation/main.ts`),
  gateway: measureObservedGateway,
};

/** What analytics cost and how exact they are, from the gateway's counters to questions of the console. */
export async function run(options: BenchOptions): Promise<BenchReport> {
  const report: BenchReport = {};
  for (const [name, measure] of Object.entries(MEASUREMENTS)) {
    if (options.only.length > 0 && !options.only.includes(name)) continue;
    options.log(`measuring ${name}`);
    Object.assign(report, await measure(options));
  }
  return report;
}

/** Runs a program that prints its figures as JSON. */
async function reportOf(program: string): Promise<BenchReport> {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', path]);
  return JSON.parse(stdout) as BenchReport;
}
