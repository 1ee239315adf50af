/// <reference lib="dom" />
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createPasswordLink, setPassword } from '@portolan/contract/one-time-links';
import { listPortals, previewPortal } from '@portolan/contract/portals';
import { createUser } from '@portolan/contract/users';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { npmStart, type Running } from '../e2e/running.ts';
import { writeAirline } from './airline.ts';
import { accessibilityFaults } from './accessibility.ts';
import { tabTo } from './keyboard.ts';

const run = promisify(execFile);
const PASSWORD = 'correct horse battery';
const EMAIL = 'ada@example.com';
const API = '/apis/flights@air';

/** Needs Chromium (PORTOLAN_CHROMIUM, or /usr/bin/chromium) and a whole system: runs by `npm run test:portal`. */
describe.runIf(process.env['PORTOLAN_TEST_PORTAL'])('a portal in a browser', () => {
  let directory: string;
  let service: Server;
  let system: Running;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let portal: string;
  const foreign: string[] = [];
  const violations: string[] = [];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'portolan-portal-'));
    service = await writeAirline(join(directory, 'manifests'));
    system = await npmStart([
      '--resources',
      join(directory, 'manifests'),
      '--data-dir',
      join(directory, 'data'),
    ]);
    const { client, ready } = system;
    const params = { workspace: ready.workspace };
    const user = await client.call(createUser, {
      params,
      body: { email: EMAIL, firstName: 'Ada', groups: ['crew'] },
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
    page.on('request', (request) => {
      const { origin } = new URL(request.url());
      if (origin !== portal && origin !== ready.platform) foreign.push(request.url());
    });
    page.on('console', (message) => {
      if (/Content Security Policy|Trusted/.test(message.text())) violations.push(message.text());
    });
    page.on('dialog', (dialog) => {
      violations.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    await system?.stop();
    service?.close();
    await rm(directory, { recursive: true, force: true });
  }, 60_000);

  const faults = (of: Page = page): Promise<string[]> => accessibilityFaults(of);

  test('is signed in to, searched, read, tried and given a key by keyboard', async () => {
    await page.goto(portal);
    expect(await faults()).toEqual([]);
    await tabTo(page, 'a.button.primary');
    await page.keyboard.press('Enter');
    await page.waitForSelector('input[name=email]');
    await page.keyboard.type(EMAIL);
    await tabTo(page, 'input[name=password]');
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.cards');
    expect(await faults()).toEqual([]);

    await page.keyboard.press('/');
    await page.keyboard.type('one fl');
    await page.waitForSelector('.hits li');
    expect(await faults()).toEqual([]);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(/operations\/getFlight$/);
    expect(await page.textContent('h1')).toBe('Get one flight');
    expect(await faults()).toEqual([]);

    await tabTo(page, 'form[data-try] input');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#result .status');
    expect(await page.textContent('#result .status')).toBe('200');
    expect(await page.textContent('#result pre')).toContain('<script>alert(1)</script>');
    expect(await faults()).toEqual([]);

    await page.keyboard.press('Home');
    await tabTo(page, 'a[href="/settings"]');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#key-name');
    await tabTo(page, '#key-name');
    await page.keyboard.type('phone');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.secret');
    expect(await faults()).toEqual([]);
  });

  test('gives keys and code that work, until the key is deleted', async () => {
    const key = (await page.textContent('.secret')) ?? '';
    const reader = await context.newPage();
    await reader.goto(`${portal}${API}/operations/getFlight`);
    const code = (await reader.textContent('details[name=sample] code')) ?? '';
    await reader.close();
    expect(code).not.toContain(key);
    const call = async () => {
      const program = `${code} -s -o /dev/null -w '%{http_code}'`;
      return (await run('sh', ['-c', program], { env: { ...process.env, API_TOKEN: key } })).stdout;
    };
    await vi.waitFor(async () => expect(await call()).toBe('200'), 10_000);
    await tabTo(page, 'summary[aria-label="Delete phone"]');
    await page.keyboard.press('Enter');
    await tabTo(page, 'button.danger');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.keys .empty');
    await vi.waitFor(async () => expect(await call()).toBe('401'), 10_000);
  });

  test('runs and loads nothing that a document names', async () => {
    for (const path of [
      API,
      `${API}/operations/listFlights`,
      `${API}/schemas/Flight`,
      '/search?q=%3Cscript%3E',
      '/nothing',
    ]) {
      await page.goto(`${portal}${path}`);
      expect([path, await faults()]).toEqual([path, []]);
      expect(await page.evaluate(() => document.querySelectorAll('*').length)).toBeLessThan(5000);
    }
    expect([foreign, violations]).toEqual([[], []]);
  });

  test('is read and tried without script', async () => {
    const bare = await browser.newContext({
      javaScriptEnabled: false,
      storageState: await context.storageState(),
    });
    const reader = await bare.newPage();
    await reader.goto(`${portal}${API}/operations/getFlight`);
    expect(await reader.textContent('h1')).toBe('Get one flight');
    await reader.click('form[data-try] button');
    expect(await reader.textContent('#result .status')).toBe('200');
    await reader.goto(`${portal}/search?q=list`);
    expect(await reader.textContent('.operations')).toContain('List flights');
    await bare.close();
  });

  test('goes on while the platform is away', async () => {
    const { pid } = { pid: system.ready.pids.platform };
    process.kill(pid, 'SIGSTOP');
    try {
      await page.goto(`${portal}${API}/operations/getFlight`);
      await page.click('form[data-try] button');
      await page.waitForSelector('#result .status');
      await page.goto(`${portal}/settings`);
      expect(await page.textContent('.keys')).toContain('The platform cannot be reached');
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  });

  test('is seen by an administrator as a user, for looking only', async () => {
    const params = { workspace: system.ready.workspace, portal: 'air' };
    const { url } = await system.client.call(previewPortal, { params, body: { user: EMAIL } });
    const other = await browser.newContext();
    const reader = await other.newPage();
    await reader.goto(url);
    expect(await reader.textContent('.banner')).toContain(EMAIL);
    expect(await reader.textContent('.cards')).toContain('Flights');
    expect(await faults(reader)).toEqual([]);
    await reader.goto(`${portal}/settings`);
    expect(await reader.locator('.new-key').count()).toBe(0);
    await other.close();
  });

  test('is signed out of', async () => {
    await page.goto(portal);
    await page.click('.account button');
    await page.waitForSelector('.stranger');
    expect((await page.goto(`${portal}${API}`))?.status()).toBe(401);
  });
});
