import { readFile } from 'node:fs/promises';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../testing/database.ts';

const DOCUMENT = new URL('../../../../docs/platform.md', import.meta.url);

test('what the documentation says is stored is there, and every table is in it', async () => {
  const text = await readFile(DOCUMENT, 'utf8');
  const section = text.slice(text.indexOf('## What is stored'));
  const named = new Set([...section.matchAll(/`(\w+\.\w+)`/g)].map(([, column]) => column ?? ''));
  const database = await createTestDatabase();
  const client = new Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query<{ table: string; column: string }>(
    `select table_name as table, column_name as column from information_schema.columns where table_schema = 'public'
       and table_name not in (select relname from pg_class where relispartition)`,
  );
  await client.end();
  await database.drop();
  const columns = new Set(rows.map(({ table, column }) => `${table}.${column}`));
  expect([...named].filter((column) => !columns.has(column))).toEqual([]);
  const told = new Set([...named].map((column) => column.split('.')[0]));
  const tables = [...new Set(rows.map(({ table }) => table))];
  // Heads of the audit's hash chains hold nothing of anyone.
  expect(tables.filter((table) => !told.has(table))).toEqual(['audit_chains']);
});
