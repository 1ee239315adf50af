import { createGroup, createUser } from '@portolan/contract/users';
import { createKey } from '@portolan/contract/keys';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missingBrowser, startBrowser } from './chromium.ts';
import { openConsole, type ConsolePage } from './console-page.ts';
import { startConsoleSystem, type ConsoleSystem } from './console-system.ts';
import { measureFirstScreen } from './first-screen.ts';

const skipReason = missingBrowser('PORTOLAN_TEST_CONSOLE');
const PAGES_MS = 600_000;
/** Markup, a right-to-left override and quotes: what strangers call themselves. */
const HOSTILE = '<img src=x onerror=alert(1)>\u202Etxt.exe"\'';

describe.skipIf(skipReason !== null)(
  `pages of the console${skipReason === null ? '' : ` (skipped: ${skipReason})`}`,
  () => {
    let system: ConsoleSystem;
    let browser: Browser;

    beforeAll(async () => {
      [system, browser] = await Promise.all([startConsoleSystem(), startBrowser()]);
      const params = { workspace: 'default' };
      await system.client.call(createGroup, { params, body: { name: 'readers' } });
      for (const name of ['ada', 'grace', 'edsger']) {
        const body = {
          email: `${name}@example.com`,
          company: HOSTILE.replace('\u202E', ''),
          groups: ['readers'],
        };
        const user = await system.client.call(createUser, { params, body });
        await system.client.call(createKey, { params, body: { user: user.id, name: 'phone' } });
      }
    });
    afterAll(async () => {
      await browser?.close();
      await system?.close();
    });

    const open = (options: Partial<Parameters<typeof openConsole>[1]> = {}): Promise<ConsolePage> => {
      const { platform, adminEmail } = system.ready;
      return openConsole(browser, { platform, email: adminEmail, password: system.password, ...options });
    };

    test('the first screen takes at most 200 kB of JavaScript', async () => {
      const tab = await open();
      const { scriptKb, scripts } = await measureFirstScreen(tab.page, system.ready.platform, 3);
      // A workspace without an API offers the first steps, whose forms are loaded after the figures.
      expect(scriptKb).toBeGreaterThan(100);
      expect(scriptKb).toBeLessThanOrEqual(200);
      expect(scripts).toBeLessThan(20);
      await tab.context.close();
    });

    test('what strangers call themselves stays text', async () => {
      const tab = await open();
      await tab.open(`users?q=${encodeURIComponent('ada')}&cols=email,company`);
      await tab.page.getByRole('gridcell', { name: '<img src=x onerror=alert(1)>' }).waitFor();
      await tab.open(`users?q=${encodeURIComponent('<script>alert(1)</script>')}`);
      await tab.page.getByText('Nothing matches <script>alert(1)</script>').waitFor();
      expect(await tab.page.locator('img[src=x]').count()).toBe(0);
      expect(tab.faults).toEqual([]);
      await tab.context.close();
    });

    test('the browser holds the page to its policy: no markup from text, no script, no other origin, no frame', async () => {
      const tab = await open();
      await tab.open('users');
      const blocked = (code: string) =>
        tab.page.evaluate(
          `(async () => { try { ${code}; return 'done'; } catch (error) { return error.name; } })()`,
        );
      expect(await blocked("document.createElement('div').innerHTML = '<b>text</b>'")).toBe('TypeError');
      expect(await blocked("document.createElement('script').text = 'globalThis.injected = true'")).toBe(
        'TypeError',
      );
      expect(await blocked("await fetch('https://example.com/')")).toBe('TypeError');
      const framed = await tab.page.evaluate(`new Promise((resolve) => {
        const frame = document.createElement('iframe');
        frame.src = location.href;
        document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective));
        document.body.append(frame);
      })`);
      expect(framed).toBe('frame-src');
      const cookies = await tab.page.evaluate(
        'document.cookie + JSON.stringify({ ...localStorage, ...sessionStorage })',
      );
      expect(cookies).not.toMatch(/pt[a-z]_/);
      await tab.context.close();
    });

    test('a list is worked by the keyboard alone: filter, move, peek, mark, act, undo', async () => {
      const tab = await open();
      const { page } = tab;
      const { keyboard } = page;
      await tab.open('users');
      await page.getByRole('row').filter({ hasText: 'ada@' }).waitFor();
      await keyboard.press('/');
      await keyboard.type('grace');
      await page.getByRole('status').filter({ hasText: '1 of 3' }).waitFor();
      await keyboard.press('Escape');
      await keyboard.press('Escape');
      await page.getByRole('row').filter({ hasText: 'ada@' }).waitFor();
      await keyboard.press('j');
      await keyboard.press('Space');
      await page.getByRole('complementary').getByRole('tab').first().waitFor();
      expect(new URL(page.url()).searchParams.get('peek')).not.toBeNull();
      await keyboard.press('Escape');
      await keyboard.press('x');
      await keyboard.press('j');
      await keyboard.press('x');
      await page.getByRole('toolbar', { name: 'Marked rows' }).getByText('2 users marked').waitFor();
      await keyboard.press('Z');
      const dialog = page.locator('[data-layer]');
      await dialog.getByText('Disable 2 users').first().waitFor();
      await dialog.getByRole('button', { name: 'Disable', exact: true }).press('Enter');
      await dialog.waitFor({ state: 'detached' });
      await page.getByRole('grid').getByText('disabled').nth(1).waitFor();
      await keyboard.press('u');
      await dialog.getByRole('button', { name: 'Undo', exact: true }).press('Enter');
      await dialog.waitFor({ state: 'detached' });
      await page.getByRole('grid').getByText('disabled').first().waitFor({ state: 'detached' });
      expect(tab.faults).toEqual([]);
      await tab.context.close();
    });

    test('the palette finds places, objects and actions', async () => {
      const tab = await open();
      await tab.page.keyboard.press('Control+k');
      await tab.page.getByRole('combobox', { name: 'Search and commands' }).fill('edsger');
      await tab.page.getByRole('option').filter({ hasText: 'edsger@example.com' }).first().waitFor();
      await tab.page.keyboard.press('Enter');
      await tab.page.getByRole('heading', { level: 1, name: 'edsger@example.com' }).waitFor();
      await tab.context.close();
    });

    test('a session that ends while a form is open costs nothing that was typed', async () => {
      const tab = await open();
      const { page, context } = tab;
      await tab.open('groups');
      await page.getByRole('button', { name: 'New group' }).first().click();
      await page.locator('[data-layer]').getByLabel('Name').fill('kept');
      await context.clearCookies();
      await page.locator('[data-layer]').getByRole('button', { name: 'Create', exact: true }).click();
      await page.getByText('Your session has ended').waitFor();
      await page.getByLabel('Password').fill(system.password);
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await page.getByRole('grid').getByText('kept').waitFor();
      await context.close();
    });

    test(
      'eight tabs of one browser are live over one connection, which another takes over',
      async () => {
        const tab = await open();
        const { platform } = system.ready;
        const live = (page: Page) => page.getByRole('button', { name: 'Live updates: Live' }).waitFor();
        await tab.open('groups');
        const pages = [tab.page];
        // Browsers open six connections to an origin: a stream for each tab would leave none for the rest.
        for (let at = 0; at < 7; at += 1) {
          const page = await tab.context.newPage();
          await page.goto(`${platform}/w/default/groups`);
          await live(page);
          pages.push(page);
        }
        await Promise.all(pages.map(live));
        await tab.page.close();
        const params = { workspace: 'default' };
        await system.client.call(createGroup, { params, body: { name: 'late-comers' } });
        for (const page of pages.slice(1))
          await page.getByRole('grid').getByText('late-comers').waitFor({ timeout: 20_000 });
        await tab.context.close();
      },
      PAGES_MS,
    );

    test('production is marked, and writing to it is locked until it is unlocked', async () => {
      const tab = await open();
      const { page } = tab;
      await tab.open('settings');
      await page.getByLabel('This is production').check();
      await page.getByText('Production: default').waitFor();
      await tab.open('groups');
      const create = page.getByRole('button', { name: 'New group' }).first();
      expect(await create.isDisabled()).toBe(true);
      await page.getByRole('button', { name: 'Read-only' }).click();
      await expect.poll(() => create.isDisabled()).toBe(false);
      await tab.context.close();
    });
  },
);
