import { Client } from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { migrateDatabase } from './migrate.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

async function run(statement: string): Promise<void> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  await client.query(statement);
  await client.end();
}

test('a database of its own schema is taken as it is', async () => {
  await migrateDatabase(database.url);
  await migrateDatabase(database.url);
});

test.each([
  ['earlier', 1, /earlier version of Portolan.*no upgrades/, /begin anew with another --data-dir/],
  ['newer', 9e12, /newer version of Portolan/, /Start that version/],
])('a database of an %s schema is refused with what to do', async (_age, when, message, fix) => {
  await run(`update drizzle.__drizzle_migrations set created_at = ${when}`);
  await expect(migrateDatabase(database.url)).rejects.toMatchObject({
    message: expect.stringMatching(message),
    fix: expect.stringMatching(fix),
  });
});
