import { Client } from 'pg';
import type { Config } from '../config.ts';
import { lockDataDirectory } from '../data-directory-lock.ts';
import { createLogger } from '@portolan/process/logger';
import { findRunning, openPostgres } from '../postgres/connection.ts';

/** A connection that sees all workspaces, and the database behind it. */
export interface BackupConnection {
  readonly url: string;
  readonly client: Client;
  close(): Promise<void>;
}

/**
 * Connects to the database of the installation: that of DATABASE_URL, that of a platform which runs in the data directory,
 * or the embedded one, started for as long as the connection is open. @throws StartupError.
 */
export async function openConnection(config: Config): Promise<BackupConnection> {
  const running = config.databaseUrl ?? (await findRunning(config.dataDir));
  const unlock = running === undefined ? await lockDataDirectory(config.dataDir) : undefined;
  try {
    const log = createLogger({ app: 'platform', level: 'warn' });
    const postgres = await openPostgres(running, { dataDir: config.dataDir, log });
    const client = new Client({ connectionString: postgres.url, options: '-c portolan.workspace=*' });
    client.on('error', () => undefined); // Each query rejects with it.
    await client.connect();
    return {
      url: postgres.url,
      client,
      async close() {
        await client.end().catch(() => undefined);
        await postgres.stop();
        unlock?.();
      },
    };
  } catch (error) {
    unlock?.();
    throw error;
  }
}
