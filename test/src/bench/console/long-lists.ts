import { setTimeout as wait } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { percentile } from '../percentile.ts';
import { rounded } from './rounded.ts';

const KEYS = 60;
const SCROLL_MS = 3_000;

/** How a list of so many rows feels. */
export interface WorkedList {
  readonly keyP95Ms: number;
  readonly framesPerSecond: number;
}

/** Loads a list of users to its end; measures the time from a key to the next frame, and frames while it is scrolled. */
export async function workLongList(page: Page, platform: string, rows: number): Promise<WorkedList> {
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
    keyP95Ms: rounded(percentile(keys, 95)),
    framesPerSecond: rounded((frames / SCROLL_MS) * 1000),
  };
}

/** Goes to the end until every row is loaded. */
async function loadAll(page: Page, rows: number): Promise<void> {
  const last = page.locator('[role=row][aria-rowindex]').last();
  for (let index = 0; index <= rows; index = Number(await last.getAttribute('aria-rowindex'))) {
    await page.keyboard.press('End');
    await wait(20);
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
