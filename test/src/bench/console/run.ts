import { createUser } from '@portolan/contract/users';
import type { Page } from 'playwright-core';
import { openConsole } from '../../console/console-page.ts';
import { startBrowser } from '../../console/chromium.ts';
import { startConsoleSystem, type ConsoleSystem } from '../../console/console-system.ts';
import type { Bench } from '../bench.ts';
import { percentile } from '../percentile.ts';

const FEW = 100;
const MANY = 10_000;
const AT_ONCE = 16;
const KEYS = 60;
const SCROLL_MS = 3_000;

/** What a person waits for in the console: the first screen, keys and scrolling in long lists. */
export const run: Bench['run'] = async ({ log }) => {
  log('starting a system and a browser');
  const [system, browser] = await Promise.all([startConsoleSystem(), startBrowser()]);
  try {
    const { platform, adminEmail } = system.ready;
    const options = { platform, email: adminEmail, password: system.password };
    await addUsers(system, 0, FEW);
    const tab = await openConsole(browser, options);
    const first = await firstScreen(tab.page, platform);
    const few = await worked(tab.page, platform, FEW);
    log(`adding ${MANY - FEW} users`);
    await addUsers(system, FEW, MANY);
    const many = await worked(tab.page, platform, MANY);
    return {
      firstScreenScriptGzipKb: first.scriptKb,
      firstContentfulPaintMs: first.paintMs,
      liveDataMs: first.liveMs,
      keyToPaintP95Ms: many.keyP95Ms,
      keyToPaintRatio: round(many.keyP95Ms / few.keyP95Ms),
      scrollFramesPerSecond: many.framesPerSecond,
      scrollRatio: round(few.framesPerSecond / many.framesPerSecond),
      rowsLoaded: many.rows,
    };
  } finally {
    await browser.close();
    await system.close();
  }
};

async function addUsers(system: ConsoleSystem, from: number, to: number): Promise<void> {
  const numbers = Array.from({ length: to - from }, (_, at) => from + at);
  const worker = async () => {
    for (let number = numbers.pop(); number !== undefined; number = numbers.pop()) {
      const body = { email: `user-${String(number).padStart(5, '0')}@example.com` };
      await system.client.call(createUser, { params: { workspace: 'default' }, body });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** The start page in a cold cache: scripts sent, first paint, and when its figures are there. */
async function firstScreen(page: Page, platform: string) {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.clearBrowserCache');
  const scripts = new Map<string, number>();
  session.on('Network.responseReceived', ({ requestId, type }) => {
    if (type === 'Script') scripts.set(requestId, 0);
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (scripts.has(requestId)) scripts.set(requestId, encodedDataLength);
  });
  // gzip, whatever else the browser would take: the figure is of gzip.
  await session.send('Network.setExtraHTTPHeaders', { headers: { 'accept-encoding': 'gzip' } });
  const startedAt = performance.now();
  await page.goto(`${platform}/w/default`);
  await page.getByRole('list', { name: 'Overview' }).getByText(String(FEW), { exact: true }).waitFor();
  const liveMs = performance.now() - startedAt;
  const paint = await page.evaluate(
    "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0",
  );
  await session.detach();
  const bytes = [...scripts.values()].reduce((sum, size) => sum + size, 0);
  return { scriptKb: round(bytes / 1000), paintMs: round(Number(paint)), liveMs: round(liveMs) };
}

/** A list of so many rows: from a key to the next frame, and frames while it is scrolled. */
async function worked(page: Page, platform: string, rows: number) {
  await page.goto(`${platform}/w/default/users`);
  await page
    .getByRole('status')
    .filter({ hasText: rows.toLocaleString('en-US') })
    .first()
    .waitFor();
  await loadAll(page, rows);
  await page.keyboard.press('Home');
  const keys: number[] = [];
  for (let at = 0; at < KEYS; at += 1) keys.push(Number(await page.evaluate(KEY_TO_PAINT)));
  const frames = Number(await page.evaluate(scrolling(SCROLL_MS)));
  return {
    rows,
    keyP95Ms: round(percentile(keys, 95)),
    framesPerSecond: round((frames / SCROLL_MS) * 1000),
  };
}

/** Scrolls to the end until every row is loaded. */
async function loadAll(page: Page, rows: number): Promise<void> {
  for (;;) {
    await page.keyboard.press('End');
    const index = await page.locator('[role=row][aria-rowindex]').last().getAttribute('aria-rowindex');
    if (Number(index) > rows) return;
    await page.waitForFunction(`document.querySelectorAll('[role=row]').length > 1`);
  }
}

/** Presses j in the page and resolves with the time until the frame after it is painted. */
const KEY_TO_PAINT = `new Promise((resolve) => {
  const startedAt = performance.now();
  window.dispatchEvent(new KeyboardEvent('keydown', { key: 'j', bubbles: true }));
  requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => resolve(performance.now() - startedAt);
    channel.port2.postMessage(null);
  });
})`;

/** Scrolls the list for some time and resolves with the frames that were drawn. */
function scrolling(ms: number): string {
  return `new Promise((resolve) => {
    const grid = document.querySelector('[role=grid]');
    const startedAt = performance.now();
    let frames = 0;
    const step = () => {
      frames += 1;
      grid.scrollTop = (grid.scrollTop + 120) % Math.max(1, grid.scrollHeight - grid.clientHeight);
      if (performance.now() - startedAt < ${ms}) requestAnimationFrame(step);
      else resolve(frames);
    };
    requestAnimationFrame(step);
  })`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
