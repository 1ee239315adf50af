import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { npmStart, type Running } from '../e2e/running.ts';
import { missingBrowser, startBrowser } from './chromium.ts';
import { openConsole } from './console-page.ts';
import { walkScreens, type Depth } from './walk-screens.ts';

const skipReason = missingBrowser('PORTOLAN_TEST_CONSOLE');
const WALK_MS = 1_800_000;

const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 390, height: 844 };
/** A page at 200 % has half the pixels of CSS (WCAG 2.2, success criterion 1.4.4). */
const ZOOMED = { width: 640, height: 400 };

interface Look {
  readonly name: string;
  readonly depth: Depth;
  readonly viewport: typeof WIDE;
  readonly colorScheme?: 'dark';
  readonly contrast?: 'more';
}

const LOOKS: readonly Look[] = [
  { name: 'light', depth: 'tabs', viewport: WIDE },
  { name: 'dark', depth: 'places', viewport: WIDE, colorScheme: 'dark' },
  { name: 'narrow light', depth: 'places', viewport: NARROW },
  { name: 'narrow dark', depth: 'tabs', viewport: NARROW, colorScheme: 'dark' },
  { name: 'high contrast', depth: 'places', viewport: WIDE, contrast: 'more' },
  { name: 'zoomed', depth: 'places', viewport: ZOOMED },
];

describe.skipIf(skipReason !== null)(
  `screens of the console, with the data of the example${skipReason === null ? '' : ` (skipped: ${skipReason})`}`,
  () => {
    let directory: string;
    let system: Running;
    let browser: Browser;
    let password: string;

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'portolan-screens-'));
      [system, browser] = await Promise.all([npmStart(['--data-dir', directory]), startBrowser()]);
      password = (await readFile(system.ready.adminPasswordFile, 'utf8')).trim();
    });
    afterAll(async () => {
      await browser?.close();
      await system?.stop();
      await rm(directory, { recursive: true, force: true });
    });

    test.each(LOOKS)(
      '$name: every screen is accessible, quiet, and no wider than the window',
      async ({ name, depth, ...look }) => {
        const { platform, adminEmail: email } = system.ready;
        const tab = await openConsole(browser, { platform, email, password, ...look });
        const wrong: string[] = [];
        const seen: string[] = [];
        await walkScreens(tab, depth, async (screen) => {
          seen.push(screen);
          const width = Number(await tab.page.evaluate('document.documentElement.scrollWidth'));
          if (width > look.viewport.width) wrong.push(`${screen} is ${width} pixels wide`);
          wrong.push(...(await tab.findBarriers()).map((barrier) => `${screen}: ${barrier}`));
          await tab.picture(join(name.replace(' ', '-'), screen.replaceAll('/', '_').replace('?tab=', '-')));
        });
        expect(wrong).toEqual([]);
        expect(tab.faults).toEqual([]);
        expect(seen.length).toBeGreaterThan(depth === 'tabs' ? 60 : 30);
        await tab.context.close();
      },
      WALK_MS,
    );
  },
);
