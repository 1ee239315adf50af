import { access } from 'node:fs/promises';
import { Pool } from 'pg';
import { readConfig } from '../config.ts';
import { lockDataDirectory } from '../data-directory-lock.ts';
import { createLogger } from '@portolan/process/logger';
import { findRunning, openPostgres } from '../postgres/connection.ts';
import type { ProgramContext } from '@portolan/process/run';
import { HelpRequested, StartupError } from '@portolan/process/startup-error';
import { forgetOldKeys, rotateKeys } from './rotate.ts';

const USAGE = 'usage: secrets rotate|forget [--data-dir DIR] [--seal-key-file FILE]';
const ACTIONS = { rotate: rotateKeys, forget: forgetOldKeys } as const;

/** Runs `secrets rotate`, which adds a sealing key, or `secrets forget`, which deletes the older ones. */
export async function runSecrets({ argv }: ProgramContext): Promise<void> {
  const [action = '', ...flags] = argv;
  if (action === '--help' || action === '-h') throw new HelpRequested(USAGE);
  if (action !== 'rotate' && action !== 'forget') {
    throw new StartupError(
      `Unknown command 'secrets ${action}'.`,
      'Use `secrets rotate` or `secrets forget`.',
      {
        exitCode: 2,
      },
    );
  }
  const config = readConfig(flags, process.env);
  await requireKeys(config.sealKeyFile);
  const running = config.databaseUrl ?? (await findRunning(config.dataDir));
  const unlock = running === undefined ? await lockDataDirectory(config.dataDir) : undefined;
  const log = createLogger({ app: 'platform', level: 'warn' });
  const options = { dataDir: config.dataDir, log };
  const postgres = await openPostgres(running, options);
  const pool = new Pool({ connectionString: postgres.url, max: 1, options: '-c portolan.workspace=*' });
  try {
    const { version, rewrapped } = await ACTIONS[action](pool, config.sealKeyFile);
    process.stdout.write(`${JSON.stringify({ event: `secrets.${action}`, key: version, rewrapped })}\n`);
  } finally {
    await pool.end();
    await postgres.stop();
    unlock?.();
  }
}

async function requireKeys(file: string): Promise<void> {
  await access(file).catch((cause: unknown) => {
    throw new StartupError(
      `No sealing key found in ${file}.`,
      'Set the data directory with --data-dir, or the key file with --seal-key-file.',
      { cause },
    );
  });
}
