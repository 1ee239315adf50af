import type { ConsolePage } from './console-page.ts';

const LOADING = '[aria-label=Loading]';
const LOADED_MS = 20_000;

/** How far a walk goes: the places of the sidebar, or the first object of each list with its tabs as well. */
export type Depth = 'places' | 'tabs';

/** Visits the screens of a workspace one after the other, and calls `visit` with the name of each once it has loaded: `apis/first?tab=routes`. */
export async function walkScreens(
  tab: ConsolePage,
  depth: Depth,
  visit: (name: string) => Promise<void>,
): Promise<void> {
  for (const place of await placesOf(tab)) {
    await tab.open(place);
    await loaded(tab);
    await visit(place === '' ? 'home' : place);
    const link = tab.page.getByRole('grid').getByRole('row').nth(1).getByRole('link').first();
    if (depth === 'places' || (await link.count()) === 0) continue;
    const href = (await link.getAttribute('href')) ?? '';
    await tab.open(href.replace(/^\/w\/[^/]+\//, ''));
    await loaded(tab);
    await visit(`${place}/first`);
    await walkTabs(tab, `${place}/first`, visit);
  }
}

async function walkTabs(tab: ConsolePage, name: string, visit: (name: string) => Promise<void>) {
  const tabs = tab.page.getByRole('tablist').first().getByRole('tab');
  const count = await tabs.count();
  for (let at = 1; at < count; at += 1) {
    const title = (await tabs.nth(at).innerText()).trim();
    await tabs.nth(at).click();
    await loaded(tab);
    await visit(`${name}?tab=${title.toLowerCase().replaceAll(' ', '-')}`);
  }
}

/** Returns the paths of the sidebar, which a narrow screen keeps closed. */
export async function placesOf({ page }: ConsolePage): Promise<readonly string[]> {
  const links = page.getByRole('navigation', { name: 'Workspace' }).getByRole('link');
  if ((await links.count()) === 0) await page.getByRole('button', { name: 'Sidebar' }).click();
  await links.first().waitFor();
  const hrefs = await Promise.all((await links.all()).map((link) => link.getAttribute('href')));
  return hrefs.map((href) => (href ?? '').replace(/^\/w\/[^/]+\/?/, ''));
}

/** Waits until nothing says that it is being read. */
async function loaded({ page }: ConsolePage): Promise<void> {
  await page
    .locator(LOADING)
    .first()
    .waitFor({ state: 'detached', timeout: LOADED_MS })
    .catch(() => undefined);
}
