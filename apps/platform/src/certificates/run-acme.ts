import type { ProgramContext } from '@portolan/process/run';
import { createLogger } from '@portolan/process/logger';
import { HelpRequested, StartupError } from '@portolan/process/startup-error';
import { readConfig } from '../config.ts';
import { lockDataDirectory } from '../data-directory-lock.ts';
import { openDatabase } from '../db/database.ts';
import { findRunning, openPostgres } from '../postgres/connection.ts';
import { KeyRing } from '../secrets/key-ring.ts';
import { Sealer } from '../secrets/seal.ts';
import { rotateAccountKey } from './acme/rotate-account-key.ts';

const USAGE = 'usage: portolan-platform acme rotate-key [FLAGS of the platform]';
const ROTATION_MS = 120_000;

/** Runs `acme rotate-key`, which replaces the account keys at all configured authorities. The platform may be running. */
export async function runAcme({ argv, stop }: ProgramContext): Promise<void> {
  const [action = '', ...flags] = argv;
  if (action === '--help' || action === '-h') throw new HelpRequested(USAGE);
  if (action !== 'rotate-key')
    throw new StartupError(`Unknown command 'acme ${action}'.`, 'Use `acme rotate-key`.', { exitCode: 2 });
  const config = readConfig(flags, process.env);
  if (config.issuers.length === 0)
    throw new StartupError(
      'No ACME authority is configured.',
      'Give the flags of the platform: --acme-directory or --acme-issuers-file.',
      { exitCode: 2 },
    );
  const running = config.databaseUrl ?? (await findRunning(config.dataDir));
  const unlock = running === undefined ? await lockDataDirectory(config.dataDir) : undefined;
  const log = createLogger({ app: 'platform', level: 'warn' });
  const postgres = await openPostgres(running, { dataDir: config.dataDir, log });
  const db = openDatabase(postgres.url, log, 2);
  try {
    const secrets = { db, sealer: new Sealer(new KeyRing(config.sealKeyFile)) };
    for (const issuer of config.issuers) {
      const signal = AbortSignal.any([stop, AbortSignal.timeout(ROTATION_MS)]);
      const account = await rotateAccountKey(secrets, issuer, signal);
      const { directory } = issuer;
      process.stdout.write(`${JSON.stringify({ event: 'acme.key-rotated', directory, account })}\n`);
    }
  } finally {
    await db.$client.end();
    await postgres.stop();
    unlock?.();
  }
}
