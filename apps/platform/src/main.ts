import { runBroker } from './broker/run.ts';
import { readConfig } from './config.ts';
import { createLog } from './log.ts';
import { Refusal } from './refusal.ts';
import { runPlatform } from './run-platform.ts';

/** Runs until `signal` says stop; anything thrown ends the program. */
type Role = (argv: readonly string[], signal: AbortSignal) => Promise<void>;

const ROLES: Readonly<Record<string, Role>> = { platform: servePlatform, broker: runBroker };

async function servePlatform(argv: readonly string[], signal: AbortSignal): Promise<void> {
  const config = readConfig(argv, process.env);
  const log = createLog(config.logLevel);
  const lost = Promise.withResolvers<never>();
  const running = await runPlatform({ config, log, onLost: lost.reject });
  log.info({ event: 'platform.ready', url: running.url, pid: process.pid });
  process.send?.({ event: 'ready', url: running.url, pid: process.pid });
  try {
    await Promise.race([aborted(signal), lost.promise]);
  } finally {
    await running.close();
    log.info({ event: 'platform.stopped' });
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}

async function main(): Promise<void> {
  const [name = '', ...argv] = process.argv.slice(2);
  const role = ROLES[name];
  if (!role) {
    throw new Refusal(`There is no role '${name}'.`, `Start one of: ${Object.keys(ROLES).join(', ')}.`);
  }
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  if (process.env['PORTOLAN_SUPERVISED'] === '1') process.once('disconnect', () => stop.abort());
  await role(argv, stop.signal);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
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
