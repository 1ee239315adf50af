import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FormBrowser } from '@portolan/process/testing/form-browser';
import type { DesktopDriver } from './desktop-driver.ts';
import { openDriver } from './open-driver.ts';

const isAsked = process.env['PORTOLAN_TEST_DESKTOP'] !== undefined;
/** A first start builds the programs and creates a database; other tests may start a system at the same time. */
const START_MS = 240_000;
const app = join(import.meta.dirname, '../..');

/** What a person does in the app: real pages, preload script and main process, on a real system. */
describe.skipIf(!isAsked)('windows of the desktop app (npm run test:desktop)', () => {
  let driver: DesktopDriver;
  const shots = process.env['PORTOLAN_SCREENSHOTS'];
  const shot = async (page: Page, name: string) =>
    shots === undefined ? undefined : page.screenshot({ path: join(shots, `desktop-${name}.png`) });

  beforeAll(async () => {
    driver = await openDriver(app);
  });
  afterAll(() => driver?.close());

  test('a wrong address of a platform is explained at its field, by keyboard alone', async () => {
    const page = await driver.page(null);
    await page.getByLabel('Address').focus();
    await page.keyboard.type('not an address');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByRole('alert').textContent()).toContain('not the address of a platform');
    await shot(page, 'start');
  });

  test(
    'a local system starts with one click, and its window opens signed in and live',
    async () => {
      const start = await driver.page(null);
      await start.getByRole('button', { name: 'Start a local system' }).click();
      await start.getByRole('status').getByText('Running at').waitFor({ timeout: 120_000 });
      await shot(start, 'running');
      const page = await driver.page('local');
      await page.getByRole('status').getByText('Live').waitFor({ timeout: 30_000 });
      expect(await page.evaluate('JSON.stringify(window.localStorage)')).not.toContain('token');
      await page.keyboard.press('g');
      await page.keyboard.press('a');
      await page.getByRole('heading', { name: 'APIs' }).waitFor();
      await expect.poll(() => page.getByRole('row').count()).toBeGreaterThan(2);
      await shot(page, 'apis');
    },
    START_MS,
  );

  test('menus of the app act in the focused window', async () => {
    const page = await driver.page('local');
    await driver.focus('local');
    await driver.pressMenu('Go', 'Users');
    await page.getByRole('heading', { name: 'Users' }).waitFor();
    await driver.pressMenu('View', 'Command palette');
    await page.getByRole('combobox', { name: 'Search and commands' }).waitFor();
    await page.keyboard.press('Escape');
    await driver.pressMenu('Actions', 'New group');
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    await shot(page, 'action');
    await page.keyboard.press('Escape');
  });

  test('a deep link opens its page in the window of its context', async () => {
    const page = await driver.page('local');
    const platform = new URL(await platformOf(page)).origin;
    await driver.openLink(`portolan://open?platform=${platform}&path=/keys`);
    await page.getByRole('heading', { name: 'API keys' }).waitFor();
  });

  test('signing out and in again goes through the system browser', async () => {
    const page = await driver.page('local');
    const folder = join(driver.userData, 'local-system');
    const { adminEmail, adminPasswordFile } = JSON.parse(
      await readFile(join(folder, 'bootstrap.json'), 'utf8'),
    ) as { adminEmail: string; adminPasswordFile: string };
    const password = (await readFile(adminPasswordFile, 'utf8')).trim();
    driver.onOpenExternal(async (url) => {
      const browser = await new FormBrowser(new URL(url).origin).open(url);
      await browser.submit({ email: adminEmail, password, code: '' });
      await fetch(browser.url);
    });
    await page.getByRole('button', { name: /^Account/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    const button = page.getByRole('button', { name: 'Sign in with the browser' });
    await button.waitFor();
    await shot(page, 'sign-in');
    await button.click();
    await page.getByRole('status').getByText('Live').waitFor({ timeout: 30_000 });
  });

  test('without the platform the last data stays, with its date', async () => {
    const page = await driver.page('local');
    await page.keyboard.press('g');
    await page.keyboard.press('a');
    await expect.poll(() => page.getByRole('row').count()).toBeGreaterThan(2);
    const start = await driver.page(null);
    await start.getByRole('button', { name: 'Stop' }).click();
    await start.getByRole('button', { name: 'Start a local system' }).waitFor({ timeout: 60_000 });
    await page.reload();
    await page.getByText('This is the last data, stored').waitFor({ timeout: 30_000 });
    await expect.poll(() => page.getByRole('row').count()).toBeGreaterThan(2);
    await shot(page, 'offline');
  });

  test('no page violated its policy or failed', () => {
    expect(driver.problems).toEqual([]);
  });

  function platformOf(page: Page): Promise<string> {
    return page.evaluate('window.portolan.describeWindow().then(({ value }) => value.context.platform)');
  }
});
