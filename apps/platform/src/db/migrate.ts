import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import { Client } from 'pg';
import { z } from 'zod';
import { StartupError } from '@portolan/process/startup-error';
import { ENFORCE_TENANCY } from './tenancy.ts';
import { ADVISORY_LOCKS } from './advisory-locks.ts';

export const MIGRATIONS = fileURLToPath(new URL('./migrations', import.meta.url));

/** The journal of drizzle-kit: migrations in order, each known by the time it was made. */
export const journal = z.object({ entries: z.array(z.looseObject({ when: z.number() })) });

/**
 * Makes the table of rate limits unlogged: its content is worthless after a crash, and many attempts must not slow down other
 * commits. drizzle-kit cannot express this.
 */
const UNLOGGED_RATE_LIMITS = `do $$ begin
  if (select relpersistence from pg_class where oid = 'public.rate_limits'::regclass) <> 'u' then
    alter table public.rate_limits set unlogged;
  end if;
end $$`;

/**
 * Migrates the schema under an advisory lock, because the migrator takes none and replicas may start together.
 * @throws StartupError for a database of an unknown version.
 */
export async function migrateDatabase(url: string): Promise<void> {
  const client = new Client({ connectionString: url, options: '-c portolan.workspace=*' });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [ADVISORY_LOCKS.migrations]);
    await requireKnownMigrations(client);
    await migrate(drizzle(client), { migrationsFolder: MIGRATIONS });
    await client.query(ENFORCE_TENANCY);
    await client.query(UNLOGGED_RATE_LIMITS);
  } finally {
    await client.end();
  }
}

/** Requires that this version knows all applied migrations; otherwise the database is left unchanged. @throws StartupError. */
async function requireKnownMigrations(client: Client): Promise<void> {
  const table = await client.query<{ found: boolean }>(
    `select to_regclass('drizzle.__drizzle_migrations') is not null as found`,
  );
  if (!table.rows[0]?.found) return;
  const { entries } = journal.parse(JSON.parse(await readFile(`${MIGRATIONS}/meta/_journal.json`, 'utf8')));
  const known = new Set(entries.map((entry) => entry.when));
  const newest = Math.max(...known);
  const applied = await client.query<{ created_at: string }>(
    'select created_at from drizzle.__drizzle_migrations',
  );
  const others = applied.rows.map((row) => Number(row.created_at)).filter((when) => !known.has(when));
  if (others.length === 0) return;
  throw others.some((when) => when > newest)
    ? new StartupError(
        'The database was created by a newer version of Portolan and cannot be used by this one.',
        'Start the newer version, or use another --data-dir or database.',
      )
    : new StartupError(
        'The database was created by a version of Portolan that cannot be upgraded.',
        'Start that version, or start with another --data-dir or an empty database. The old database was not changed and can be deleted once it is no longer needed.',
      );
}
