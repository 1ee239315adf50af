import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { StartupError } from '@portolan/process/startup-error';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { createSchemaAs } from '../db/create-schema-as.ts';
import { beginSnapshot, describeTables, readMigrations, readRows } from './dump-store.ts';
import { findTableWithRows } from './load-store.ts';
import { runBackup } from './run-backup.ts';
import { runRestore } from './run-restore.ts';

const COMMANDS = { backup: runBackup, restore: runRestore };
const PROGRAM = join(import.meta.dirname, '../main.ts');
const KEYS = 2_000;
let source: TestDatabase;
let empty: TestDatabase;
let folder: string;

interface Ended {
  readonly code: number;
  readonly stderr: string;
}

/** Runs a command with a database of the test, as the program does. */
async function run(database: TestDatabase, command: 'backup' | 'restore', ...argv: string[]): Promise<Ended> {
  const { DATABASE_URL: former } = process.env;
  process.env['DATABASE_URL'] = database.url;
  const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const { signal } = new AbortController();
  try {
    await COMMANDS[command]({ argv, stop: signal, stopNow: signal, ready: () => undefined });
    return { code: 0, stderr: told.mock.calls.join('') };
  } catch (error) {
    if (!(error instanceof StartupError)) throw error;
    return { code: error.exitCode, stderr: `${error.message} ${error.fix}` };
  } finally {
    told.mockRestore();
    if (former === undefined) delete process.env['DATABASE_URL'];
    else process.env['DATABASE_URL'] = former;
  }
}

async function connect({ url }: TestDatabase): Promise<Client> {
  const client = new Client({ connectionString: url, options: '-c portolan.workspace=*' });
  await client.connect();
  return client;
}

async function query(database: TestDatabase, statement: string): Promise<unknown[]> {
  const client = await connect(database);
  const { rows } = await client.query<object>(statement).finally(() => client.end());
  return rows;
}

/** Returns rows and hash of every table. */
async function totalsOf(database: TestDatabase): Promise<Record<string, unknown>> {
  const client = await connect(database);
  await beginSnapshot(client);
  const totals: Record<string, unknown> = {};
  for (const table of await describeTables(client)) {
    totals[table.name] = await readRows(client, table, () => undefined);
  }
  await client.end();
  return totals;
}

const inFolder = (name: string) => join(folder, name);

beforeAll(async () => {
  source = await createTestDatabase();
  await query(
    source,
    `insert into workspaces (id, uid, name) values ('w', 'wsp_1', E'Air\\tline\\n\\\\N “ü”');
     insert into accounts (id, email, name) values ('acc', 'admin@airline.example', 'Admin');
     insert into members (workspace_id, account_id, role) values ('w', 'acc', 'owner');
     insert into users (id, workspace_id, email) select 'usr' || i, 'w', 'u' || i || '@airline.example' from generate_series(1, 100) i;
     insert into api_keys (id, workspace_id, user_id, name, prefix, hash)
       select 'key' || i, 'w', 'usr' || (1 + i % 100), 'k' || i, 'ptl', md5(i::text) from generate_series(1, ${KEYS}) i`,
  );
});
afterAll(() => source.drop());

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portolan-backup-'));
  await writeFile(inFolder('seal.key'), 'sealing key');
  await writeFile(inFolder('broker.secret'), 'broker secret');
  await writeFile(inFolder('passphrase'), 'correct horse battery staple\n');
  empty = await createTestDatabase();
});
afterEach(async () => {
  await empty.drop();
  await rm(folder, { recursive: true, force: true });
});

const backup = (...flags: string[]) =>
  run(source, 'backup', '--data-dir', folder, '--file', inFolder('backup'), ...flags);
const restore = (...flags: string[]) =>
  run(empty, 'restore', '--data-dir', inFolder('new'), '--file', inFolder('backup'), ...flags);
const encrypted = () => ['--passphrase-file', inFolder('passphrase')];

test('an installation is restored with every row and its keys', async () => {
  expect(await backup(...encrypted())).toMatchObject({ code: 0 });
  const bytes = await readFile(inFolder('backup'));
  expect(bytes.toString('latin1', 0, 21)).toBe('age-encryption.org/v1');
  expect((await stat(inFolder('backup'))).mode & 0o777).toBe(0o600);
  expect(await restore(...encrypted())).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('"rows":2103'),
  });
  expect(await totalsOf(empty)).toEqual(await totalsOf(source));
  expect(await readFile(inFolder('new/seal.key'), 'utf8')).toBe('sealing key');
  expect(await readFile(inFolder('new/broker.secret'), 'utf8')).toBe('broker secret');
  // Rows of other workspaces stay invisible in the restored database.
  const bare = new Client({ connectionString: empty.url });
  await bare.connect();
  expect((await bare.query('select * from users')).rowCount).toBe(0);
  await bare.end();
});

test('one for a recipient of age is opened by the identity alone', async () => {
  const identity = await generateIdentity();
  await writeFile(inFolder('identity'), `# created: today\n${identity}\n`);
  expect(await backup('--recipient', await identityToRecipient(identity))).toMatchObject({ code: 0 });
  expect(await restore(...encrypted())).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('cannot be decrypted'),
  });
  expect(await restore()).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('The backup is encrypted.'),
  });
  expect(await restore('--identity-file', inFolder('identity'))).toMatchObject({ code: 0 });
  expect(await totalsOf(empty)).toEqual(await totalsOf(source));
});

