import { readFile } from 'node:fs/promises';
import { beginSecondFactor } from '@portolan/contract/second-factor';
import { useProvider } from '@portolan/contract/providers';
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accounts } from '../identity/accounts/schema.ts';
import { identityProviders } from '../providers/schema.ts';
import { startTestPlatform, type TestPlatform } from '../testing/platform.ts';
import { forgetOldKeys, rotateKeys } from './rotate.ts';

let portolan: TestPlatform;
let pool: Pool;
beforeAll(async () => {
  portolan = await startTestPlatform();
  pool = new Pool({ connectionString: portolan.databaseUrl, max: 1, options: '-c portolan.workspace=*' });
  const password = (await readFile(portolan.bootstrap.adminPasswordFile, 'utf8')).trim();
  await portolan.owner.call(beginSecondFactor, { body: { password } });
  const settings = {
    kind: 'okta' as const,
    orgUrl: 'http://127.0.0.1:1',
    issuerUrl: 'http://127.0.0.1:1',
    token: 'planted secret',
  };
  await portolan.owner.call(useProvider, { params: { workspace: 'default' }, body: { settings } });
});
afterAll(async () => {
  await pool.end();
  await portolan.close();
});

const sealed = async (): Promise<string[]> => {
  const { db } = portolan.platform;
  const provider = (await db.select().from(identityProviders)).find((row) => row.active);
  const [account] = await db.select().from(accounts);
  return [provider!.sealedSecret!, account!.totpPending!];
};
const versions = async () => (await sealed()).map((text) => text.split('.')[0]);
const open = async () => {
  const [text] = await sealed();
  return portolan.platform.sealer.open(text!, 'provider:default:okta:127.0.0.1:1');
};

test('every secret moves to a new key while the platform runs, and the old key can go', async () => {
  const { sealKeyFile } = portolan.platform.config;
  expect(await versions()).toEqual(['v1', 'v1']);
  expect(await rotateKeys(pool, sealKeyFile)).toEqual({ version: 'v2', rewrapped: 2 });
  expect(await versions()).toEqual(['v2', 'v2']);
  expect(await open()).toBe('planted secret');
  expect(await forgetOldKeys(pool, sealKeyFile)).toEqual({ version: 'v2', rewrapped: 0 });
  expect(await readFile(sealKeyFile, 'utf8')).toMatch(/^v2:\S+\n$/);
  expect(await open()).toBe('planted secret');
});

test('a sealed text opens in its own place alone, and not when a byte of it changed', async () => {
  const { sealer } = portolan.platform;
  const text = sealer.seal('secret', 'here');
  expect(sealer.open(text, 'here')).toBe('secret');
  expect(() => sealer.open(text, 'there')).toThrow(/authenticate/);
  const changed = `${text.slice(0, -2)}${text.endsWith('AA') ? 'BB' : 'AA'}`;
  expect(() => sealer.open(changed, 'here')).toThrow(/authenticate/);
});

test('no planted secret is in the database', async () => {
  const { rows: tables } = await pool.query<{ name: string }>(
    `select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public'`,
  );
  expect(tables.length).toBeGreaterThan(15);
  for (const { name } of tables) {
    const { rows } = await pool.query(`select t::text from ${name} t`);
    expect(`${name} ${JSON.stringify(rows)}`).not.toContain('planted secret');
    expect(`${name} ${JSON.stringify(rows)}`).not.toContain(portolan.bootstrap.adminToken);
    expect(`${name} ${JSON.stringify(rows)}`).not.toContain(portolan.bootstrap.agentToken);
  }
});
