import { setTimeout as wait } from 'node:timers/promises';
import type { CDPSession, Page } from 'playwright-core';
import { percentile } from '../percentile.ts';
import { rounded } from './rounded.ts';

const KEYS = 60;
const SCROLL_MS = 2_000;
const ROUNDS = 3;
const EMPTY_SCROLLER =
  '<div role="grid" style="height: 600px; overflow: auto"><div style="height: 360000px"></div></div>';

interface Scrolled {
  readonly framesPerSecond: number;
  /** Processor time of the page's main thread for one frame: that of a free machine, however loaded this one is. */
  readonly cpuMsPerFrame: number;
}

/** How a list feels: time from a key to the next frame, and frames while it is scrolled. */
interface WorkedList extends Scrolled {
  readonly keyP95Ms: number;
}

export interface ListPages {
  readonly few: Page;
  readonly many: Page;
  readonly empty: Page;
}

/** Opens a list of users in a page and loads it to its end. */
export async function openList(page: Page, address: string, rows: number): Promise<void> {
  await page.goto(address);
  await page
    .getByRole('status')
    .filter({ hasText: rows.toLocaleString('en-US') })
    .first()
    .waitFor();
  const last = page.locator('[role=row][aria-rowindex]').last();
  for (let index = 0; index <= rows; index = Number(await last.getAttribute('aria-rowindex'))) {
    await page.keyboard.press('End');
    await wait(20);
  }
  await page.keyboard.press('Home');
}

/**
 * Measures a short list, a long one and a page that only scrolls, in turns: what slows the machine slows all three. Figures are
 * the medians of the rounds.
 */
export async function workLists({ few, many, empty }: ListPages) {
  await empty.setContent(EMPTY_SCROLLER);
  const [ofFew, ofMany, ofEmpty]: [WorkedList[], WorkedList[], Scrolled[]] = [[], [], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    ofFew.push(await work(few));
    ofMany.push(await work(many));
    ofEmpty.push(await scroll(empty));
  }
  return { few: medians(ofFew), many: medians(ofMany), emptyPage: medians(ofEmpty) };
}

async function work(page: Page): Promise<WorkedList> {
  await page.bringToFront();
  const keys: number[] = [];
  for (let at = 0; at < KEYS; at += 1) keys.push(Number(await page.evaluate(KEY_TO_PAINT)));
  return { ...(await scroll(page)), keyP95Ms: percentile(keys, 95) };
}

async function scroll(page: Page): Promise<Scrolled> {
  await page.bringToFront();
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const before = await taskSeconds(session);
  const frames = Number(await page.evaluate(SCROLLING));
  const cpuMs = ((await taskSeconds(session)) - before) * 1000;
  await session.detach();
  return { framesPerSecond: (frames / SCROLL_MS) * 1000, cpuMsPerFrame: cpuMs / frames };
}

async function taskSeconds(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
}

function medians<T extends object>(rounds: readonly T[]): Record<keyof T, number> {
  const names = Object.keys(rounds[0] ?? {}) as (keyof T)[];
  const entries = names.map((name) => [
    name,
    rounded(
      percentile(
        rounds.map((round) => Number(round[name])),
        50,
      ),
    ),
  ]);
  return Object.fromEntries(entries) as Record<keyof T, number>;
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
const SCROLLING = `new Promise((resolve) => {
  const grid = document.querySelector('[role=grid]');
  const startedAt = performance.now();
  let frames = 0;
  const step = () => {
    frames += 1;
    grid.scrollTop = (grid.scrollTop + 120) % Math.max(1, grid.scrollHeight - grid.clientHeight);
    if (performance.now() - startedAt < ${SCROLL_MS}) requestAnimationFrame(step);
    else resolve(frames);
  };
  requestAnimationFrame(step);
})`;