test('keys never leave in plain text', async () => {
  expect(await backup()).toMatchObject({ code: 2, stderr: expect.stringContaining('in plain text') });
  expect(await backup('--without-keys')).toMatchObject({ code: 0 });
  const { stdout } = await promisify(execFile)('tar', ['-xzOf', inFolder('backup')], { maxBuffer: 1 << 26 });
  expect(stdout).toContain('u7@airline.example');
  expect(stdout).not.toContain('sealing key');
  expect(await restore()).toMatchObject({ code: 0, stderr: expect.stringContaining('"keys":[]') });
});

test('it shows one moment, while others write', async () => {
  const writer = await connect(source);
  const done = new AbortController();
  const writing = (async () => {
    while (!done.signal.aborted) {
      const id = randomUUID();
      await writer.query(
        `with u as (insert into users (id, workspace_id, email) values ($1, 'w', $1) returning id)
         insert into api_keys (id, workspace_id, user_id, name, prefix, hash) select $1, 'w', id, $1, 'ptl', $1 from u`,
        [id],
      );
    }
  })();
  expect(await backup('--without-keys')).toMatchObject({ code: 0 });
  done.abort();
  await writing;
  await writer.query(`delete from users where id !~ '^usr'`);
  await writer.end();
  expect(await restore()).toMatchObject({ code: 0 });
  const [row] = await query(
    empty,
    `select (select count(*)::int from users where id !~ '^usr') as users, (select count(*)::int from api_keys where id !~ '^key') as keys`,
  );
  expect(row).toEqual({ users: (row as { keys: number }).keys, keys: (row as { users: number }).users });
});

test('a database of an earlier version is restored as it was and brought up to date', async () => {
  const old = await createTestDatabase();
  const client = await connect(old);
  const migrations = (await readMigrations(client)).slice(0, 3);
  await client.query('drop schema public cascade; drop schema drizzle cascade; create schema public');
  await createSchemaAs(client, migrations);
  await client.query(`insert into workspaces (id, uid, name) values ('w', 'wsp_1', 'Airline');
    insert into clusters (id, workspace_id, name) values ('cls', 'w', 'local')`);
  await client.end();
  await run(old, 'backup', '--data-dir', folder, '--file', inFolder('backup'), '--without-keys');
  expect(await restore()).toMatchObject({ code: 0 });
  expect(await query(empty, 'select id, workspace_id from clusters')).toEqual([
    { id: 'cls', workspace_id: 'w' },
  ]);
  const [upToDate, reference] = await Promise.all([connect(empty), connect(source)]);
  expect(await readMigrations(upToDate)).toEqual(await readMigrations(reference));
  await Promise.all([upToDate.end(), reference.end()]);
  await old.drop();
});

describe('nothing is restored', () => {
  const requireNothing = async () => {
    const client = await connect(empty);
    expect(await findTableWithRows(client).finally(() => client.end())).toBeNull();
  };

  test('from a file that is cut, at any point', async () => {
    await backup('--without-keys');
    const { size } = await stat(inFolder('backup'));
    for (const length of [size - 1, Math.floor(size / 2), 0]) {
      await truncate(inFolder('backup'), length);
      expect(await restore()).toMatchObject({ code: 1, stderr: expect.stringMatching(/backup/) });
      await requireNothing();
    }
  });

  test('from a file in which one byte is wrong', async () => {
    await backup(...encrypted());
    const bytes = await readFile(inFolder('backup'));
    bytes[bytes.length - 3000] = (bytes[bytes.length - 3000] ?? 0) ^ 1;
    await writeFile(inFolder('backup'), bytes);
    expect(await restore(...encrypted())).toMatchObject({ code: 1 });
    await requireNothing();
  });

  test('over an installation', async () => {
    await backup('--without-keys');
    await query(empty, `insert into workspaces (id, uid, name) values ('x', 'wsp_2', 'Other')`);
    expect(await restore()).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('table workspaces has rows'),
    });
  });

  test('over other keys', async () => {
    await backup(...encrypted());
    await writeFile(inFolder('seal.key'), 'another');
    const into = run(empty, 'restore', '--data-dir', folder, '--file', inFolder('backup'), ...encrypted());
    expect(await into).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('not the key of the backup'),
    });
  });

  test('from what is something else', async () => {
    await writeFile(inFolder('backup'), 'hello');
    expect(await restore()).toMatchObject({ code: 1 });
    await requireNothing();
  });
});

test('killed in the middle, it can be started again', async () => {
  await backup('--without-keys');
  const argv = [PROGRAM, 'restore', '--data-dir', inFolder('new'), '--file', '-'];
  const child = spawn(process.execPath, argv, {
    env: { ...process.env, DATABASE_URL: empty.url },
    stdio: 'pipe',
  });
  const bytes = await readFile(inFolder('backup'));
  child.stdin.write(bytes.subarray(0, bytes.length - 100));
  await expect
    .poll(
      () =>
        query(
          empty,
          `select 1 from pg_stat_activity where datname = current_database() and query like 'copy%'`,
        ),
      { timeout: 50_000 },
    )
    .toHaveLength(1);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await restore()).toMatchObject({ code: 0 });
  expect(await totalsOf(empty)).toEqual(await totalsOf(source));
});
