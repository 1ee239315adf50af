import { join } from 'node:path';
import { app } from 'electron';
import { startDesktop, type Desktop } from './desktop.ts';
import { installation } from './installation.ts';
import { registerAppScheme } from './security/app-protocol.ts';
import { DEEP_LINK_SCHEME, deepLinkIn } from './security/deep-link.ts';
import { writeCrashReports } from './shell/crash-reports.ts';
import { crashFolder } from './shell/describe-app.ts';
import { startUpdates } from './shell/updates.ts';
import { openSettings } from './settings.ts';

// Before the app is ready: every page runs in the sandbox, whatever a window asks for.
app.enableSandbox();
registerAppScheme();
app.setAsDefaultProtocolClient(DEEP_LINK_SCHEME);

// A second start hands its arguments to the first one and ends.
if (app.requestSingleInstanceLock()) {
  writeCrashReports(crashFolder(app.getPath('userData')));
  void run();
} else {
  app.quit();
}

async function run(): Promise<void> {
  const links: string[] = [];
  let desktop: Desktop | null = null;
  const go = (link: string | null) => {
    if (desktop === null) links.push(...(link === null ? [] : [link]));
    else void (link === null ? desktop.show() : desktop.openLink(link));
  };
  app.on('second-instance', (_, argv) => go(deepLinkIn(argv)));
  // macOS delivers links as an event, also before the app is ready.
  app.on('open-url', (event, url) => {
    event.preventDefault();
    go(url);
  });
  await app.whenReady();
  desktop = startDesktop(installation());
  endWith(desktop);
  app.on('activate', () => go(null));
  const link = deepLinkIn(process.argv) ?? links.at(-1) ?? null;
  go(link);
  const { updates } = openSettings(join(app.getPath('userData'), 'settings.json')).value;
  startUpdates(updates, {
    isPackaged: app.isPackaged,
    system: process.platform,
    server: updates.server,
    onError: (error) => process.stderr.write(`portolan: no update: ${String(error)}\n`),
  });
}

/** Closes everything before the app quits; a second quit does not wait. */
function endWith(desktop: Desktop): void {
  let state: 'running' | 'closing' | 'closed' = 'running';
  app.on('before-quit', (event) => {
    if (state === 'closing') app.exit(0);
    if (state !== 'running') return;
    event.preventDefault();
    state = 'closing';
    void desktop.close().finally(() => {
      state = 'closed';
      app.quit();
    });
  });
  // The tray keeps the app: alerts are followed without a window.
  app.on('window-all-closed', () => {
    if (!desktop.staysWithoutWindows()) app.quit();
  });
}
