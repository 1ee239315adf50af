/// <reference lib="dom" />
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createPasswordLink, setPassword } from '@portolan/contract/one-time-links';
import { listPortals } from '@portolan/contract/portals';
import { createUser } from '@portolan/contract/users';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { npmStart, type Running } from '../e2e/running.ts';
import { accessibilityFaults } from './accessibility.ts';

const run = promisify(execFile);
const example = fileURLToPath(new URL('../../../examples/transit', import.meta.url));
const cli = fileURLToPath(new URL('../../../apps/tui/bin/portolan.js', import.meta.url));
const PASSWORD = 'correct horse battery';
const EMAIL = 'ada@example.com';
const TICKETS = '/apis/tickets@transit';
/** Set it to a directory to look at every page, light and dark, wide and narrow. */
const SHOTS = process.env['PORTOLAN_SCREENSHOTS'];

/** Needs Chromium (PORTOLAN_CHROMIUM, or /usr/bin/chromium) and a whole system: runs by `npm run test:portal`. */
describe.runIf(process.env['PORTOLAN_TEST_PORTAL'])('the portal of the example of generation v3', () => {
  let directory: string;
  let system: Running;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let portal: string;
  let application: string;
  let key: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'portolan-plans-'));
    await cp(example, join(directory, 'manifests'), { recursive: true });
    system = await npmStart([
      '--resources',
      join(directory, 'manifests'),
      '--generation',
      'v3',
      '--data-dir',
      join(directory, 'data'),
    ]);
    const { client, ready } = system;
    const params = { workspace: ready.workspace };
    const user = await client.call(createUser, {
      params,
      body: { email: EMAIL, firstName: 'Ada', groups: ['partners'] },
    });
    const { url } = await client.call(createPasswordLink, { params: { ...params, user: user.id } });
    const token = /ptw_[\w-]+/.exec(url ?? '')?.[0] ?? '';
    await client.call(setPassword, { body: { token, password: PASSWORD } });
    portal = await vi.waitFor(async () => {
      const { items } = await client.call(listPortals, { params });
      const address = items[0]?.urls[0];
      if (address === undefined) throw new Error('the portal has no address yet');
      return address.replace(/\/$/, '');
    }, 20_000);
    browser = await chromium.launch({
      executablePath: process.env['PORTOLAN_CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox'],
    });
    context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    page = await context.newPage();
    await page.goto(`${portal}/login`);
    await page.fill('input[name=email]', EMAIL);
    await page.fill('input[name=password]', PASSWORD);
    await page.press('input[name=password]', 'Enter');
    await page.waitForSelector('.cards');
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    await system?.stop();
    await rm(directory, { recursive: true, force: true });
  }, 60_000);

  /** Calls an API as a program does, at the address that its page shows. */
  async function call(path: string, method = 'GET'): Promise<{ status: number; left: string | null }> {
    const address = (await page.textContent('.facts code.copyable'))?.replace('Copy', '') ?? '';
    const { stdout } = await run('curl', [
      '-sk',
      '-o',
      '/dev/null',
      '-X',
      method,
      '-w',
      '%{http_code} %header{x-quota-remaining}',
      '-H',
      `Authorization: Bearer ${key}`,
      `${address}${path}`,
    ]);
    const [status = '', left = ''] = stdout.split(' ');
    return { status: Number(status), left: left === '' ? null : left };
  }

  const text = async (selector: string): Promise<string> =>
    ((await page.textContent(selector)) ?? '').replaceAll(/\s+/g, ' ');

  test('an API is found, read, and subscribed to with an application made on the way', async () => {
    await page.fill('input[type=search]', 'one tick');
    await page.press('input[type=search]', 'Enter');
    await page.click('.operations a');
    expect(await page.textContent('h1')).toBe('One ticket');
    expect(await text('.try')).toContain('No application of yours may call this operation yet.');
    await page.click('.try a.button');
    await page.waitForURL(new RegExp(`${TICKETS}#plans$`));
    const trial = page.locator('.plan', { hasText: 'Trial' });
    expect(await trial.textContent()).toContain('5 requests per hour');
    await trial.locator('input[name=title]').fill('Journey planner');
    await trial.locator('button.primary').click();
    await page.waitForURL(/\/applications\/journey-planner-/);
    application = new URL(page.url()).pathname;
    expect(await text('table')).toContain('5 of 5 left');
  });

  test('a key is made, and what it uses is counted where the page shows it', async () => {
    await page.fill('#key-name', 'production');
    await page.click('button[value=create]');
    key = (await page.textContent('.secret')) ?? '';
    expect(key).toMatch(/^ptl_/);
    await page.goto(`${portal}${TICKETS}`);
    await vi.waitFor(async () => expect((await call('/day')).status).toBe(200), 10_000);
    await page.reload();
    expect(await text('.uses')).toContain('4 of 5 left');
    await page.goto(`${portal}${TICKETS}/operations/getTicket`);
    expect(await text('.try')).toContain('Sent as Journey planner');
    await page.click('form[data-try] button.primary');
    await page.waitForSelector('#result .status');
    expect(await text('#result .status')).toBe('200');
    expect(await text('#result .remaining')).toBe('3 left of the quota');
  });

  test('the quota is used up, a larger plan is asked for, approved on the command line, and work goes on', async () => {
    await page.goto(`${portal}${TICKETS}`);
    for (const left of ['2', '1', '0']) expect(await call('/day')).toEqual({ status: 200, left });
    expect((await call('/day')).status).toBe(429);
    await page.reload();
    expect(await text('.uses')).toContain('used up; more in');
    const partner = page.locator('.plan', { hasText: 'Partner' });
    await partner.locator('summary').click();
    await partner.locator('button.primary').click();
    await page.waitForURL(new RegExp(`${application}$`));
    expect(await text('table')).toContain('waits for approval');
    await page.goto(`${portal}${TICKETS}`);
    expect((await call('/day/orders', 'POST')).status).toBe(403);
    await approve();
    await vi.waitFor(async () => expect((await call('/day/orders', 'POST')).status).toBe(200), 10_000);
    await page.reload();
    expect(await text('.uses')).toContain('99,999 of 100,000 left');
  });

  /** Approves what waits, as an administrator does on the command line. */
  async function approve(): Promise<void> {
    const { platform, adminToken, workspace } = system.ready;
    const env = {
      ...process.env,
      PORTOLAN_PLATFORM: platform,
      PORTOLAN_TOKEN: adminToken,
      PORTOLAN_WORKSPACE: workspace,
    };
    const { stdout } = await run('node', [cli, 'get', 'subscriptions'], { env });
    const [waiting = ''] = stdout
      .split('\n')
      .filter((line) => /journey-planner.*pending|pending.*journey-planner/.test(line));
    const name =
      /journey-planner-[\da-f]{8}-tickets-[\da-f]{8}|journey-planner-tickets-[\da-f]{8}/.exec(waiting)?.[0] ??
      '';
    await run('node', [cli, 'subscription', 'approve', name], { env });
  }

  test('pages have no serious fault of accessibility, light and dark, wide and narrow', async () => {
    const paths = [
      '/',
      '/bundles/open-data',
      TICKETS,
      '/pages/getting-started',
      '/applications',
      application,
      `${TICKETS}/operations/orderTicket`,
      '/apis/departures@transit',
      '/apis/departures@transit/versions/departures-v2/changes?from=departures-v1',
    ];
    for (const [width, height] of [
      [1280, 900],
      [390, 844],
    ] as const)
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.setViewportSize({ width, height });
        await page.emulateMedia({ colorScheme });
        for (const [at, path] of paths.entries()) {
          const response = await page.goto(`${portal}${path}`);
          expect([path, response?.status()]).toEqual([path, 200]);
          expect([path, width, colorScheme, await accessibilityFaults(page)]).toEqual([
            path,
            width,
            colorScheme,
            [],
          ]);
          const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          expect([path, width, overflow <= 0]).toEqual([path, width, true]);
          if (SHOTS === undefined) continue;
          await mkdir(SHOTS, { recursive: true });
          await page.screenshot({ path: join(SHOTS, `${at}-${width}-${colorScheme}.png`), fullPage: true });
        }
      }
  }, 120_000);

  test('is read while the platform is away, and says that nothing can be changed', async () => {
    const { pid } = { pid: system.ready.pids.platform };
    process.kill(pid, 'SIGSTOP');
    try {
      await page.goto(`${portal}${application}`);
      expect(await text('table')).toContain('Partner');
      await page.fill('#key-name', 'second');
      await page.click('button[value=create]');
      await page.waitForSelector('.notice.bad', { timeout: 20_000 });
      expect(await text('.notice.bad')).toContain('The platform cannot be reached. Nothing was changed');
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  }, 40_000);
});
