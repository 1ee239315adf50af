import type { Pool } from 'pg';
import { addKey, dropOldKeys, KeyRing } from './key-ring.ts';
import { Sealer } from './seal.ts';

const BATCH = 200;

export interface Rotation {
  readonly version: string;
  readonly rewrapped: number;
}

/** Adds a sealing key and rewraps all secrets in the database with it. The platform may be running. */
export async function rotateKeys(pool: Pool, keyFile: string): Promise<Rotation> {
  const version = await addKey(keyFile);
  return { version, rewrapped: await rewrapAll(pool, keyFile) };
}

/** Rewraps secrets that are still sealed with older keys, then deletes those keys. */
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

/** Returns the columns whose name begins with `sealed`. Reads them from the catalogue, so that none can be missed. */
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
      // A row that was changed concurrently has a different text, and is selected again if it still needs rewrapping.
      const { rowCount } = await pool.query(
        `update ${table} set ${column} = $1 where ctid = $2::tid and ${column} = $3`,
        [sealer.rewrap(sealed), place, sealed],
      );
      count += rowCount ?? 0;
    }
  }
}
