import { createUser } from '@portolan/contract/users';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestPlatform, type TestPlatform } from '../testing/platform.ts';
import { enterWorkspace } from './tenancy.ts';

let portolan: TestPlatform;
beforeAll(async () => {
  portolan = await startTestPlatform();
  await portolan.createWorkspace('other');
  await portolan.owner.call(createUser, {
    params: { workspace: 'default' },
    body: { email: 'ada@example.com' },
  });
});
afterAll(() => portolan.close());

const as = (workspace: string, statement: string) =>
  portolan.platform.db.transaction(async (tx) => {
    await enterWorkspace(tx, workspace);
    return (await tx.execute(sql.raw(statement))).rows;
  });

test('a query that forgot its workspace sees only the one entered', async () => {
  expect(await as('default', 'select email from users')).toEqual([{ email: 'ada@example.com' }]);
  expect(await as('other', 'select email from users')).toEqual([]);
  expect(await as('other', `update users set company = 'taken' returning id`)).toEqual([]);
  expect(await as('other', 'delete from users returning id')).toEqual([]);
  expect(await as('other', 'select action from audit_events')).toEqual([]);
});

test('a row of another workspace cannot be written', async () => {
  const insert = as(
    'other',
    `insert into users (id, workspace_id, email) values ('x', 'default', 'x@example.com')`,
  );
  await expect(insert).rejects.toMatchObject({ cause: { code: '42501' } });
});

test('every table with a workspace is behind the wall', async () => {
  const { rows } = await portolan.platform.db.$client.query<{ name: string; walled: boolean }>(
    `select c.relname as name, c.relrowsecurity and c.relforcerowsecurity as walled
     from pg_attribute a join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p')
     where a.attname = 'workspace_id' and c.relnamespace = 'public'::regnamespace`,
  );
  expect(rows.length).toBeGreaterThan(8);
  expect(rows.filter((row) => !row.walled)).toEqual([]);
});

test('tables without a workspace belong to the whole platform, or to one account or user', async () => {
  const { rows } = await portolan.platform.db.$client.query<{ name: string }>(
    `select c.relname as name from pg_class c
     where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace and not exists (
       select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'workspace_id') order by 1`,
  );
  expect(rows.map(({ name }) => name)).toEqual([
    'access_tokens',
    'accounts',
    'audit_chains',
    'brokers',
    // Numbers alone: whose they are is in metric_series.
    'metric_10m',
    'metric_1d',
    'metric_1h',
    'metric_1m',
    'oidc_payloads',
    'platform_secrets',
    'rate_limits',
    'recovery_codes',
    'reserved_hosts',
    'workspaces',
  ]);
});
