import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { createSchemaAs } from './create-schema-as.ts';
import { journal, migrateDatabase, MIGRATIONS } from './migrate.ts';

const APP = fileURLToPath(new URL('../../', import.meta.url));
let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

/** Answers the rows of the statement, where it is one. */
async function run(statement: string): Promise<unknown> {
  const client = new Client({ connectionString: database.url, options: '-c portolan.workspace=*' });
  await client.connect();
  const { rows } = await client.query<object>(statement).finally(() => client.end());
  return rows;
}

/** Brings an empty database to what a version of Portolan that knew only the first migrations left. */
async function migrateAsOf(count: number): Promise<void> {
  await run('drop schema public cascade; drop schema drizzle cascade; create schema public');
  const file = join(MIGRATIONS, 'meta/_journal.json');
  const { entries } = journal.parse(JSON.parse(await readFile(file, 'utf8')));
  const client = new Client({ connectionString: database.url });
  await client.connect();
  await createSchemaAs(
    client,
    entries.slice(0, count).map(({ when }) => when),
  );
  await client.end();
}

test('the migrations lead to the schema that the code reads', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'portolan-migrations-'));
  await cp(MIGRATIONS, folder, { recursive: true });
  const flags = ['--dialect', 'postgresql', '--schema', './src/**/schema.ts', '--out', relative(APP, folder)];
  const { stdout } = await promisify(execFile)('drizzle-kit', ['generate', ...flags], { cwd: APP });
  expect(stdout).toContain('No schema changes');
  await rm(folder, { recursive: true });
});

test('a database of the first schema is brought up to date with everything in it', async () => {
  await migrateAsOf(1);
  await run(`
    insert into workspaces (id, name) values ('w', 'Airline');
    insert into accounts (id, email, name) values ('acc', 'admin@airline.example', 'Admin');
    insert into access_tokens (id, account_id, kind, hash, name, expires_at)
      values ('tok', 'acc', 'session', 'hash', 'terminal', now() + interval '1 day');
    insert into users (id, workspace_id, email) values ('usr', 'w', 'ada@airline.example');
    insert into api_keys (id, workspace_id, user_id, name, prefix, hash) values ('key', 'w', 'usr', 'laptop', 'ptl', 'h')`);
  await migrateDatabase(database.url);
  const kept = await run(`
    select t.account_id, t.user_id, u.email, k.hash, k.suspended_by
    from access_tokens t, users u, api_keys k`);
  expect(kept).toEqual([
    { account_id: 'acc', user_id: null, email: 'ada@airline.example', hash: 'h', suspended_by: null },
  ]);
});

test('a database of the version before keeps accounts, workspaces and verifiable audits', async () => {
  await migrateAsOf(2);
  await run(`
    insert into workspaces (id, name, change_sequence) values ('acme', 'Acme', 7), ('platform', 'Mine', 3);
    insert into accounts (id, email, name, password_hash) values ('acc', 'Admin@acme.example', 'Admin', 'h');
    insert into members (workspace_id, account_id, role) values ('acme', 'acc', 'owner');
    insert into invitations (id, workspace_id, email, role, hash, invited_by, expires_at)
      values ('inv', 'acme', 'new@acme.example', 'viewer', 'h', 'Admin@acme.example', now() + interval '1 day');
    insert into audit_chains (id, sequence, head) values ('acme', 4, 'x'), ('platform', 9, 'y')`);
  await migrateDatabase(database.url);
  // Chains go by names that were hashed into them; nobody else's workspace reads the platform's own.
  expect(
    await run("select id, uid = id as keeps, uid like 'wsp_%' as made from workspaces order by id"),
  ).toEqual([
    { id: 'acme', keeps: true, made: false },
    { id: 'platform', keeps: false, made: true },
  ]);
  expect(
    await run(`select a.email, a.password_hash, a.email_verified_at, a.home_workspace, m.role, i.mailed_at
      from accounts a, members m, invitations i`),
  ).toEqual([
    {
      email: 'Admin@acme.example',
      password_hash: 'h',
      email_verified_at: null,
      home_workspace: null,
      role: 'owner',
      mailed_at: null,
    },
  ]);
  const twice = run("insert into accounts (id, email, name) values ('other', 'ADMIN@ACME.example', 'x')");
  await expect(twice).rejects.toThrow(/accounts_email/);
  await run(
    "insert into accounts (id, email, name, home_workspace) values ('other', 'ADMIN@ACME.example', 'x', 'acme')",
  );
});

test('agent tokens and generated hosts of the version before go on: tokens can be exchanged, hosts are reserved', async () => {
  await migrateAsOf(2);
  await run(`
    insert into workspaces (id, name) values ('w', 'Airline');
    insert into clusters (id, workspace_id, name) values ('cls', 'w', 'local');
    insert into agent_tokens (id, workspace_id, cluster_id, hash) values ('agt', 'w', 'cls', '\\x00');
    insert into domains (host, workspace_id, cluster_id, object_key, kind) values
      ('shop-0a1b2c3d.edge.localhost', 'w', 'cls', 'k', 'generated'), ('shop.test', 'w', 'cls', 'k', 'custom')`);
  await migrateDatabase(database.url);
  expect(await run('select revoked_at, credential_id from agent_tokens')).toEqual([
    { revoked_at: null, credential_id: null },
  ]);
  expect(await run('select host, released_at from domains order by host')).toEqual([
    { host: 'shop-0a1b2c3d.edge.localhost', released_at: null },
    { host: 'shop.test', released_at: null },
  ]);
  expect(await run('select host from reserved_hosts')).toEqual([{ host: 'shop-0a1b2c3d.edge.localhost' }]);
});

test('a database of its own schema is taken as it is', async () => {
  await migrateDatabase(database.url);
  await migrateDatabase(database.url);
});

test.each([
  ['earlier', 1, /cannot be upgraded/, /start with another --data-dir/],
  ['newer', 9e12, /newer version of Portolan/, /Start the newer version/],
])('a database of an %s schema is refused with what to do', async (_age, when, message, fix) => {
  await run(`update drizzle.__drizzle_migrations set created_at = ${when}`);
  await expect(migrateDatabase(database.url)).rejects.toMatchObject({
    message: expect.stringMatching(message),
    fix: expect.stringMatching(fix),
  });
});
