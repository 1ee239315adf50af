import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import type { Client } from 'pg';
import { StartupError } from '@portolan/process/startup-error';
import { journal, MIGRATIONS } from './migrate.ts';

/**
 * Creates the schema that an empty database had after some migrations, given by the times that identify them, without row
 * level security: rows can be copied into it. @throws StartupError for migrations of another version.
 */
export async function createSchemaAs(client: Client, migrations: readonly number[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'portolan-migrations-'));
  try {
    await cp(MIGRATIONS, folder, { recursive: true });
    const file = join(folder, 'meta/_journal.json');
    const known = journal.parse(JSON.parse(await readFile(file, 'utf8')));
    const entries = known.entries.slice(0, migrations.length);
    if (entries.some(({ when }, index) => when !== migrations[index]) || entries.length < migrations.length) {
      throw new StartupError(
        'The database was of a version of Portolan that this one does not know.',
        'Restore it with the version that made it, or a later one.',
      );
    }
    await writeFile(file, JSON.stringify({ ...known, entries }));
    await migrate(drizzle(client), { migrationsFolder: folder });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
