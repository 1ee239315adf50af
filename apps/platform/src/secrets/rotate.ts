import type { Pool } from 'pg';
import { addKey, dropOldKeys, KeyRing } from './key-ring.ts';
import { Sealer } from './seal.ts';

const BATCH = 200;

export interface Rotation {
  readonly version: string;
  readonly rewrapped: number;
}

/** Makes a new sealing key and brings every secret in the database under it. The platform may go on running. */
export async function rotateKeys(pool: Pool, keyFile: string): Promise<Rotation> {
  const version = await addKey(keyFile);
  return { version, rewrapped: await rewrapAll(pool, keyFile) };
}

/** Brings what was still sealed under older keys under the newest one, and forgets those. */
export async function forgetOldKeys(pool: Pool, keyFile: string): Promise<Rotation> {
  const rewrapped = await rewrapAll(pool, keyFile);
  await dropOldKeys(keyFile);
  return { version: new KeyRing(keyFile).newest().version, rewrapped };
}

async function rewrapAll(pool: Pool, keyFile: string): Promise<number> {
  const ring = new KeyRing(keyFile);
  const sealer = new Sealer(ring);
  let rewrapped = 0;
  for (const column of await sealedColumns(pool)) {
    rewrapped += await rewrapColumn(pool, { ...column, sealer, current: `${ring.newest().version}.%` });
  }
  return rewrapped;
}

/** By their name in the catalogue, so that none can be forgotten. */
async function sealedColumns(pool: Pool): Promise<{ table: string; column: string }[]> {
  const { rows } = await pool.query<{ table: string; column: string }>(
    `select quote_ident(table_name) as table, quote_ident(column_name) as column from information_schema.columns
     where table_schema = 'public' and column_name like 'sealed%' order by 1, 2`,
  );
  return rows;
}

interface SealedColumn {
  readonly table: string;
  readonly column: string;
  readonly sealer: Sealer;
  readonly current: string;
}

async function rewrapColumn(pool: Pool, { table, column, sealer, current }: SealedColumn): Promise<number> {
  let count = 0;
  for (;;) {
    const { rows } = await pool.query<{ place: string; sealed: string }>(
      `select ctid::text as place, ${column} as sealed from ${table} where ${column} not like $1 limit ${BATCH}`,
      [current],
    );
    if (rows.length === 0) return count;
    for (const { place, sealed } of rows) {
      // A row that changed meanwhile has another text and is found again, if it still needs to be.
      const { rowCount } = await pool.query(
        `update ${table} set ${column} = $1 where ctid = $2::tid and ${column} = $3`,
        [sealer.rewrap(sealed), place, sealed],
      );
      count += rowCount ?? 0;
    }
  }
}
