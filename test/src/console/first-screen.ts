import type { Page } from 'playwright-core';

/** What it takes to show the start page with nothing in the browser's cache. */
export interface FirstScreen {
  /** JavaScript sent, compressed by gzip, in kB of 1000 bytes. */
  readonly scriptKb: number;
  readonly scripts: number;
  readonly paintMs: number;
  /** Until the figures of the platform are shown. */
  readonly liveMs: number;
}

/** Opens the start page in a cold cache; `users` is the number that its overview shows in the end. */
export async function measureFirstScreen(page: Page, platform: string, users: number): Promise<FirstScreen> {
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
  const tile = page.getByRole('list', { name: 'Overview' }).getByRole('link', { name: /^Users/ });
  await tile.getByText(users.toLocaleString('en-US'), { exact: true }).waitFor();
  const liveMs = performance.now() - startedAt;
  // What the page loads after its figures belongs to it too: the chart, the first steps.
  await page.waitForLoadState('networkidle', { timeout: 3_000 }).catch(() => undefined);
  const paint = await page.evaluate(
    "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0",
  );
  await session.send('Network.setExtraHTTPHeaders', { headers: {} });
  await session.detach();
  const bytes = [...scripts.values()].reduce((sum, size) => sum + size, 0);
  return {
    scriptKb: rounded(bytes / 1000),
    scripts: scripts.size,
    paintMs: rounded(Number(paint)),
    liveMs: rounded(liveMs),
  };
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
