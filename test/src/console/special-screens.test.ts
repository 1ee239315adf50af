import { applyResources } from '@portolan/contract/resources';
import { createGroup, createUser } from '@portolan/contract/users';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missingBrowser, startBrowser } from './chromium.ts';
import { openConsole, type ConsolePage } from './console-page.ts';
import { startConsoleSystem, type ConsoleSystem } from './console-system.ts';

const skipReason = missingBrowser('PORTOLAN_TEST_CONSOLE');
const params = { workspace: 'default' };
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

    const openTab = () => {
      const { platform, adminEmail } = system.ready;
      return openConsole(browser, { platform, email: adminEmail, password: system.password });
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

    test('nothing went wrong in the browser', () => expect(tab.faults).toEqual([]));
  },
);
