import { parseArgs } from 'node:util';
import { isInNamespace, namespaceFault, runInNamespace } from './namespace.ts';
import type { Chaos } from './chaos.ts';

const RUNS: Record<string, () => Promise<Chaos>> = {
  brokers: () => import('./brokers.ts'),
  network: () => import('./network.ts'),
  platform: () => import('./platform.ts'),
  storm: () => import('./storm.ts'),
  bodies: () => import('./bodies.ts'),
  fuzz: () => import('./fuzz.ts'),
  restore: () => import('./restore.ts'),
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    away: { type: 'string', default: '60' },
    seconds: { type: 'string', default: '20' },
    agents: { type: 'string', default: '1000' },
    mb: { type: 'string', default: '1024' },
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
  },
});

const name = positionals[0] ?? '';
const load = RUNS[name];
if (!load) {
  console.error(`Unknown chaos run "${name}". Available: ${Object.keys(RUNS).join(', ')}.`);
  process.exit(2);
}
if (name === 'network' && !isInNamespace && namespaceFault() === null) process.exit(await runInNamespace());
const startedAt = performance.now();
const { run } = await load();
const report = await run({
  log: (text) => console.error(text),
  awaySeconds: Number(values.away),
  slowSeconds: Number(values.seconds),
  agents: Number(values.agents),
  bodyMb: Number(values.mb),
  minutes: Number(values.minutes),
  seed: Number(values.seed),
});
const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
if (!values.json) console.dir(report, { depth: 6 });
console.log(JSON.stringify({ chaos: name, seconds, ...report }));
process.exit(report.ok ? 0 : 1);
