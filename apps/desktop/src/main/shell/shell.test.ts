import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MenuItemConstructorOptions } from 'electron';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { allActions } from '@portolan/console/actions/all-actions';
import { allKinds } from '@portolan/console/kinds/all-kinds';
import { app as electronApp, callsOf, chosen, recorded } from '../../testing/electron.ts';
import { callVerb, startTestDesktop, type TestDesktop } from '../../testing/start-test-desktop.ts';
import { writeCrashReports } from './crash-reports.ts';
import { crashFolder } from './describe-app.ts';
import { startUpdates } from './updates.ts';

let app: TestDesktop;
beforeEach(async () => {
  app = await startTestDesktop();
  await app.desktop.show();
  await expect.poll(() => recorded.menu.length).toBeGreaterThan(0);
});
afterEach(() => app.close());

type Item = MenuItemConstructorOptions;

function press(item: Item | undefined): void {
  (item?.click as (() => void) | undefined)?.();
}

function itemsOf(label: string): readonly Item[] {
  const menu = recorded.menu.find((each) => each.label === label);
  return flatten(submenuOf(menu));
}

function submenuOf(item: MenuItemConstructorOptions | undefined): readonly Item[] {
  return Array.isArray(item?.submenu) ? item.submenu : [];
}

function flatten(items: readonly Item[] = []): readonly Item[] {
  return items.flatMap((item) => (item.submenu === undefined ? [item] : flatten(submenuOf(item))));
}

describe('the menu', () => {
  test('has every shared action and kind, which are sent to the focused window', () => {
    const window = recorded.windows[0]!;
    window.focus();
    for (const item of [...itemsOf('Actions'), ...itemsOf('Go')]) press(item);
    const ids = window.webContents.sent.flatMap((event) => ((event as { id?: string }).id ?? []) as string);
    expect(ids).toEqual(expect.arrayContaining(allActions.map(({ id }) => `action:${id}`)));
    expect(ids).toEqual(expect.arrayContaining(allKinds.map(({ name }) => `go:${name}`)));
    expect(itemsOf('Actions').map(({ label }) => label)).toEqual(
      expect.arrayContaining(allActions.map(({ title }) => title)),
    );
  });

  test('takes no single keys, and opens contexts by their number', async () => {
    await callVerb(recorded.windows[0], 'addContext', {
      platform: 'https://p.example',
      name: 'prod',
      isProduction: true,
    });
    await expect.poll(() => itemsOf('Contexts').map(({ label }) => label)).toContain('prod (production)');
    const all = recorded.menu.flatMap((item) => flatten(submenuOf(item)));
    const accelerators = all.flatMap(({ accelerator }) => accelerator ?? []);
    expect(accelerators).toContain('CmdOrCtrl+1');
    for (const accelerator of accelerators) expect(accelerator).toMatch(/^CmdOrCtrl\+/);
    const before = recorded.windows.length;
    press(itemsOf('Contexts').find(({ label }) => label === 'prod (production)'));
    expect(recorded.windows).toHaveLength(before);
    expect(app.desktop.windows.focused()?.context).toBe('prod');
  });
});

describe('windows', () => {
  test('are where they were, unless that is on no display any more', async () => {
    const window = recorded.windows[0]!;
    window.bounds = { x: 300, y: 200, width: 900, height: 700 };
    window.emit('moved');
    window.close();
    await app.desktop.show();
    expect(recorded.windows.at(-1)!.options).toMatchObject({ x: 300, y: 200, width: 900, height: 700 });
    recorded.windows.at(-1)!.bounds = { x: 5000, y: 200, width: 900, height: 700 };
    recorded.windows.at(-1)!.close();
    await app.desktop.show();
    expect(recorded.windows.at(-1)!.options).toMatchObject({ width: 1280, height: 800 });
    expect(recorded.windows.at(-1)!.options.x).toBeUndefined();
  });

  test('there is one for each context, with its name in the title', async () => {
    await callVerb(recorded.windows[0], 'addContext', { platform: 'https://p.example', name: 'prod' });
    const count = recorded.windows.length;
    app.desktop.windows.open('prod');
    expect(recorded.windows).toHaveLength(count);
    const window = recorded.windows.at(-1)!;
    window.emit('page-title-updated', { preventDefault: () => undefined }, 'APIs');
    expect(window.title).toBe('prod – APIs');
  });
});

