import { join } from 'node:path';
import axe from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { z } from 'zod';

const PICTURES = process.env['PORTOLAN_SCREENSHOTS'];
const RUN_AXE =
  "axe.run({ resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })";

/** A tab of the console, and what went wrong in it. */
export interface ConsolePage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors of the browser's console, exceptions and violations of the content security policy. */
  readonly faults: string[];
  /** Opens a path below the workspace and waits until it is shown. */
  open(path: string): Promise<void>;
  /**
   * Returns what axe finds on the page that is serious or critical, twice in a row: a button that is disabled while axe runs
   * is judged by the colours of one state and the attributes of the other.
   */
  findBarriers(): Promise<readonly string[]>;
  /** Keeps a picture of the page in the folder that `PORTOLAN_SCREENSHOTS` names; without it, does nothing. */
  picture(name: string): Promise<void>;
}

interface Options {
  readonly platform: string;
  readonly email: string;
  readonly password: string;
  readonly colorScheme?: 'light' | 'dark';
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly contrast?: 'more';
}

const violation = z.object({
  id: z.string(),
  impact: z.string().nullable(),
  nodes: z.array(z.object({ html: z.string() })),
});
const axeResult = z.object({ violations: z.array(violation) });

/** Opens the console in a fresh profile and signs in by password. */
export async function openConsole(browser: Browser, options: Options): Promise<ConsolePage> {
  const {
    platform,
    email,
    password,
    colorScheme = 'light',
    viewport = { width: 1280, height: 800 },
    contrast = 'no-preference',
  } = options;
  // axe is added from outside; the policy of the page stays in effect for everything the page itself does.
  const context = await browser.newContext({ colorScheme, viewport, contrast, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    const at = new URL(page.url()).pathname;
    faults.push(`${at}: ${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(platform) && !/^(?:data|blob):/.test(request.url()))
      faults.push(`request to another origin: ${request.url()}`);
  });
  await page.goto(`${platform}/sign-in`);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page
    .getByRole('navigation', { name: 'Workspace' })
    .or(page.getByRole('button', { name: 'Sidebar' }))
    .first()
    .waitFor();
  // The first request of a visit finds nobody signed in, which the browser reports as an error.
  faults.splice(0);
  return {
    page,
    context,
    faults,
    async open(path) {
      await page.goto(`${platform}/w/default${path === '' ? '' : `/${path}`}`);
      await page.getByRole('heading', { level: 1 }).first().waitFor();
    },
    async findBarriers() {
      await page.evaluate(axe.source);
      const first = await runAxe(page);
      return first.length === 0 ? first : intersect(first, await runAxe(page));
    },
    async picture(name) {
      if (PICTURES !== undefined) await page.screenshot({ path: join(PICTURES, `${name}.png`) });
    },
  };
}

async function runAxe(page: Page): Promise<readonly string[]> {
  const { violations } = axeResult.parse(await page.evaluate(RUN_AXE));
  const { pathname } = new URL(page.url());
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${pathname}: ${id}: ${html.slice(0, 160)}`));
}

function intersect(first: readonly string[], second: readonly string[]): readonly string[] {
  return first.filter((barrier) => second.includes(barrier));
}
