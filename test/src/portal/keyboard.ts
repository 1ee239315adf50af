/// <reference lib="dom" />
import type { Page } from 'playwright-core';

const TABS_MAX = 80;

/** Presses Tab until an element has the focus. @throws Error when no number of Tabs reaches it. */
export async function tabTo(page: Page, selector: string): Promise<void> {
  for (let count = 0; count < TABS_MAX; count++) {
    const isThere = await page.evaluate(
      (wanted) => document.activeElement?.matches(wanted) === true,
      selector,
    );
    if (isThere) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never reaches ${selector}`);
}
