import type { Browser, Locator, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missingBrowser, startBrowser } from './chromium.ts';
import { openConsole, type ConsolePage } from './console-page.ts';
import { startConsoleSystem, type ConsoleSystem } from './console-system.ts';
import { placesOf } from './walk-screens.ts';

const skipReason = missingBrowser('PORTOLAN_TEST_CONSOLE');
const WALK_MS = 1_200_000;
const BOUND = 20_000;
/** Places that read nothing until they are asked. */
const QUIET = ['explain'];
const READS = ['**/api/v1/workspaces/default/**', '**/api/v1/account/**'];

interface State {
  readonly name: string;
  /** How the platform answers whatever a place reads. */
  readonly answer: (route: Route) => Promise<void>;
  /** What a place then shows. */
  readonly shown: (page: Page) => Locator;
}

/** Requests that wait for a response; they end before the next place is opened. */
const held: Route[] = [];

const refuse = (status: number, code: string, message: string) => (route: Route) =>
  route.fulfill({ status, json: { error: { code, message } } });

const STATES: readonly State[] = [
  {
    name: 'no permission',
    answer: refuse(403, 'not-allowed', 'Your role viewer lacks a permission.'),
    shown: (page) => page.getByText('Your role viewer lacks a permission.'),
  },
  {
    name: 'error',
    answer: refuse(500, 'internal', 'The platform failed.'),
    shown: (page) => page.getByRole('button', { name: 'Try again' }),
  },
  {
    name: 'loading',
    answer: (route) => Promise.resolve(void held.push(route)),
    shown: (page) =>
      page
        .getByRole('status', { name: 'Loading' })
        .or(page.getByText(/^(?:Loading|Checking|Reading|Verifying) /)),
  },
];

describe.skipIf(skipReason !== null)(
  `states of every place of the console${skipReason === null ? '' : ` (skipped: ${skipReason})`}`,
  () => {
    let system: ConsoleSystem;
    let browser: Browser;

    beforeAll(async () => {
      [system, browser] = await Promise.all([startConsoleSystem(), startBrowser()]);
    });
    afterAll(async () => {
      await browser?.close();
      await system?.close();
    });

    test.each(STATES)(
      '$name is shown wherever something is read',
      async ({ answer, shown }) => {
        const { platform, adminEmail: email } = system.ready;
        const tab = await openConsole(browser, { platform, email, password: system.password });
        const places = (await placesOf(tab)).filter((place) => !QUIET.includes(place));
        expect(places.length).toBeGreaterThan(25);
        for (const reads of READS)
          await tab.page.route(reads, (route) =>
            route.request().url().includes('/events') ? route.continue() : answer(route),
          );
        const silent: string[] = [];
        for (const place of places) if (!(await says(tab, place, shown))) silent.push(place || 'home');
        expect(silent).toEqual([]);
        await tab.page.unrouteAll({ behavior: 'ignoreErrors' });
        await tab.context.close();
      },
      WALK_MS,
    );

    /** Opens a place and returns whether it shows something in time. */
    async function says(tab: ConsolePage, place: string, shown: State['shown']): Promise<boolean> {
      await tab.open(place);
      const isShown = await shown(tab.page)
        .first()
        .waitFor({ timeout: BOUND })
        .then(
          () => true,
          () => false,
        );
      await Promise.allSettled(held.splice(0).map((route) => route.abort()));
      return isShown;
    }
  },
);
