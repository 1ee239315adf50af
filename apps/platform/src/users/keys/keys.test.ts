import { createHash } from 'node:crypto';
import { createKey, deleteKey, listKeys, updateKey } from '@portolan/contract/keys';
import { createUser } from '@portolan/contract/users';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isWellFormed } from '../../auth/secret-token.ts';
import { apiKeys } from './schema.ts';
import { startTestPlatform, type TestPlatform } from '../../testing/platform.ts';

const params = { workspace: 'default' };
let portolan: TestPlatform;
beforeAll(async () => {
  portolan = await startTestPlatform();
  await portolan.owner.call(createUser, { params, body: { email: 'ada@example.com' } });
});
afterAll(() => portolan.close());

const create = (name: string, expiresAt?: string) =>
  portolan.owner.call(createKey, {
    params,
    body: { user: 'ada@example.com', name, ...(expiresAt ? { expiresAt } : {}) },
  });

test('shows a key once and stores its SHAKE-256 alone', async () => {
  const { key, ...created } = await create('laptop');
  expect(isWellFormed(key, 'ptl')).toBe(true);
  expect(isWellFormed(`${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`, 'ptl')).toBe(false);
  const rows = await portolan.platform.db.select().from(apiKeys);
  expect(rows.map((row) => row.hash)).toContain(
    createHash('shake256', { outputLength: 64 }).update(key).digest('hex'),
  );
  const dump = await portolan.platform.db.$client.query(
    'select a::text from audit_events a union all select k::text from api_keys k union all select c::text from changes c',
  );
  expect(JSON.stringify(dump.rows)).not.toContain(key);
  const { items } = await portolan.owner.call(listKeys, { params, query: { filter: 'laptop' } });
  expect(items).toEqual([created]);
});

test('suspends, resumes and deletes', async () => {
  const { id } = await create('phone');
  const one = { params: { ...params, key: id } };
  expect(await portolan.owner.call(updateKey, { ...one, body: { state: 'suspended' } })).toMatchObject({
    state: 'suspended',
  });
  expect(await portolan.owner.call(updateKey, { ...one, body: { state: 'suspended' } })).toMatchObject({
    state: 'suspended',
  });
  expect(await portolan.owner.call(updateKey, { ...one, body: { state: 'active' } })).toMatchObject({
    state: 'active',
  });
  await portolan.owner.call(deleteKey, one);
  await expect(portolan.owner.call(deleteKey, one)).rejects.toMatchObject({ code: 'not-found' });
});

test('refuses a second key of a name and an expiry in the past', async () => {
  await create('same');
  await expect(create('same')).rejects.toMatchObject({ code: 'already-exists' });
  await expect(create('late', '2020-01-01T00:00:00Z')).rejects.toMatchObject({ code: 'invalid-request' });
});
