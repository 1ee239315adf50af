import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { buildDesktop } from '../packaging/build.ts';
import { recorded, shell } from '../testing/electron.ts';
import { startTestDesktop } from '../testing/start-test-desktop.ts';
import { ChromiumWindows } from './chromium-windows.ts';
import type { DesktopDriver } from './desktop-driver.ts';

/** Runs the main process in Node, Electron's module replaced by one that records, and shows its windows in Chromium. */
export async function openChromium(app: string): Promise<DesktopDriver> {
  // Built apart: a system that runs beside serves the pages of the checkout.
  const dist = await mkdtemp(join(tmpdir(), 'portolan-desktop-build-'));
  const pages = join(dist, 'renderer');
  await build({
    configFile: join(app, 'vite.config.ts'),
    logLevel: 'error',
    build: { outDir: pages },
  });
  await buildDesktop(dist);
  const { desktop, folder, close } = await startTestDesktop({ systemRoot: join(app, '../..'), pages });
  await desktop.show();
  const windows = await ChromiumWindows.open(dist);
  return {
    userData: join(folder, 'data'),
    problems: windows.problems,
    page: (context) => windows.page(context),
    async focus(context) {
      desktop.windows.open(context);
    },
    async pressMenu(label, item) {
      const menu = recorded.menu.find((each) => each.label === label);
      const items = (menu?.submenu ?? []) as readonly Electron.MenuItemConstructorOptions[];
      const found = items
        .flatMap((each) => (Array.isArray(each.submenu) ? each.submenu : [each]))
        .find((each) => each.label === item);
      (found?.click as (() => void) | undefined)?.();
    },
    openLink: (url) => desktop.openLink(url),
    onOpenExternal(open) {
      shell.onOpen = open;
    },
    async close() {
      await windows.close();
      await close();
      await rm(dist, { recursive: true, force: true });
    },
  };
}
