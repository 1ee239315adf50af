import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import { Client } from 'pg';
import { z } from 'zod';
import { StartupError } from '@portolan/process/startup-error';
import { ENFORCE_TENANCY } from './tenancy.ts';
import { ADVISORY_LOCKS } from './advisory-locks.ts';

const MIGRATIONS = fileURLToPath(new URL('./migrations', import.meta.url));

const journal = z.object({ entries: z.array(z.object({ when: z.number() })) });

/**
 * Counts of attempts are worth nothing after a crash, and a storm of attempts must not be written ahead and synced at the
 * expense of everyone else's commits. The schema's generator has no word for it.
 */
const FORGETFUL_LIMITS = `do $$ begin
  if (select relpersistence from pg_class where oid = 'public.rate_limits'::regclass) <> 'u' then
    alter table public.rate_limits set unlogged;
  end if;
end $$`;

/** Brings the schema up to date. The migrator takes no lock of its own; replicas that start together take turns here. */
export async function migrateDatabase(url: string): Promise<void> {
  const client = new Client({ connectionString: url, options: '-c portolan.workspace=*' });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [ADVISORY_LOCKS.migrations]);
    await refuseOtherSchema(client);
    await migrate(drizzle(client), { migrationsFolder: MIGRATIONS });
    await client.query(ENFORCE_TENANCY);
    await client.query(FORGETFUL_LIMITS);
  } finally {
    await client.end();
  }
}

/** A database whose migrations are not all among ours cannot be taken over. What was written is left as it is. */
async function refuseOtherSchema(client: Client): Promise<void> {
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
        'The database was written by a newer version of Portolan, whose tables this one does not know.',
        'Start that version, or use another --data-dir or database.',
      )
    : new StartupError(
        'The database was written by a version of Portolan from before upgrades were kept, whose tables this one cannot take over.',
        'Start that version, or begin anew with another --data-dir (or an empty database); the old one was not touched and can be deleted once nothing in it is needed.',
      );
}
