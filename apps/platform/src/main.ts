import { HelpRequested } from './command-line.ts';
import { Refusal } from './refusal.ts';

/** Runs until `signal` says stop; anything thrown ends the program. */
type Role = (argv: readonly string[], signal: AbortSignal) => Promise<void>;

// Loaded when asked for: a broker that restarts is back sooner, and smaller, without the platform's libraries.
const ROLES: Readonly<Record<string, () => Promise<Role>>> = {
  platform: async () => (await import('./serve-platform.ts')).servePlatform,
  broker: async () => (await import('./broker/run.ts')).runBroker,
  secrets: async () => (await import('./secrets/run.ts')).runSecrets,
};

const USAGE = `usage: portolan-platform platform [FLAGS]       the control plane
       portolan-platform broker [FLAGS]         a broker, where tunnels of agents end
       portolan-platform secrets rotate [FLAGS] a new key for the secrets in the database, while the platform runs
       portolan-platform secrets forget [FLAGS] drops the older keys
Each has --help.`;

async function main(): Promise<void> {
  const [name = '', ...argv] = process.argv.slice(2);
  if (name === '--help' || name === '-h' || name === 'help') throw new HelpRequested(USAGE);
  const role = ROLES[name];
  if (!role) {
    throw new Refusal(`There is no role '${name}'.`, `Start one of: ${Object.keys(ROLES).join(', ')}.`);
  }
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  if (process.env['PORTOLAN_SUPERVISED'] === '1') process.once('disconnect', () => stop.abort());
  await (
    await role()
  )(argv, stop.signal);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    if (error instanceof HelpRequested) {
      process.stdout.write(`${error.message}\n`);
      process.exit(0);
    }
    const text =
      error instanceof Refusal
        ? `${error.message} ${error.fix}`
        : error instanceof Error
          ? error.stack
          : String(error);
    process.stderr.write(`portolan-platform: ${text}\n`);
    process.exit(1);
  },
);
