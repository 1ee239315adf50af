import { applyResources } from '@portolan/contract/resources';
import { createGroup, createUser } from '@portolan/contract/users';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missingBrowser, startBrowser } from './chromium.ts';
import { openConsole, type ConsolePage } from './console-page.ts';
import { startConsoleSystem, type ConsoleSystem } from './console-system.ts';

const skipReason = missingBrowser('PORTOLAN_TEST_CONSOLE');
const params = { workspace: 'default' };
const SCREENS = ['access-matrix', 'explain?user=ada@example.com&url=http://nowhere.example/', 'regions'];

const api = (pathPrefix: string) => ({
  apiVersion: 'hub.traefik.io/v1alpha1',
  kind: 'API',
  metadata: { name: 'hello', namespace: 'default' },
  spec: { pathPrefix, service: { name: 'hello', port: { number: 80 } } },
});

/** Screens that only a page has: matrix, picture of a call, map of regions, editor of manifests. */
describe.skipIf(skipReason !== null)(
  `screens that only a page has${skipReason === null ? '' : ` (skipped: ${skipReason})`}`,
  () => {
    let system: ConsoleSystem;
    let browser: Browser;
    let tab: ConsolePage;

    const openTab = (
      options: { colorScheme?: 'light' | 'dark'; viewport?: { width: number; height: number } } = {},
    ) => {
      const { platform, adminEmail } = system.ready;
      return openConsole(browser, { platform, email: adminEmail, password: system.password, ...options });
    };
    const dialog = () => tab.page.locator('[data-layer]');

    beforeAll(async () => {
      [system, browser] = await Promise.all([startConsoleSystem(), startBrowser()]);
      await system.client.call(createGroup, { params, body: { name: 'readers' } });
      const person = { email: 'ada@example.com', groups: ['readers'] };
      await system.client.call(createUser, { params, body: person });
      await system.client.call(applyResources, { params, body: { objects: [api('/first')] } });
      tab = await openTab();
      tab.page.setDefaultTimeout(20_000);
      // The first start of a clone builds the pages.
    }, 240_000);
    afterAll(async () => {
      await browser?.close();
      await system?.close();
    });

    test('access is granted in the matrix by keyboard, after its plan, and revoked again', async () => {
      await tab.open('access-matrix');
      const cell = tab.page.getByRole('gridcell', { name: /^readers .* hello/ });
      expect(await cell.getAttribute('aria-label')).toBe('readers cannot call hello.');
      for (const [label, isAfter] of [
        ['1 to grant, 0 to revoke', /^readers can call hello, through /],
        ['0 to grant, 1 to revoke', /^readers cannot call hello/],
      ] as const) {
        await cell.focus();
        await tab.page.keyboard.press('Space');
        await tab.page.getByRole('region', { name: 'Changes' }).getByText(label).waitFor();
        await tab.page.getByRole('button', { name: 'Review changes' }).click();
        await dialog().getByRole('button', { name: 'Apply', exact: true }).click();
        await dialog().waitFor({ state: 'detached' });
        await expect.poll(() => cell.getAttribute('aria-label'), { timeout: 20_000 }).toMatch(isAfter);
      }
    });

    test('the picture of a call says where it stops, and so does its text', async () => {
      await tab.open('explain');
      await tab.page.getByLabel('Caller').fill('ada@example.com');
      await tab.page.getByLabel('URL').fill('http://nowhere.example/');
      await tab.page.getByRole('button', { name: 'Explain', exact: true }).click();
      const way = tab.page.getByRole('list', { name: 'Way of the call' });
      await way.getByText('stops here').waitFor();
      expect(await way.innerText()).toMatch(
        /Edge\s+passed[\s\S]*Tunnel\s+passed[\s\S]*Gateway[\s\S]*stops here[\s\S]*Upstream\s+not reached/,
      );
      await tab.page.getByRole('tab', { name: 'Text' }).click();
      await tab.page.getByText('no route has host').first().waitFor();
    });

    test('the map shows each cluster with its tunnels, and brokers by region', async () => {
      await tab.open('regions');
      await tab.page.getByRole('region', { name: 'Clusters' }).getByText('3 of 3 tunnels').waitFor();
      for (const region of ['region-1', 'region-2', 'region-3'])
        await tab.page
          .getByRole('region', { name: `Region ${region}` })
          .getByText('1 tunnel')
          .waitFor();
    });

    test('a manifest is checked and completed as it is written', async () => {
      await tab.open('apis');
      await tab.page.getByRole('button', { name: 'New API', exact: true }).first().click();
      const editor = dialog().getByRole('textbox', { name: 'Manifests' });
      await editor.fill(
        'apiVersion: hub.traefik.io/v1alpha1\nkind: APIAccess\nmetadata:\n  name: crew\nspec:\n  groups: 7\n',
      );
      await dialog().getByText('1 problem').waitFor();
      await editor.fill(
        'apiVersion: hub.traefik.io/v1alpha1\nkind: APIAccess\nmetadata:\n  name: crew\nspec:\n  ',
      );
      await tab.page.keyboard.press('Control+End');
      await tab.page.keyboard.type('gro');
      await tab.page.getByRole('option', { name: /^groups/ }).waitFor();
      await tab.page.keyboard.press('Enter');
      await expect.poll(() => editor.innerText()).toContain('groups:');
      expect(await tab.findBarriers()).toEqual([]);
      await dialog().getByRole('button', { name: 'Cancel' }).click();
    });

    test('two people edit one object: nothing is lost, and what both changed is decided', async () => {
      await tab.open('apis');
      await tab.page.getByRole('grid').getByRole('row').filter({ hasText: 'hello' }).click();
      await tab.page.keyboard.press('e');
      const editor = dialog().getByRole('textbox', { name: 'Manifest' });
      const text = await editor.innerText();
      await editor.fill(text.replace('/first', '/mine'));
      await dialog().getByRole('button', { name: 'Review changes' }).click();
      await dialog().getByRole('region', { name: 'Difference' }).waitFor();
      await system.client.call(applyResources, { params, body: { objects: [api('/theirs')] } });
      await dialog().getByRole('button', { name: 'Apply', exact: true }).click();
      await dialog().getByText('changed by both').waitFor();
      expect(await tab.findBarriers()).toEqual([]);
      await dialog().getByRole('radio', { name: /Mine/ }).check();
      await dialog().getByRole('button', { name: 'Review changes' }).click();
      await dialog().getByRole('button', { name: 'Apply', exact: true }).click();
      await dialog().waitFor({ state: 'detached' });
    });

    test.each(['light', 'dark'] as const)(
      'axe finds nothing serious in %s, and narrow screens do not scroll sideways',
      async (colorScheme) => {
        const wide = await openTab({ colorScheme });
        for (const path of SCREENS) {
          await wide.open(path);
          await wide.page.waitForLoadState('networkidle').catch(() => undefined);
          expect(await wide.findBarriers()).toEqual([]);
        }
        expect(wide.faults).toEqual([]);
        await wide.context.close();
        const narrow = await openTab({ colorScheme, viewport: { width: 390, height: 844 } });
        for (const path of SCREENS) {
          await narrow.open(path);
          const overflow = await narrow.page.evaluate<number>(
            'document.querySelector("#page").scrollWidth - document.querySelector("#page").clientWidth',
          );
          expect([path, overflow]).toEqual([path, 0]);
        }
        await narrow.context.close();
      },
    );

    test('nothing went wrong in the browser', () => expect(tab.faults).toEqual([]));
  },
);
