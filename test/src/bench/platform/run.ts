import type { BenchOptions, BenchReport } from '../bench.ts';
import { startBenchSystem, type BenchSystem } from './bench-system.ts';
import { measureFanOut } from './fan-out.ts';
import { measureKeyEffect } from './key-effect.ts';
import { measureSignInStorm } from './sign-in-storm.ts';
import { measureUserLists } from './user-lists.ts';

/** By the names `--only` takes. */
const MEASUREMENTS: Readonly<
  Record<string, (system: BenchSystem, options: BenchOptions) => Promise<BenchReport>>
> = {
  keys: measureKeyEffect,
  storm: measureSignInStorm,
  sse: measureFanOut,
  lists: measureUserLists,
};

/** The platform within a whole system that `npm start` brought up. */
export async function run(options: BenchOptions): Promise<BenchReport> {
  const system = await startBenchSystem();
  try {
    const rss = { start: await system.rssMb() };
    const report: BenchReport = {};
    for (const [name, measure] of Object.entries(MEASUREMENTS)) {
      if (options.only.length > 0 && !options.only.includes(name)) continue;
      options.log(`measuring ${name}`);
      Object.assign(report, await measure(system, options));
    }
    return { ...report, platform_rss_start_mb: rss.start, platform_rss_end_mb: await system.rssMb() };
  } finally {
    await system.close();
  }
}
