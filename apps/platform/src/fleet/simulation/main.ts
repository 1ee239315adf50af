import { parseArgs } from 'node:util';
import { simulatePlacement } from './simulate-placement.ts';

const USAGE = `usage: npm run simulate -- placement [options]
  --brokers N       brokers, shared out evenly over the regions (48)
  --regions N       regions (12)
  --agents N        agents (100000)
  --failure P       probability that a region is down (0.1)
  --trials N        Monte Carlo trials (20000)
  --json            one line of JSON alone`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    brokers: { type: 'string', default: '48' },
    regions: { type: 'string', default: '12' },
    agents: { type: 'string', default: '100000' },
    failure: { type: 'string', default: '0.1' },
    trials: { type: 'string', default: '20000' },
    json: { type: 'boolean', default: false },
  },
});

if (positionals[0] !== 'placement') {
  console.error(USAGE);
  process.exit(2);
}
const numbers = Object.fromEntries(
  (['brokers', 'regions', 'agents', 'failure', 'trials'] as const).map((name) => [
    name,
    Number(values[name]),
  ]),
) as Record<'brokers' | 'regions' | 'agents' | 'failure' | 'trials', number>;
const isWrong = Object.values(numbers).some((value) => !(value > 0)) || numbers.failure >= 1;
if (isWrong || numbers.regions > numbers.brokers) {
  console.error(`The numbers must be above 0, P below 1, and no region without a broker.\n${USAGE}`);
  process.exit(2);
}
const report = simulatePlacement(numbers);
if (!values.json) {
  console.table(report.balance);
  console.table(report.moves);
  console.table(report.cutOff);
}
console.log(JSON.stringify({ simulate: 'placement', ...numbers, ...report }));