describe('the tray', () => {
  test('is there with the state of the local system, and can be turned off', async () => {
    const [tray] = recorded.trays;
    expect(tray!.menu.map(({ label }) => label)).toContain('This installation has no local system.');
    expect(app.desktop.staysWithoutWindows()).toBe(true);
    expect(await callVerb(recorded.windows[0], 'changeSettings', { tray: false })).toMatchObject({
      value: { tray: false },
    });
    expect(tray!.isDestroyed).toBe(true);
    expect(app.desktop.staysWithoutWindows()).toBe(false);
  });
});

describe('saving a file', () => {
  test('writes where the person says, and nowhere when they cancel', async () => {
    const save = () =>
      callVerb(recorded.windows[0], 'saveText', { name: '../../etc/users.csv', text: 'a,b' });
    chosen.savePath = null;
    expect(await save()).toEqual({ ok: true, value: false });
    expect(callsOf('dialog.showSaveDialog')).toEqual([[{ defaultPath: 'users.csv' }]]);
    chosen.savePath = join(app.folder, 'users.csv');
    expect(await save()).toEqual({ ok: true, value: true });
    expect(await readFile(chosen.savePath, 'utf8')).toBe('a,b');
  });
});

describe('crash reports', () => {
  test('are local, without secrets, and no more than twenty', async () => {
    const folder = join(app.folder, 'data/crashes');
    await mkdir(folder, { recursive: true });
    for (let index = 10; index < 40; index += 1)
      await writeFile(join(folder, `crash-2026-01-${index}.log`), 'old');
    const stop = writeCrashReports(crashFolder(join(app.folder, 'data')));
    electronApp.emit('child-process-gone', {}, { type: 'GPU', reason: 'crashed', exitCode: 1 });
    process.emit('uncaughtException', new Error('boom Bearer abcdefghijkl'));
    stop();
    const contents = async () =>
      Promise.all(
        (await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8').catch(() => '')),
      );
    await expect.poll(async () => (await contents()).join('\n')).toContain('boom');
    await expect.poll(async () => (await readdir(folder)).length).toBeLessThanOrEqual(20);
    expect((await contents()).join('\n')).not.toContain('abcdefghijkl');
    await callVerb(recorded.windows[0], 'copyDiagnostics');
    expect(recorded.clipboard).toContain('boom');
    expect(recorded.clipboard).not.toContain('abcdefghijkl');
  });

  test('a page whose process is gone is loaded again', () => {
    const stop = writeCrashReports(crashFolder(join(app.folder, 'data')));
    electronApp.emit('render-process-gone', {}, recorded.windows[0]!.webContents, {
      reason: 'oom',
      exitCode: 1,
    });
    stop();
    expect(callsOf('webContents.reload')).toHaveLength(1);
  });
});

describe('updates', () => {
  const on = { enabled: true, channel: 'beta', server: 'https://releases.example/' } as const;
  const packaged = { isPackaged: true, system: 'darwin', onError: () => undefined } as const;

  test('are off by default, in development, without a server, over plain http and where packages do it', async () => {
    const settings = await callVerb(recorded.windows[0], 'readSettings');
    expect(settings).toMatchObject({ value: { updates: { enabled: false, server: null } } });
    const errors: unknown[] = [];
    startUpdates({ ...on, enabled: false }, { ...packaged, ...on });
    startUpdates(on, { ...packaged, server: on.server, isPackaged: false });
    startUpdates(on, { ...packaged, server: null });
    startUpdates(on, { ...packaged, server: on.server, system: 'linux' });
    startUpdates(on, {
      ...packaged,
      server: 'http://releases.example',
      onError: (error) => errors.push(error),
    });
    expect(callsOf('autoUpdater.checkForUpdates')).toEqual([]);
    expect(errors).toHaveLength(1);
  });

  test('ask the feed of their channel once they are on', () => {
    startUpdates(on, { ...packaged, server: on.server });
    expect(callsOf('autoUpdater.setFeedURL')).toEqual([[{ url: 'https://releases.example/beta/darwin' }]]);
    expect(callsOf('autoUpdater.checkForUpdates')).toHaveLength(1);
  });
});
