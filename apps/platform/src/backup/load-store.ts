import type { Writable } from 'node:stream';
import { escapeIdentifier, escapeLiteral, type Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { BackupManifest, TableShape } from './manifest.ts';

/** Returns the first table of the schema `public` that has a row; null where all are empty or there are none. */
export async function findTableWithRows(client: Client): Promise<string | null> {
  const { rows } = await client.query<{ name: string }>(`
    select relname::text as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition order by relname`);
  for (const { name } of rows) {
    const { rowCount } = await client.query(`select 1 from ${escapeIdentifier(name)} limit 1`);
    if ((rowCount ?? 0) > 0) return name;
  }
  return null;
}

/** Removes the tables, sequences and functions that an interrupted restore has left; there are no rows in them. */
export async function dropEmptySchema(client: Client): Promise<void> {
  await client.query('drop schema if exists drizzle cascade');
  const { rows } = await client.query<{ name: string }>(`
    select relname::text as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition`);
  for (const { name } of rows) await client.query(`drop table ${escapeIdentifier(name)} cascade`);
  const sequences = await client.query<{ name: string }>(
    `select sequencename::text as name from pg_sequences where schemaname = 'public'`,
  );
  for (const { name } of sequences.rows) await client.query(`drop sequence ${escapeIdentifier(name)}`);
  const routines = await client.query<{ signature: string }>(`
    select p.oid::regprocedure::text as signature from pg_proc p
    where p.pronamespace = 'public'::regnamespace and pg_get_userbyid(p.proowner) = current_user
      and not exists (select 1 from pg_depend d where d.objid = p.oid and d.deptype = 'e')`);
  for (const { signature } of routines.rows)
    await client.query(`drop routine if exists ${signature} cascade`);
}

/** Creates the partitions that a table had when it was backed up and that its migrations do not create. */
export async function createPartitions(client: Client, { name, partitions }: TableShape): Promise<void> {
  for (const { name: partition, bound } of partitions) {
    await client.query(
      `create table if not exists ${escapeIdentifier(partition)} partition of ${escapeIdentifier(name)} ${bound}`,
    );
  }
}

/** Returns a stream that inserts rows in PostgreSQL's text format. */
export function writeRows(client: Client, { name, columns }: TableShape): Writable {
  const quoted = columns.map((column) => escapeIdentifier(column)).join(', ');
  return client.query(copyFrom(`copy ${escapeIdentifier(name)} (${quoted}) from stdin`));
}

/** Sets sequences to the values they had. */
export async function setSequences(client: Client, sequences: BackupManifest['sequences']): Promise<void> {
  for (const { name, value } of sequences) {
    const sequence = escapeLiteral(`public.${escapeIdentifier(name)}`);
    await client.query(`select setval(${sequence}::regclass, $1::bigint)`, [value]);
  }
}
