import { measureTick } from './tick.ts';
import { simulateYear } from './year.ts';

const HOUR_MS = 3600_000;
const LIVES = { '160h': 160 * HOUR_MS, '45d': 45 * 24 * HOUR_MS, '90d': 90 * 24 * HOUR_MS } as const;
const CERTIFICATES = 1_000;
const DOMAINS = 10_000;
/** One order in fifty fails, as with domains of customers that change their DNS. */
const FAILURES = 0.02;

const years = Object.fromEntries(
  Object.entries(LIVES).map(([name, lifeMs]) => [
    name,
    simulateYear({ certificates: CERTIFICATES, lifeMs, failures: FAILURES, seed: 1 }),
  ]),
);
process.stdout.write(`${JSON.stringify({ ...years, tick: await measureTick(DOMAINS) })}\n`);
