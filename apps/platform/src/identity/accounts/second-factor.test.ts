import { readFile } from 'node:fs/promises';
import * as contract from '@portolan/contract/second-factor';
import { signIn } from '@portolan/contract/sessions';
import { TOTP } from 'otpauth';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestPlatform, type TestPlatform } from '../../testing/platform.ts';

let portolan: TestPlatform;
let password: string;
let authenticator: TOTP;
let recoveryCodes: string[];
beforeAll(async () => {
  portolan = await startTestPlatform();
  password = (await readFile(portolan.bootstrap.adminPasswordFile, 'utf8')).trim();
});
afterAll(() => portolan.close());

const enter = (code?: string) =>
  portolan
    .clientWith(undefined)
    .call(signIn, { body: { email: portolan.bootstrap.adminEmail, password, ...(code ? { code } : {}) } });
/** Codes of neighbouring steps are valid too: each test uses one of its own. */
const codeAt = (steps: number) => authenticator.generate({ timestamp: Date.now() + steps * 30_000 });

test('counts only once a code confirmed it', async () => {
  const wrong = portolan.owner.call(contract.beginSecondFactor, { body: { password: 'wrong' } });
  await expect(wrong).rejects.toMatchObject({ code: 'wrong-credentials' });
  const { secret, uri } = await portolan.owner.call(contract.beginSecondFactor, { body: { password } });
  expect(uri).toContain(`secret=${secret}`);
  authenticator = new TOTP({ secret });
  await enter();
  const refused = portolan.owner.call(contract.confirmSecondFactor, { body: { code: '000000' } });
  await expect(refused).rejects.toMatchObject({ code: 'wrong-credentials' });
  ({ recoveryCodes } = await portolan.owner.call(contract.confirmSecondFactor, {
    body: { code: codeAt(-1) },
  }));
  expect(recoveryCodes).toHaveLength(10);
  await expect(enter()).rejects.toMatchObject({ code: 'second-factor-required', status: 401 });
});

test('a code works once', async () => {
  const code = codeAt(0);
  await enter(code);
  await expect(enter(code)).rejects.toMatchObject({ code: 'wrong-credentials' });
});

test('a recovery code works once', async () => {
  const [code] = recoveryCodes;
  await enter(code!.toUpperCase());
  await expect(enter(code)).rejects.toMatchObject({ code: 'wrong-credentials' });
});

test('is replaced only by who has it: a session and the password are not enough', async () => {
  const begin = (code?: string) =>
    portolan.owner.call(contract.beginSecondFactor, { body: { password, ...(code ? { code } : {}) } });
  await expect(begin()).rejects.toMatchObject({ code: 'second-factor-required' });
  await expect(begin('000000')).rejects.toMatchObject({ code: 'wrong-credentials' });
  await begin(recoveryCodes[2]);
  const { rows } = await portolan.platform.db.$client.query(
    "select after from audit_events where action = 'session.refuse'",
  );
  expect(rows.map((row: { after: unknown }) => row.after)).toContainEqual({ reason: 'second factor' });
});

test('the database tells neither seed nor codes', async () => {
  const { rows } = await portolan.platform.db.$client.query(
    'select a::text from accounts a union all select r::text from recovery_codes r union all select e::text from audit_events e',
  );
  const dump = JSON.stringify(rows);
  for (const secret of [authenticator.secret.base32, ...recoveryCodes]) expect(dump).not.toContain(secret);
});

test('is removed with password and code', async () => {
  const remove = (code: string) =>
    portolan.owner.call(contract.removeSecondFactor, { body: { password, code } });
  await expect(remove('123456')).rejects.toMatchObject({ code: 'wrong-credentials' });
  await remove(recoveryCodes[1]!);
  await enter();
});
