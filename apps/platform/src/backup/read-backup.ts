import { createHash, type Hash } from 'node:crypto';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { Client } from 'pg';
import { StartupError } from '@portolan/process/startup-error';
import { createSchemaAs } from '../db/create-schema-as.ts';
import { migrateDatabase } from '../db/migrate.ts';
import { readArchive, readText, type ArchiveEntry } from './archive.ts';
import { beginLoad, readRows } from './dump-store.ts';
import { createPartitions, setSequences, writeRows } from './load-store.ts';
import { backupManifest, backupTotals, type BackupManifest, type TableShape } from './manifest.ts';

const TEXT_BYTES_MAX = 1 << 20;

interface Target {
  /** URL of the database, which holds nothing. */
  readonly url: string;
  readonly client: Client;
  /** Keeps a key file of the backup. */
  readonly saveKey: (name: string, content: string) => Promise<void>;
}

/** What was restored. */
export interface Restored {
  readonly createdAt: string;
  readonly hasKeys: boolean;
  readonly tables: number;
  readonly rows: number;
}

/**
 * Loads a backup into an empty database: the schema it was made with, then all rows in one transaction, which is committed
 * when each table reads as it was written; then the database is brought up to date. @throws StartupError for what is no backup, is incomplete, or comes from a newer version.
 */
export async function readBackup(archive: Readable, target: Target): Promise<Restored> {
  const entries = readArchive(archive);
  try {
    const manifest = await readManifest(entries);
    await createSchemaAs(target.client, manifest.migrations);
    await beginLoad(target.client);
    for (const table of manifest.tables) await createPartitions(target.client, table);
    const loaded = await loadEntries(entries, manifest, target);
    await setSequences(target.client, manifest.sequences);
    const rows = await verify(target.client, manifest, loaded);
    await target.client.query('commit');
    await migrateDatabase(target.url);
    return {
      createdAt: manifest.createdAt,
      hasKeys: manifest.hasKeys,
      tables: manifest.tables.length,
      rows,
    };
  } catch (error) {
    throw error instanceof StartupError ? error : unreadable(error);
  }
}

type Entries = AsyncGenerator<ArchiveEntry>;

async function readManifest(entries: Entries): Promise<BackupManifest> {
  const first = await entries.next();
  if (first.done === true || first.value.name !== 'manifest.json') {
    throw new StartupError('This is not a backup of Portolan.', 'Give a file that `backup` has written.');
  }
  const given: unknown = JSON.parse(await readText(first.value, TEXT_BYTES_MAX));
  const manifest = backupManifest.safeParse(given);
  if (manifest.success) return manifest.data;
  throw new StartupError(
    `The manifest of the backup is not one this version reads: ${manifest.error.issues[0]?.path.join('.')}: ${manifest.error.issues[0]?.message}.`,
    'Restore it with the version of Portolan that made it.',
  );
}

interface Loaded {
  readonly hashes: ReadonlyMap<string, string>;
  readonly totals: string;
}

async function loadEntries(
  entries: Entries,
  manifest: BackupManifest,
  { client, saveKey }: Target,
): Promise<Loaded> {
  const shapes = new Map(manifest.tables.map((table) => [table.name, table]));
  const hashes = new Map<string, string>();
  let open: OpenTable | null = null;
  const close = async (): Promise<void> => {
    if (open !== null) hashes.set(open.shape.name, await open.end());
    open = null;
  };
  for await (const entry of entries) {
    const [folder, name = ''] = entry.name.split('/');
    if (entry.name === 'totals.json') {
      await close();
      return { hashes, totals: await readText(entry, TEXT_BYTES_MAX) };
    }
    if (folder === 'keys') await saveKey(name, await readText(entry, TEXT_BYTES_MAX));
    if (folder !== 'tables') continue;
    if (open?.shape.name !== name) {
      await close();
      open = new OpenTable(client, shapeOf(shapes, name));
    }
    await open.write(entry);
  }
  throw new StartupError(
    'The backup is incomplete: it ends before its totals.',
    'Nothing was restored. Use a backup that was written to the end.',
  );
}

function shapeOf(shapes: ReadonlyMap<string, TableShape>, name: string): TableShape {
  const shape = shapes.get(name);
  if (shape === undefined) throw new Error(`its manifest names no table ${name}`);
  return shape;
}

/** A table whose rows arrive in several entries. */
class OpenTable {
  readonly shape: TableShape;
  readonly #rows: Writable;
  readonly #done: Promise<void>;
  readonly #hash: Hash = createHash('sha256');

  constructor(client: Client, shape: TableShape) {
    this.shape = shape;
    this.#rows = writeRows(client, shape);
    this.#done = finished(this.#rows);
    // Reported by `write` or `end`, whichever comes next.
    this.#done.catch(() => undefined);
  }

  async write({ content }: ArchiveEntry): Promise<void> {
    for await (const bytes of content) {
      this.#hash.update(bytes);
      if (!this.#rows.write(bytes)) await Promise.race([once(this.#rows, 'drain'), this.#done]);
    }
  }

  /** Returns the hash of what was written, when the database has taken all of it. */
  async end(): Promise<string> {
    this.#rows.end();
    await this.#done;
    return this.#hash.digest('hex');
  }
}

/** Requires that each table reads as it was backed up; returns the number of all rows. */
async function verify(client: Client, manifest: BackupManifest, { hashes, totals }: Loaded): Promise<number> {
  const { tables } = backupTotals.parse(JSON.parse(totals));
  let rows = 0;
  for (const table of manifest.tables) {
    const wanted = tables[table.name];
    const found = await readRows(client, table, () => undefined);
    const arrived = found.rows === 0 ? found.sha256 : hashes.get(table.name);
    if (wanted === undefined || wanted.sha256 !== found.sha256 || wanted.sha256 !== arrived) {
      throw new StartupError(
        `The rows of table ${table.name} are not those that were backed up.`,
        'Nothing was restored. The backup is damaged: use another one.',
      );
    }
    rows += found.rows;
  }
  return rows;
}

function unreadable(cause: unknown): StartupError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new StartupError(
    `The backup cannot be read: ${message}.`,
    'Nothing was restored. Use another backup, or check the key it is decrypted with.',
    { cause },
  );
}
