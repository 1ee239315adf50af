import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { build } from 'vite';
import { buildDesktop } from '../packaging/build.ts';
import type { DesktopDriver } from './desktop-driver.ts';

const PROGRAMS: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'Electron.app/Contents/MacOS/Electron',
  win32: 'electron.exe',
};
const LOOK_MS = 100;

/** What the driver keeps in the main process: addresses that the app asked the system to open. */
interface Opened {
  opened?: string[];
}

/**
 * Runs the built app, not packaged, in an Electron: a packaged one cannot be driven, as its fuses switch the inspector off. Takes
 * the folder of the app and the one that holds Electron's program.
 */
export async function openElectron(app: string, dist: string): Promise<DesktopDriver> {
  await build({ configFile: join(app, 'vite.config.ts'), logLevel: 'error' });
  await buildDesktop(join(app, 'dist'));
  const userData = await mkdtemp(join(tmpdir(), 'portolan-electron-'));
  const electron = await _electron.launch({
    executablePath: join(dist, PROGRAMS[process.platform] ?? 'electron'),
    args: [app, `--user-data-dir=${userData}`],
    env: { ...process.env, HOME: userData } as Record<string, string>,
  });
  const problems: string[] = [];
  electron.on('window', (page) => watch(page, problems));
  for (const page of electron.windows()) watch(page, problems);
  await recordOpened(electron);
  const stop = new AbortController();
  let open: (url: string) => Promise<void> = async () => undefined;
  const opening = passOpened(electron, (url) => open(url), stop.signal);
  return {
    userData,
    problems,
    page: (context) => pageOf(electron, context),
    focus: async (context) => (await pageOf(electron, context)).bringToFront(),
    pressMenu: (label, item) => pressMenu(electron, label, item),
    openLink: (url) =>
      electron.evaluate(
        (main, link) => void main.app.emit('second-instance', {}, ['portolan', link], ''),
        url,
      ),
    onOpenExternal(next) {
      open = next;
    },
    async close() {
      stop.abort();
      await opening;
      await electron.close();
      await rm(userData, { recursive: true, force: true });
    },
  };
}

function watch(page: Page, problems: string[]): void {
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  page.on('pageerror', (error) => problems.push(String(error)));
}

/** Waits for the window of a context by its title: `local – Portolan`. */
async function pageOf(electron: ElectronApplication, context: string | null): Promise<Page> {
  for (;;) {
    for (const page of electron.windows().toReversed()) {
      const window = await electron.browserWindow(page);
      const title = await window.evaluate((each: Electron.BrowserWindow) => each.getTitle());
      if (context === null ? !title.includes(' – ') : title.startsWith(`${context} – `)) return page;
    }
    await wait(LOOK_MS);
  }
}

async function pressMenu(electron: ElectronApplication, label: string, item: string): Promise<void> {
  await electron.evaluate(
    ({ Menu }, names) => {
      const menu = Menu.getApplicationMenu()?.items.find((each) => each.label === names.label);
      const items = (menu?.submenu?.items ?? []).flatMap((each) => each.submenu?.items ?? [each]);
      items.find((each) => each.label === names.item)?.click();
    },
    { label, item },
  );
}

async function recordOpened(electron: ElectronApplication): Promise<void> {
  await electron.evaluate(({ shell }) => {
    const held = globalThis as Opened;
    held.opened = [];
    shell.openExternal = async (url) => {
      held.opened?.push(url);
    };
  });
}

async function passOpened(
  electron: ElectronApplication,
  open: (url: string) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const urls = await electron
      .evaluate(() => (globalThis as Opened).opened?.splice(0) ?? [])
      .catch((): string[] => []);
    for (const url of urls) await open(url);
    await wait(LOOK_MS);
  }
}
