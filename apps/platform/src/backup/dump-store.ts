import { createHash } from 'node:crypto';
import { escapeIdentifier, type Client } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { BackupManifest, TableShape, TableTotal } from './manifest.ts';

/** Formats that do not depend on the settings of a server, so that equal rows give equal bytes. */
const FORMATS = `set local timezone = 'UTC'; set local datestyle = 'ISO, YMD'; set local intervalstyle = 'iso_8601';
  set local extra_float_digits = 1; set local bytea_output = 'hex'`;

/** Begins a transaction that sees the database as it is now, whatever is written meanwhile. */
export async function beginSnapshot(client: Client): Promise<void> {
  await client.query('begin isolation level repeatable read read only');
  await client.query(FORMATS);
}

/** Begins a transaction that loads rows. */
export async function beginLoad(client: Client): Promise<void> {
  await client.query('begin');
  await client.query(FORMATS);
}

/** Returns the tables of the schema `public`, each after those it refers to. Unlogged tables hold nothing worth keeping. */
export async function describeTables(client: Client): Promise<TableShape[]> {
  const { rows } = await client.query<Omit<TableShape, 'partitions'> & { refersTo: string[] }>(`
    select c.relname::text as name,
      array(select a.attname::text from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum) as columns,
      array(select a.attname::text from pg_index i
        cross join unnest(i.indkey::int2[]) with ordinality as k(attnum, place)
        join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
        where i.indrelid = c.oid and i.indisprimary order by k.place) as key,
      array(select distinct f.confrelid::regclass::text from pg_constraint f
        where f.conrelid = c.oid and f.contype = 'f' and f.confrelid <> c.oid) as "refersTo"
    from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and c.relpersistence = 'p'
    order by c.relname`);
  const partitions = await listPartitions(client);
  return inOrder(new Map(rows.map((row) => [row.name, row]))).map(({ name, columns, key }) => ({
    name,
    columns,
    key,
    partitions: partitions
      .filter(({ parent }) => parent === name)
      .map(({ name: part, bound }) => ({ name: part, bound })),
  }));
}

async function listPartitions(client: Client) {
  const { rows } = await client.query<{ parent: string; name: string; bound: string }>(`
    select p.relname::text as parent, c.relname::text as name, pg_get_expr(c.relpartbound, c.oid) as bound
    from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent
    where c.relispartition and c.relnamespace = 'public'::regnamespace order by c.relname`);
  return rows;
}

function inOrder<T extends { readonly name: string; readonly refersTo: readonly string[] }>(
  tables: ReadonlyMap<string, T>,
): T[] {
  const ordered = new Set<T>();
  const visit = (table: T, path: readonly string[]): void => {
    if (path.includes(table.name))
      throw new Error(`tables refer to each other: ${[...path, table.name].join(' → ')}`);
    if (ordered.has(table)) return;
    for (const name of table.refersTo) {
      const target = tables.get(name);
      if (target !== undefined) visit(target, [...path, table.name]);
    }
    ordered.add(table);
  };
  for (const table of tables.values()) visit(table, []);
  return [...ordered];
}

/** Returns the sequences of the schema `public` with their last values. */
export async function readSequences(client: Client): Promise<BackupManifest['sequences']> {
  const { rows } = await client.query<{ name: string; value: string }>(`
    select sequencename::text as name, last_value::text as value from pg_sequences
    where schemaname = 'public' and last_value is not null order by sequencename`);
  return rows;
}

/** Returns the times that identify the migrations of a database; none for one without Portolan's tables. */
export async function readMigrations(client: Client): Promise<number[]> {
  const { rows: found } = await client.query<{ is: boolean }>(
    `select to_regclass('drizzle.__drizzle_migrations') is not null as is`,
  );
  if (found[0]?.is !== true) return [];
  const { rows } = await client.query<{ created_at: string }>(
    'select created_at from drizzle.__drizzle_migrations order by created_at',
  );
  return rows.map((row) => Number(row.created_at));
}

/**
 * Hands the rows of a table to `take`, in PostgreSQL's text format, sorted by primary key, in pieces of at most a few
 * kilobytes that may end within a row. Returns their number and hash.
 */
export async function readRows(
  client: Client,
  { name, columns, key }: TableShape,
  take: (bytes: Buffer) => void | Promise<void>,
): Promise<TableTotal> {
  const quoted = columns.map((column) => escapeIdentifier(column)).join(', ');
  const order = (key.length > 0 ? key : columns)
    .map((column) => `${escapeIdentifier(column)}::text collate "C"`)
    .join(', ');
  const stream = client.query(
    copyTo(`copy (select ${quoted} from ${escapeIdentifier(name)} order by ${order}) to stdout`),
  );
  const hash = createHash('sha256');
  for await (const bytes of stream as AsyncIterable<Buffer>) {
    hash.update(bytes);
    await take(bytes);
  }
  return { rows: stream.rowCount, sha256: hash.digest('hex') };
}
