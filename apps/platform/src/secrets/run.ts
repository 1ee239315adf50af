import { Pool } from 'pg';
import { readConfig } from '../config.ts';
import { createLog } from '../log.ts';
import { findRunning, openPostgres } from '../postgres/connection.ts';
import { Refusal } from '../refusal.ts';
import { forgetOldKeys, rotateKeys } from './rotate.ts';

const ACTIONS = { rotate: rotateKeys, forget: forgetOldKeys } as const;

/** `secrets rotate`: a new sealing key for everything; `secrets forget`: the older ones go. */
export async function runSecrets([action = '', ...flags]: readonly string[]): Promise<void> {
  if (action !== 'rotate' && action !== 'forget') {
    throw new Refusal(`There is no 'secrets ${action}'.`, 'Use `secrets rotate` or `secrets forget`.');
  }
  const config = readConfig(flags, process.env);
  const running = config.databaseUrl ?? (await findRunning(config.dataDir));
  const log = createLog('warn');
  const options = { dataDir: config.dataDir, log };
  const postgres = await openPostgres(running, options);
  const pool = new Pool({ connectionString: postgres.url, max: 1, options: '-c portolan.workspace=*' });
  try {
    const { version, rewrapped } = await ACTIONS[action](pool, config.sealKeyFile);
    process.stdout.write(`${JSON.stringify({ event: `secrets.${action}`, key: version, rewrapped })}\n`);
  } finally {
    await pool.end();
    await postgres.stop();
  }
}
