import { parseArgs } from 'node:util';

/** What a benchmark is told; each may read `only` as a filter on its figures. */
export interface BenchOptions {
  readonly rounds: number;
  /** How long one measurement lasts. */
  readonly ms: number;
  readonly only: readonly string[];
  /** For progress; standard output is for the result. */
  log(text: string): void;
}

/** Figures by name. Ratios come first; what they were computed from may follow in nested objects. */
export type BenchReport = Record<string, unknown>;

/** `npm run bench -- <name>`: one line per benchmark, loaded when asked for. */
const BENCHES: Record<string, () => Promise<{ run(options: BenchOptions): Promise<BenchReport> }>> = {
  gateway: () => import('./gateway/run.ts'),
  edge: () => import('./edge/run.ts'),
  platform: () => import('./platform/run.ts'),
  tunnel: () => import('./tunnel/whole.ts'),
  tui: () => import('./tui/run.ts'),
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    ms: { type: 'string', default: '400' },
    only: { type: 'string', default: '' },
  },
});

const name = positionals[0] ?? '';
const load = BENCHES[name];
if (!load) {
  console.error(`No benchmark is called "${name}". There are: ${Object.keys(BENCHES).join(', ')}.`);
  process.exit(2);
}
const { run } = await load();
const report = await run({
  rounds: Number(values.rounds),
  ms: Number(values.ms),
  only: values.only ? values.only.split(',') : [],
  log: (text) => console.error(text),
});
if (!values.json) console.table(Object.entries(report).filter(([, value]) => typeof value !== 'object'));
console.log(JSON.stringify({ bench: name, node: process.version, ...report }));
process.exit(0);
