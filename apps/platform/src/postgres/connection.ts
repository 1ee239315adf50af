import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { isAlive } from '@portolan/process/is-alive';
import { StartupError } from '@portolan/process/startup-error';
import { startEmbedded, type EmbeddedOptions } from './server.ts';

const OLDEST = 15;
const ROLE = 'portolan';

export interface PostgresConnection {
  readonly url: string;
  stop(): Promise<void>;
}

/** Connects to the database of `databaseUrl`, or starts an embedded server in the data directory. @throws StartupError. */
export async function openPostgres(
  databaseUrl: string | undefined,
  options: EmbeddedOptions,
): Promise<PostgresConnection> {
  if (databaseUrl !== undefined) {
    await checkVersion(databaseUrl);
    return { url: databaseUrl, stop: async () => undefined };
  }
  const server = await startEmbedded(options);
  try {
    return { url: await ownDatabase(server.url, options.dataDir), stop: () => server.stop() };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/**
 * Returns the URL of the embedded server that a running platform has started in the data directory; undefined when none is
 * running.
 */
export async function findRunning(dataDir: string): Promise<string | undefined> {
  const [pid, , , port] = (
    await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '')
  ).split('\n');
  if (!port || !isAlive(Number(pid))) return undefined;
  const password = await readFile(join(dataDir, 'database.password'), 'utf8');
  return `postgres://${ROLE}:${encodeURIComponent(password)}@127.0.0.1:${port}/${ROLE}`;
}

/** Creates a role that is not a superuser and its database: superusers bypass row-level security. Returns its URL. */
async function ownDatabase(superuserUrl: string, dataDir: string): Promise<string> {
  const file = join(dataDir, 'database.password');
  const password = await readFile(file, 'utf8').catch(() => randomBytes(24).toString('base64url'));
  const client = new Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    const role = await client.query('select 1 from pg_roles where rolname = $1', [ROLE]);
    const verb = role.rowCount === 0 ? 'create' : 'alter';
    await client.query(`${verb} role ${ROLE} login createdb password ${client.escapeLiteral(password)}`);
    const database = await client.query('select 1 from pg_database where datname = $1', [ROLE]);
    if (database.rowCount === 0) await client.query(`create database ${ROLE} owner ${ROLE}`);
  } finally {
    await client.end();
  }
  await writeFile(file, password, { mode: 0o600 });
  const url = new URL(superuserUrl);
  url.username = ROLE;
  url.password = password;
  url.pathname = `/${ROLE}`;
  return url.href;
}

async function checkVersion(url: string): Promise<void> {
  if (!/^postgres(ql)?:\/\//.test(url)) {
    throw new StartupError(
      'DATABASE_URL must begin with postgres:// or postgresql://.',
      'Use the form postgres://user:password@host:5432/database, or unset it to use the embedded PostgreSQL.',
    );
  }
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version_num: string }>('show server_version_num');
    const major = Math.trunc(Number(rows[0]?.server_version_num) / 10_000);
    if (major < OLDEST) {
      throw new StartupError(
        `The PostgreSQL server of DATABASE_URL has version ${major}.`,
        `Version ${OLDEST} or newer is required.`,
      );
    }
  } catch (error) {
    if (error instanceof StartupError) throw error;
    throw new StartupError(
      `Cannot connect to the database of DATABASE_URL: ${error instanceof Error ? error.message : String(error)}`,
      'Check host, port, user, password and database in DATABASE_URL.',
      { cause: error },
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}
