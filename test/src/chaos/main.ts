import { parseArgs } from 'node:util';

export interface ChaosRun {
  log(text: string): void;
  /** How long the platform stays away, and the like; shorter than the real thing where asked. */
  readonly seconds: number | undefined;
  /** How many agents a storm has; without it, as many as can be enrolled in half a minute. */
  readonly agents: number | undefined;
}

/** `ok`: whether what was wanted is what happened. `skipped`: why it could not be tried here. */
export type ChaosReport = { readonly ok: boolean; readonly skipped?: string } & Record<string, unknown>;

const RUNS: Record<string, () => Promise<{ run(options: ChaosRun): Promise<ChaosReport> }>> = {
  brokers: () => import('./brokers.ts'),
  network: () => import('./network.ts'),
  platform: () => import('./platform.ts'),
  storm: () => import('./storm.ts'),
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    seconds: { type: 'string' },
    agents: { type: 'string' },
  },
});

const name = positionals[0] ?? '';
const load = RUNS[name];
if (!load) {
  console.error(`There is no chaos called "${name}". There are: ${Object.keys(RUNS).join(', ')}.`);
  process.exit(2);
}
const startedAt = performance.now();
const numberOf = (text: string | undefined) => (text === undefined ? undefined : Number(text));
const { run } = await load();
const report = await run({
  log: (text) => console.error(text),
  seconds: numberOf(values.seconds),
  agents: numberOf(values.agents),
});
const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
if (!values.json) console.dir(report, { depth: 6 });
console.log(JSON.stringify({ chaos: name, seconds, ...report }));
process.exit(report.ok ? 0 : 1);
