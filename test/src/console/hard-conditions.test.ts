import { createHmac } from 'node:crypto';
import { beginSecondFactor, confirmSecondFactor } from '@portolan/contract/second-factor';
import { getUser, updateUser, createUser } from '@portolan/contract/users';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missingBrowser, startBrowser } from './chromium.ts';
import { openConsole, type ConsolePage } from './console-page.ts';
import { startConsoleSystem, type ConsoleSystem } from './console-system.ts';

const skipReason = missingBrowser('PORTOLAN_TEST_CONSOLE');
const PARAMS = { workspace: 'default' };
const BOUND = 20_000;
/** A megabyte with markup and marks that reverse what follows. */
const LONG = `<b>${'x'.repeat(1_000_000)}</b>\u202E`;

describe.skipIf(skipReason !== null)(
  `the console when things go wrong${skipReason === null ? '' : ` (skipped: ${skipReason})`}`,
  () => {
    let system: ConsoleSystem;
    let browser: Browser;

    beforeAll(async () => {
      [system, browser] = await Promise.all([startConsoleSystem(), startBrowser()]);
      for (const name of ['ada', 'grace', 'edsger'])
        await system.client.call(createUser, { params: PARAMS, body: { email: `${name}@example.com` } });
    });
    afterAll(async () => {
      await browser?.close();
      await system?.close();
    });

    const open = async (): Promise<ConsolePage> => {
      const { platform, adminEmail } = system.ready;
      const tab = await openConsole(browser, { platform, email: adminEmail, password: system.password });
      tab.page.setDefaultTimeout(BOUND);
      return tab;
    };
    const userOf = (email: string) => system.client.call(getUser, { params: { ...PARAMS, user: email } });
    const dialog = (tab: ConsolePage) => tab.page.locator('[data-layer]');
    /** Opens the form of a user and types into two of its fields. */
    async function edit(tab: ConsolePage, email: string): Promise<void> {
      await tab.open(`users/${email}`);
      await tab.page.getByRole('button', { name: 'Actions' }).click();
      await tab.page.getByRole('menuitem', { name: 'Edit a user' }).click();
      await dialog(tab).getByLabel('First name').fill('Mine');
      await dialog(tab).getByLabel('Company').fill('My company');
    }
    const save = (tab: ConsolePage) => dialog(tab).getByRole('button', { name: 'Save', exact: true }).click();

    test('what two people make of one user is merged field by field', async () => {
      const tab = await open();
      await edit(tab, 'ada@example.com');
      const body = { company: 'Their company', lastName: 'Lovelace' };
      await system.client.call(updateUser, { params: { ...PARAMS, user: 'ada@example.com' }, body });
      await save(tab);
      await tab.page.getByText('was changed by someone else meanwhile').waitFor();
      await dialog(tab)
        .getByRole('group', { name: /company/ })
        .getByLabel('Mine')
        .check();
      await save(tab);
      await dialog(tab).waitFor({ state: 'detached' });
      expect(await userOf('ada@example.com')).toMatchObject({
        firstName: 'Mine',
        lastName: 'Lovelace',
        company: 'My company',
      });
      await tab.context.close();
    });

    test('a session that ends in the middle of an edit, which someone else made too, loses nothing', async () => {
      const tab = await open();
      await edit(tab, 'grace@example.com');
      await system.client.call(updateUser, {
        params: { ...PARAMS, user: 'grace@example.com' },
        body: { lastName: 'Hopper' },
      });
      await tab.context.clearCookies();
      await save(tab);
      await tab.page.getByText('Your session has ended').waitFor();
      await tab.page.getByLabel('Password').fill(system.password);
      await tab.page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await tab.page.getByText('was changed by someone else meanwhile').waitFor();
      await save(tab);
      await dialog(tab).waitFor({ state: 'detached' });
      expect(await userOf('grace@example.com')).toMatchObject({
        firstName: 'Mine',
        lastName: 'Hopper',
        company: 'My company',
      });
      await tab.context.close();
    });

    test('a slow platform shows the shape of the page; a lost one is said, and everything goes on once it is back', async () => {
      const tab = await open();
      const { page } = tab;
      await page.route('**/api/v1/workspaces/default/users?*', async (route) => {
        await new Promise((resolve) => setTimeout(resolve, 1_500));
        await route.continue();
      });
      await page.goto(`${system.ready.platform}/w/default/users`);
      await page.getByRole('status', { name: 'Loading' }).waitFor();
      await page.getByRole('gridcell', { name: 'ada@example.com', exact: true }).waitFor();
      await page.unrouteAll({ behavior: 'wait' });
      await page.route('**/api/v1/workspaces/default/**', (route) => route.abort());
      await page.goto(`${system.ready.platform}/w/default/groups`);
      await page.getByText('does not answer').first().waitFor();
      await page.getByText('This page is as of').waitFor();
      await page.unrouteAll({ behavior: 'wait' });
      await page.getByText('No groups yet').waitFor();
      await page.getByRole('button', { name: 'Live updates: Live' }).waitFor();
      await tab.context.close();
    });

    test('a page that is older than its platform says so, and works where it can', async () => {
      const tab = await open();
      const { page } = tab;
      await tab.open('groups');
      // The files of the newer version have other names; those of this one are gone.
      await page.route('**/assets/*', (route) => route.fulfill({ status: 404 }));
      await page.keyboard.press('Control+k');
      await page.getByText('another version of this page').waitFor();
      await page.getByRole('button', { name: 'Reload' }).first().waitFor();
      await page.getByRole('navigation', { name: 'Workspace' }).waitFor();
      await page.unrouteAll({ behavior: 'wait' });
      await page.getByRole('button', { name: 'Reload' }).first().click();
      await page.getByRole('heading', { name: 'Groups' }).waitFor();
      await tab.context.close();
    });

    test('a response of another version is explained and takes nothing else with it', async () => {
      const tab = await open();
      const { page } = tab;
      await page.route('**/api/v1/workspaces/default/users?*', (route) =>
        route.fulfill({ json: { items: [{ id: 7, future: true }], total: 1, matched: 1, next: null } }),
      );
      await page.goto(`${system.ready.platform}/w/default/users`);
      await page.getByText('does not match this version').waitFor();
      await page.getByRole('link', { name: 'Groups' }).click();
      await page.getByText('No groups yet').waitFor();
      await tab.context.close();
    });

    test.each([-3, 3])('a clock that is %i days off shows no time that cannot be', async (days) => {
      const tab = await open();
      const { page } = tab;
      await page.clock.install({ time: Date.now() + days * 86_400_000 });
      await tab.open('clusters');
      const cells = await page.getByRole('grid').getByRole('gridcell').allTextContents();
      expect(cells.filter((text) => /^-|NaN|Invalid/.test(text))).toEqual([]);
      await tab.open('audit');
      await page.getByRole('grid').waitFor();
      await page.getByText(/events are as recorded/).waitFor();
      expect(tab.faults).toEqual([]);
      await tab.context.close();
    });

    test('log lines and problems of strangers are inert, however long', async () => {
      const tab = await open();
      const { page } = tab;
      const hostile = '<img src=x onerror=alert(1)>';
      const entry = {
        id: 'log_1',
        clusterId: 'cl_1',
        cluster: hostile,
        time: new Date().toISOString(),
        level: 'error',
        event: 'gateway.fault',
        message: `${hostile}\u202E ${LONG}`,
        fields: { path: hostile, [hostile]: LONG },
      };
      await page.route('**/api/v1/workspaces/default/logs?*', (route) =>
        route.fulfill({ json: { items: [entry], total: 1, matched: 1, next: null } }),
      );
      await tab.open('logs');
      await page.getByRole('log').getByRole('button').first().click();
      await page.getByRole('log').getByText(hostile).first().waitFor();
      expect(await page.locator('img[src=x]').count()).toBe(0);
      expect(await page.getByRole('log').textContent()).not.toContain('\u202E');
      const problem = {
        id: 'prb_1',
        clusterId: 'cl_1',
        cluster: hostile,
        severity: 'error',
        code: 'invalid',
        file: `${hostile}.yaml`,
        line: 3,
        kind: 'API',
        namespace: 'default',
        name: hostile,
        field: LONG,
        message: LONG,
        fix: hostile,
        since: new Date().toISOString(),
      };
      await page.route('**/api/v1/workspaces/default/problems?*', (route) =>
        route.fulfill({ json: { items: [problem], total: 1, matched: 1, next: null } }),
      );
      await tab.open('problems');
      await page.getByText(`${hostile}.yaml:3`).waitFor();
      expect(await page.locator('img[src=x]').count()).toBe(0);
      expect(Number(await page.evaluate('document.documentElement.scrollWidth'))).toBeLessThanOrEqual(1280);
      expect(tab.faults).toEqual([]);
      await tab.context.close();
    });

    test('a second factor is asked for at sign-in, which the keyboard alone completes', async () => {
      const { platform, adminEmail } = system.ready;
      const { password, client } = system;
      const { secret } = await client.call(beginSecondFactor, { body: { password } });
      const { recoveryCodes } = await client.call(confirmSecondFactor, { body: { code: codeOf(secret) } });
      const context = await browser.newContext();
      const page = await context.newPage();
      page.setDefaultTimeout(BOUND);
      await page.goto(`${platform}/sign-in`);
      await page.getByLabel('E-mail').waitFor();
      // The first field has the focus.
      await page.keyboard.type(adminEmail);
      await page.keyboard.press('Tab');
      await page.keyboard.type(password);
      await page.keyboard.press('Enter');
      await page.getByLabel('Code').waitFor();
      await page.keyboard.type('000000');
      await page.keyboard.press('Enter');
      await page.getByText(/wrong|not right|does not match|incorrect/i).waitFor();
      await page.getByLabel('Code').focus();
      await page.keyboard.press('Control+a');
      await page.keyboard.type(recoveryCodes[0] ?? '');
      await page.keyboard.press('Enter');
      await page.getByRole('navigation', { name: 'Workspace' }).waitFor();
      await context.close();
    });
  },
);

/** Returns the code of now for a secret in base 32 (RFC 6238: 30 s, SHA-1, six digits). */
function codeOf(secret: string): string {
  const bits = secret
    .replaceAll('=', '')
    .split('')
    .map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
    .join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const digest = createHmac('sha1', key).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 15;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
