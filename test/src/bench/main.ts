import { parseArgs } from 'node:util';
import type { Bench } from './bench.ts';

/** Benchmarks of `npm run bench -- <name>`, loaded when needed. */
const BENCHES: Record<string, () => Promise<Bench>> = {
  analytics: () => import('./analytics/run.ts'),
  footprint: () => import('./local-system/footprint.ts'),
  certificates: () => import('./certificates/run.ts'),
  gateway: () => import('./gateway/run.ts'),
  console: () => import('./console/run.ts'),
  edge: () => import('./edge/run.ts'),
  kubernetes: () => import('./kubernetes/run.ts'),
  platform: () => import('./platform/run.ts'),
  portal: () => import('./portal/run.ts'),
  start: () => import('./local-system/start.ts'),
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
  console.error(`Unknown benchmark "${name}". Available: ${Object.keys(BENCHES).join(', ')}.`);
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
