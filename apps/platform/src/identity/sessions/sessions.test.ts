import { readFile } from 'node:fs/promises';
import { invite } from '@portolan/contract/members';
import { signIn, signOut, whoAmI } from '@portolan/contract/sessions';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ConcurrencyLimit } from '../../auth/concurrency-limit.ts';
import { acceptInvitation } from '../members/invitation-service.ts';
import { checkCredentials } from './credentials.ts';
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

const wrongPassword = (email: string) =>
  checkCredentials(portolan.platform, {
    email,
    password: 'wrong',
    remoteAddress: '198.51.100.7',
    origin: 'cli',
  });

test('a wrong password is in the audit, whatever door it was shown at', async () => {
  const { email, accountId } = await portolan.signInAs('viewer');
  await expect(wrongPassword(email)).rejects.toMatchObject({ code: 'wrong-credentials' });
  const { rows } = await portolan.platform.db.$client.query(
    `select after, origin, remote_address from audit_events where action = 'session.refuse' and target_id = '${accountId}'`,
  );
  expect(rows).toEqual([{ after: { reason: 'password' }, origin: 'cli', remote_address: '198.51.100.7' }]);
});

test('an invitation is no second door to guess at a password', async () => {
  const email = portolan.bootstrap.adminEmail;
  await portolan.createWorkspace('guessing');
  const { client } = await portolan.signInAs('owner', 'guessing');
  const invited = { params: { workspace: 'guessing' }, body: { email, role: 'viewer' } } as const;
  const { url } = await client.call(invite, invited);
  const attempt = (secret: string, remoteAddress: string) =>
    acceptInvitation(portolan.platform, {
      token: new URL(url!).searchParams.get('token')!,
      password: secret,
      remoteAddress,
      origin: 'cli',
    });
  let guesses = 0;
  const codes = new Set<string>();
  for (; guesses < 15; guesses += 1) {
    const error: unknown = await attempt('wrong password', '198.51.100.9').catch((cause: unknown) => cause);
    codes.add((error as { code: string }).code);
  }
  expect([...codes]).toEqual(['wrong-credentials', 'too-many-requests']);
});

test('strangers who guess do not lock out who has signed in from an address before', async () => {
  const email = portolan.bootstrap.adminEmail;
  const known = '203.0.113.5';
  const enter = (remoteAddress: string) =>
    checkCredentials(portolan.platform, { email, password, remoteAddress, origin: 'cli' });
  await enter(known);
  const { $client } = portolan.platform.db;
  // As many guesses from as many addresses would leave it.
  await $client.query(
    "insert into rate_limits (key, arrival) values ($1, now() + interval '1 day') on conflict (key) do update set arrival = excluded.arrival",
    [`sign-in:${email}`],
  );
  await expect(enter('203.0.113.77')).rejects.toMatchObject({ code: 'too-many-requests' });
  expect(await enter(known)).toMatchObject({ email });
  await $client.query('delete from rate_limits');
});

test('addresses of one IPv6 network count as one client', async () => {
  const guess = (host: number) =>
    checkCredentials(portolan.platform, {
      email: 'six@example.com',
      password: 'wrong',
      remoteAddress: `2001:db8:1:2::${host.toString(16)}`,
      origin: 'cli',
    }).catch((error: unknown) => (error as { code: string }).code);
  const codes: unknown[] = [];
  for (let host = 1; host <= 12; host += 1) codes.push(await guess(host));
  expect(codes.filter((code) => code === 'too-many-requests')).toHaveLength(2);
});

test('one client that asks for much does not keep others waiting', async () => {
  const limit = new ConcurrencyLimit({ atOnce: 1, perClient: 1, waitingPerClient: 5 });
  const order: string[] = [];
  const run = (client: string) =>
    limit
      .run(client, async () => void order.push(client))
      .catch((error: unknown) => (error as { code: string }).code);
  const flood = Array.from({ length: 20 }, () => run('flood'));
  await run('other');
  expect(order.indexOf('other')).toBeLessThan(3);
  expect((await Promise.all(flood)).filter((code) => code === 'too-many-requests')).toHaveLength(14);
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
