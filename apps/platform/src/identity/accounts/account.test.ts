import { readFile } from 'node:fs/promises';
import * as contract from '@portolan/contract/access-tokens';
import { signIn, whoAmI } from '@portolan/contract/sessions';
import { listUsers, createUser } from '@portolan/contract/users';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestPlatform, type TestPlatform } from '../../testing/platform.ts';

const params = { workspace: 'default' };
let portolan: TestPlatform;
let password: string;
beforeAll(async () => {
  portolan = await startTestPlatform();
  password = (await readFile(portolan.bootstrap.adminPasswordFile, 'utf8')).trim();
});
afterAll(() => portolan.close());

const soon = () => new Date(Date.now() + 60_000).toISOString();
const freshSession = async (secret = password) =>
  portolan.clientWith(
    (
      await portolan
        .clientWith(undefined)
        .call(signIn, { body: { email: portolan.bootstrap.adminEmail, password: secret } })
    ).token,
  );

test('a personal token does what its scopes say, and nothing once revoked', async () => {
  const body = { name: 'ci', scopes: ['users.read'] as const, expiresAt: soon() };
  const { token, ...created } = await portolan.owner.call(contract.createAccessToken, {
    body: { ...body, scopes: [...body.scopes] },
  });
  expect(token).toMatch(/^ptp_/);
  const ci = portolan.clientWith(token);
  expect((await ci.call(listUsers, { params, query: {} })).total).toBe(0);
  await expect(ci.call(createUser, { params, body: { email: 'x@example.com' } })).rejects.toMatchObject({
    code: 'not-allowed',
  });
  await expect(
    ci.call(contract.createAccessToken, { body: { name: 'more', expiresAt: soon() } }),
  ).rejects.toMatchObject({ code: 'not-allowed' });
  const { items } = await portolan.owner.call(contract.listAccessTokens, {});
  expect(items.find((item) => item.id === created.id)).toMatchObject({
    kind: 'personal',
    name: 'ci',
    scopes: ['users.read'],
    current: false,
  });
  await portolan.owner.call(contract.revokeAccessToken, { params: { token: created.id } });
  await expect(ci.call(whoAmI, {})).rejects.toMatchObject({ code: 'not-signed-in' });
});

test('nobody ends the session of someone else', async () => {
  const other = await portolan.signInAs('owner');
  const { items } = await portolan.owner.call(contract.listAccessTokens, {});
  const mine = items.find((item) => item.current);
  const attempt = other.client.call(contract.revokeAccessToken, { params: { token: mine?.id ?? '' } });
  await expect(attempt).rejects.toMatchObject({ code: 'not-found' });
});

test('a token that never expires is refused', async () => {
  const attempt = portolan.owner.call(contract.createAccessToken, {
    body: { name: 'eternal', expiresAt: '2999-01-01T00:00:00Z' },
  });
  await expect(attempt).rejects.toMatchObject({ code: 'invalid-request' });
});

test('a new password ends the other sessions', async () => {
  const [here, there] = [await freshSession(), await freshSession()];
  const change = (current: string) =>
    here.call(contract.changePassword, { body: { current, next: 'correct horse battery' } });
  await expect(change('wrong')).rejects.toMatchObject({ code: 'wrong-credentials' });
  await change(password);
  await here.call(whoAmI, {});
  await expect(there.call(whoAmI, {})).rejects.toMatchObject({ code: 'not-signed-in' });
  await expect(freshSession()).rejects.toMatchObject({ code: 'wrong-credentials' });
  await freshSession('correct horse battery');
});
