import type { Client } from 'pg';
import { VERSION } from '@portolan/process/version';
import type { ArchiveWriter } from './archive.ts';
import { beginSnapshot, describeTables, readMigrations, readRows, readSequences } from './dump-store.ts';
import type { BackupManifest, BackupTotals, TableTotal } from './manifest.ts';

/** Key files by their names in the backup: `seal.key`, `broker.secret`. */
export type KeyFiles = ReadonlyMap<string, string>;

/**
 * Writes everything an installation keeps into an archive, as it is at one moment: requests and other writers go on.
 * Entries: manifest.json, keys/NAME, tables/NAME/NUMBER (rows in PostgreSQL's text format), totals.json.
 */
export async function writeBackup(
  client: Client,
  archive: ArchiveWriter,
  keys: KeyFiles,
): Promise<BackupTotals> {
  await beginSnapshot(client);
  const manifest: BackupManifest = {
    format: 'portolan-backup',
    version: 1,
    createdAt: new Date().toISOString(),
    portolan: VERSION,
    migrations: await readMigrations(client),
    tables: await describeTables(client),
    sequences: await readSequences(client),
    hasKeys: keys.size > 0,
  };
  await archive.add('manifest.json', `${JSON.stringify(manifest, null, 2)}\n`);
  for (const [name, content] of keys) await archive.add(`keys/${name}`, content);
  const tables: Record<string, TableTotal> = {};
  for (const table of manifest.tables) {
    const parts = archive.parts(`tables/${table.name}`);
    tables[table.name] = await readRows(client, table, parts.take);
    await parts.flush();
  }
  await client.query('commit');
  await archive.add('totals.json', `${JSON.stringify({ tables } satisfies BackupTotals, null, 2)}\n`);
  archive.finish();
  return { tables };
}
