import { readFile } from 'node:fs/promises';
import { signIn, signOut, whoAmI } from '@portolan/contract/sessions';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestPlatform, type TestPlatform } from '../../testing/platform.ts';

let portolan: TestPlatform;
let password: string;
beforeAll(async () => {
  portolan = await startTestPlatform();
  password = (await readFile(portolan.bootstrap.adminPasswordFile, 'utf8')).trim();
});
afterAll(() => portolan.close());

test('signs in with e-mail in any case and password, and out again', async () => {
  const anonymous = portolan.clientWith(undefined);
  const session = await anonymous.call(signIn, { body: { email: 'ADMIN@portolan.localhost', password } });
  expect(session.account.workspaces).toEqual([{ workspace: 'default', name: 'Default', role: 'owner' }]);
  const client = portolan.clientWith(session.token);
  expect(await client.call(whoAmI, {})).toEqual(session.account);
  await client.call(signOut, {});
  await expect(client.call(whoAmI, {})).rejects.toMatchObject({ code: 'not-signed-in', status: 401 });
});

test('answers a wrong password and an unknown e-mail alike', async () => {
  const anonymous = portolan.clientWith(undefined);
  const answers = await Promise.all(
    ['admin@portolan.localhost', 'nobody@example.com'].map((email) =>
      anonymous.call(signIn, { body: { email, password: 'wrong' } }).catch((error: unknown) => error),
    ),
  );
  expect(answers[0]).toMatchObject({ code: 'wrong-credentials', status: 401 });
  expect({ ...(answers[1] as object) }).toEqual({ ...(answers[0] as object) });
});

test('slows guessing down and says for how long', async () => {
  const guess = () =>
    fetch(`${portolan.url}/api/v1/sessions`, {
      method: 'POST',
      body: JSON.stringify({ email: 'guessed@example.com', password: 'wrong' }),
    });
  const statuses: number[] = [];
  let last = await guess();
  for (; last.status === 401 && statuses.length < 30; last = await guess()) statuses.push(last.status);
  expect(statuses).toHaveLength(10);
  expect(last.status).toBe(429);
  expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
});

test('keeps no token and no password in the database', async () => {
  const rows = await portolan.platform.db.$client.query(
    'select t::text as row from access_tokens t union all select a::text from accounts a',
  );
  const dump = JSON.stringify(rows.rows);
  expect(dump).toContain('$argon2id$');
  expect(dump).not.toContain(password);
  expect(dump).not.toContain(portolan.bootstrap.adminToken);
});
