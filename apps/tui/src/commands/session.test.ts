import type { KeptToken } from '@portolan/contexts/credentials';
import { signIn } from '@portolan/contract/sessions';
import { createUser } from '@portolan/contract/users';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { airline } from '../testing/fixture-data.ts';
import { startFixturePlatform, type FixturePlatform } from '../testing/fixture-platform.ts';
import { openDriver, type Driver } from '../testing/screen-driver.ts';

let platform: FixturePlatform;
let ui: Driver;

beforeEach(async () => {
  platform = await startFixturePlatform(airline());
  platform.answer(signIn, () => ({
    token: 'renewed',
    expiresAt: '2027-01-01T00:00:00Z',
    account: platform.state.account,
  }));
});
afterEach(async () => {
  await ui.close();
  await platform.close();
});

const refuse = () =>
  platform.fail(createUser, { code: 'not-signed-in', message: 'This sign-in is not valid any more.' }, 401);

async function saveNewUser(): Promise<void> {
  await ui.press('g', 'u', 'n');
  await ui.type('new@example.com');
  await ui.press('ctrl-s');
}

test('a refused token asks to sign in over the form, which is there again afterwards with what was typed', async () => {
  ui = await openDriver(platform);
  refuse();
  await saveNewUser();
  await ui.see('Sign in again');
  platform.mend();
  await ui.type('secret');
  await ui.press('ctrl-s');
  await ui.see('Signed in again.');
  expect(ui.app.connection.gate.token).toBe('renewed');
  expect(ui.screen()).toContain('new@example.com');
  await ui.press('ctrl-s');
  await ui.see('Created user new@example.com');
});

test('by a code confirmed elsewhere it goes on by itself', async () => {
  const confirmed = Promise.withResolvers<KeptToken>();
  const kept: string[] = [];
  ui = await openDriver(platform, {
    gate: {
      beginSignIn: () =>
        Promise.resolve({
          userCode: 'ABCD-EFGH',
          uri: 'http://platform/oidc/device',
          completeUri: 'http://platform/oidc/device?user_code=ABCD-EFGH',
          minutes: 10,
          finish: () => confirmed.promise,
        }),
      keep: ({ token }) => Promise.resolve(kept.push(token)),
    },
  });
  refuse();
  await saveNewUser();
  await ui.see('ABCD-EFGH');
  await ui.see('http://platform/oidc/device');
  platform.mend();
  confirmed.resolve({ token: 'by-code', refresh: 'r', expiresAt: 0, client: 'portolan-terminal' });
  await ui.see('Signed in again.');
  expect(kept).toEqual(['by-code']);
  await ui.press('ctrl-s');
  await ui.see('Created user new@example.com');
});

test('a token that can be renewed is, and nobody is asked', async () => {
  const refused: string[] = [];
  ui = await openDriver(platform, {
    gate: {
      renew(token) {
        refused.push(token);
        platform.mend();
        return Promise.resolve('fresh');
      },
    },
  });
  refuse();
  await saveNewUser();
  await ui.see('Created user new@example.com');
  expect(refused).toEqual(['token']);
});
