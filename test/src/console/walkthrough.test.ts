import { listApis } from '@portolan/contract/resources';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call } from '../e2e/request.ts';
import { until } from '../e2e/until.ts';
import { missingBrowser, startBrowser } from './chromium.ts';
import { openConsole, type ConsolePage } from './console-page.ts';
import { startConsoleSystem, type ConsoleSystem } from './console-system.ts';

const skipReason = missingBrowser('PORTOLAN_TEST_CONSOLE');
const BOUND = { timeout: 20_000 };

/** From an empty workspace to a call that is let through, one that is refused, and back; by the console alone. */
describe.skipIf(skipReason !== null)(
  `the way to the first call${skipReason === null ? '' : ` (skipped: ${skipReason})`}`,
  () => {
    let system: ConsoleSystem;
    let browser: Browser;
    let tab: ConsolePage;
    let key = '';

    beforeAll(async () => {
      [system, browser] = await Promise.all([startConsoleSystem(), startBrowser()]);
      const { platform, adminEmail } = system.ready;
      tab = await openConsole(browser, { platform, email: adminEmail, password: system.password });
      tab.page.setDefaultTimeout(BOUND.timeout);
    });
    afterAll(async () => {
      await browser?.close();
      await system?.close();
    });

    const dialog = () => tab.page.locator('[data-layer]');
    const button = (name: string) => tab.page.getByRole('button', { name, exact: true }).first();
    /** Opens a list, its form, replaces its manifest and applies it after its plan. */
    async function applyManifest(list: string, title: string, text: string): Promise<void> {
      await tab.open(list);
      await button(title).click();
      await dialog().getByLabel('Manifests').fill(text);
      await dialog().getByRole('button', { name: 'Review changes' }).click();
      await dialog().getByRole('region', { name: 'Difference' }).waitFor();
      await tab.picture(`2-plan-${list}`);
      await dialog().getByRole('button', { name: 'Create', exact: true }).click();
      await dialog().waitFor({ state: 'detached' });
    }
    const rows = () => tab.page.getByRole('grid').getByRole('row');

    test('an API is created from a manifest, after its plan', async () => {
      await tab.open('');
      await tab.page.getByText('Nothing was changed').waitFor();
      await tab.picture('1-empty-workspace');
      await applyManifest(
        'apis',
        'New API',
        'apiVersion: hub.traefik.io/v1alpha1\nkind: API\nmetadata: { name: hello, namespace: default }\nspec:\n  pathPrefix: /hello\n  service: { name: hello, port: { number: 80 } }\n',
      );
      await rows().filter({ hasText: 'hello' }).waitFor();
    });

    test('a group and a user in it', async () => {
      await tab.open('groups');
      await button('New group').click();
      await dialog().getByLabel('Name').fill('readers');
      await dialog().getByRole('button', { name: 'Create', exact: true }).click();
      await rows().filter({ hasText: 'readers' }).waitFor();
      await tab.open('users');
      await button('New user').click();
      await dialog().getByLabel('E-mail').fill('ada@example.com');
      await dialog().getByRole('combobox', { name: 'Groups' }).fill('readers,');
      await tab.picture('3-user');
      await dialog().getByRole('button', { name: 'Create', exact: true }).click();
      await rows().filter({ hasText: 'ada@example.com' }).waitFor();
    });

    test('a key, shown once', async () => {
      await tab.open('keys');
      await button('New API key').click();
      await dialog().getByLabel('User').fill('ada@example.com');
      await dialog().getByLabel('Name').fill('phone');
      await dialog().getByRole('button', { name: 'Create', exact: true }).click();
      key = (await dialog().getByRole('region').innerText()).trim();
      expect(key).toMatch(/^ptl_/);
      await tab.picture('4-key');
      await dialog().getByRole('button', { name: 'I have stored it' }).click();
      await rows().filter({ hasText: 'phone' }).waitFor();
      expect(await tab.page.content()).not.toContain(key);
    });

    test('the API is granted to the group, and a gateway publishes it', async () => {
      await tab.open('apis');
      await rows().filter({ hasText: 'hello' }).click();
      await tab.page.keyboard.press('A');
      await dialog().getByRole('combobox', { name: 'Group' }).fill('readers');
      await dialog().getByRole('button', { name: 'Review changes' }).click();
      await tab.picture('5-grant');
      await dialog().getByRole('button', { name: 'Grant', exact: true }).click();
      await dialog().waitFor({ state: 'detached' });
      await tab.open('access');
      const access = (await rows().nth(1).getByRole('link').innerText()).trim();
      await applyManifest(
        'resources',
        'New objects from manifests',
        `apiVersion: hub.traefik.io/v1alpha1\nkind: APIGateway\nmetadata: { name: public }\nspec: { apiAccesses: [${access}] }\n`,
      );
    });

    async function edgeCall(headers: Record<string, string>) {
      const { items } = await system.client.call(listApis, { params: { workspace: 'default' }, query: {} });
      const url = new URL(items[0]?.urls[0] ?? 'http://missing.invalid');
      return call(system.ready.brokers[0]?.edge.http ?? '', url.hostname, '/hello', { headers });
    }

    test('a call with the key is let through, one without is refused', async () => {
      const accepted = await until('the call succeeds', 30_000, async () => {
        const answer = await edgeCall({ authorization: `Bearer ${key}` });
        return answer.status === 200 ? answer : null;
      });
      expect(accepted.body).toBe('hello\n');
      expect((await edgeCall({})).status).toBe(401);
    });

    test('a refused call is explained', async () => {
      const { items } = await system.client.call(listApis, { params: { workspace: 'default' }, query: {} });
      const url = encodeURIComponent(items[0]?.urls[0] ?? '');
      await tab.open(`explain?by=nobody&url=${url}`);
      await tab.page.getByText('This call would be refused with 401.').first().waitFor();
      await tab.picture('6-refused');
      await tab.open(`explain?user=ada%40example.com&url=${url}`);
      await tab.page.getByText('This call would be accepted.').first().waitFor();
      await tab.picture('7-accepted');
      await tab.open('');
      await tab.page
        .getByRole('list', { name: 'Overview' })
        .getByText('1', { exact: true })
        .first()
        .waitFor();
      await tab.picture('8-home');
    });

    test('the cluster is rolled back to the first revision from the history', async () => {
      await tab.open('changes');
      await rows().last().click();
      await tab.page.keyboard.press('Z');
      await dialog().getByRole('checkbox').check();
      await tab.picture('9-roll-back');
      await dialog().getByRole('button', { name: 'Roll back', exact: true }).click();
      await dialog().waitFor({ state: 'detached' });
      await until(
        'the call is refused again',
        30_000,
        async () => (await edgeCall({ authorization: `Bearer ${key}` })).status !== 200,
      );
    });

    test('nothing went wrong in the browser', () => expect(tab.faults).toEqual([]));
  },
);
