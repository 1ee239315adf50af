import { join } from 'node:path';
import { app, type WebContents } from 'electron';
import type { Alert } from '@portolan/contract/alerts';
import { createLogger, type LogLevel } from '@portolan/process/logger';
import { Closers } from '@portolan/process/closers';
import type { Environment } from '@portolan/contexts/paths';
import { Connections } from './contexts/connections.ts';
import { Contexts } from './contexts/contexts.ts';
import { openLink } from './deep-links.ts';
import { PageRequests } from './ipc/page-requests.ts';
import { registerVerbs } from './ipc/register-verbs.ts';
import { createVerbHandlers } from './ipc/verb-handlers.ts';
import { openJsonFile } from './json-file.ts';
import { LocalSystemLauncher } from './local-system-launcher.ts';
import { openExternal } from './security/external-links.ts';
import { lockPages } from './security/lockdown.ts';
import { openSettings } from './settings.ts';
import { notifyAlert } from './shell/alert-notification.ts';
import { AlertWatches } from './shell/alert-watches.ts';
import { showApplicationMenu } from './shell/application-menu.ts';
import { describeApp } from './shell/describe-app.ts';
import { TrayIcon } from './shell/tray.ts';
import { windowStates } from './windows/window-state.ts';
import { Windows } from './windows/windows.ts';

export interface DesktopOptions {
  readonly env: Environment;
  /** Folder of the app's own state. */
  readonly userData: string;
  readonly preload: string;
  /** Folder of the built pages. */
  readonly pages: string;
  readonly trayIcon: string;
  /** Root of the installation with the programs of a local system; null without them. */
  readonly systemRoot: string | null;
  /** Node that runs the programs of a local system. */
  readonly node: string;
  /** Port of a local system's platform; 0 for any free one. */
  readonly localPort: number;
  readonly logLevel: LogLevel;
}

/** The running app. */
export interface Desktop {
  readonly windows: Windows;
  /** Shows the window used last, or the start window. */
  show(): Promise<void>;
  /** Goes where a deep link leads; asks before it adds a platform. */
  openLink(text: string): Promise<void>;
  /** Returns whether the app goes on in the tray when its last window is closed. */
  staysWithoutWindows(): boolean;
  /** Ends everything the app has started. */
  close(): Promise<void>;
}

/** Starts the app, once Electron is ready. */
export function startDesktop(options: DesktopOptions): Desktop {
  return new RunningDesktop(options);
}

class RunningDesktop implements Desktop {
  readonly windows: Windows;
  readonly #options: DesktopOptions;
  readonly #log;
  readonly #closers = new Closers();
  readonly #contexts: Contexts;
  readonly #connections: Connections;
  readonly #localSystem: LocalSystemLauncher;
  readonly #watches: AlertWatches;
  readonly #settings;
  #tray: TrayIcon | null = null;
  #following: Promise<void> = Promise.resolve();

  constructor(options: DesktopOptions) {
    this.#options = options;
    const { env, userData, preload, pages } = options;
    this.#log = createLogger({ app: 'desktop', level: options.logLevel });
    this.#settings = openSettings(join(userData, 'settings.json'));
    this.#contexts = new Contexts(env, () => void this.#contextsChanged());
    this.#connections = new Connections({
      env,
      folder: join(userData, 'last-data'),
      onSignIn: () => void this.#contextsChanged(),
    });
    const requests = new PageRequests();
    const states = openJsonFile(join(userData, 'windows.json'), windowStates, {});
    this.windows = new Windows({ preload, pages, states, onClosed: (id) => requests.cancelAll(id) });
    this.#localSystem = this.#createLauncher();
    this.#watches = new AlertWatches({
      connections: this.#connections,
      onState: () => this.#showTray(),
      onAlert: (alert, where) => this.#notify(alert, where),
      onError: (error) => this.#report('alerts.failed', error),
    });
    lockPages((url, contents) => this.#openExternal(url, contents));
    const handlers = createVerbHandlers({
      contexts: this.#contexts,
      connections: this.#connections,
      windows: this.windows,
      requests,
      localSystem: this.#localSystem,
      settings: this.#settings,
      diagnostics: () => describeApp(userData, this.#settings.value),
      onSettings: () => this.#showTray(),
    });
    const onError = (verb: string, error: unknown) => this.#report(`verb.${verb}`, error);
    this.#closers.add(
      () => Promise.all([states.saved(), this.#settings.saved()]),
      () => this.#tray?.close(),
      () => this.#localSystem.stop(),
      registerVerbs(handlers, { windows: this.windows, onError }),
      () => this.#connections.close(),
      () => this.#watches.close(),
      () => this.#following,
    );
    void this.#contextsChanged();
  }

  async show(): Promise<void> {
    const current = await this.#contexts.current();
    this.windows.open(current?.name ?? null);
  }

  async openLink(text: string): Promise<void> {
    await openLink(text, { contexts: this.#contexts, windows: this.windows });
  }

  staysWithoutWindows(): boolean {
    return this.#settings.value.tray;
  }

  close(): Promise<void> {
    return this.#closers.close((error) => this.#report('close.failed', error));
  }

  #createLauncher(): LocalSystemLauncher {
    const { systemRoot, node, userData, localPort } = this.#options;
    return new LocalSystemLauncher({
      root: systemRoot,
      node,
      dataDir: join(userData, 'local-system'),
      port: localPort,
      contexts: this.#contexts,
      connections: this.#connections,
      onState: (state) => {
        this.windows.broadcast({ type: 'local-system', state });
        this.#showTray();
      },
      onReady: ({ name }) => void this.windows.open(name),
    });
  }

  /** Contexts or sign-ins changed: menus, pages and watches follow, one change after the other. */
  #contextsChanged(): Promise<void> {
    this.#following = this.#following.then(() => this.#followContexts());
    return this.#following;
  }

  async #followContexts(): Promise<void> {
    try {
      const contexts = await this.#contexts.list();
      showApplicationMenu({
        system: process.platform,
        contexts,
        isDevelopment: !app.isPackaged,
        command: (id) => this.#command(id),
        openContext: (name) => void this.windows.open(name),
      });
      this.windows.broadcast({ type: 'contexts' });
      await this.#watches.follow(contexts.filter(({ isSignedIn }) => isSignedIn));
      this.#showTray();
    } catch (error) {
      this.#report('contexts.failed', error);
    }
  }

  #command(id: string): void {
    const window = this.windows.focused();
    if (window) this.windows.send(window, { type: 'command', id });
  }

  #notify(alert: Alert, where: { readonly context: string; readonly workspace: string }): void {
    if (this.#settings.value.notifications)
      notifyAlert(alert, where, (path) => void this.windows.open(where.context, path));
  }

  #showTray(): void {
    const contexts = this.#watches.states();
    app.setBadgeCount(contexts.reduce((sum, { firing }) => sum + firing.length, 0));
    if (!this.#settings.value.tray) {
      this.#tray?.close();
      this.#tray = null;
      return;
    }
    this.#tray ??= new TrayIcon(this.#options.trayIcon, {
      open: (context) => void (context === null ? this.show() : this.windows.open(context)),
      startLocalSystem: () => void this.#localSystem.start(),
      stopLocalSystem: () => void this.#localSystem.stop(),
      quit: () => app.quit(),
    });
    this.#tray.show({ contexts, localSystem: this.#localSystem.state });
  }

  #openExternal(url: string, contents: WebContents): void {
    const window = this.windows.byContents(contents.id);
    const open = async () => {
      const name = window?.context ?? null;
      const context = name === null ? null : await this.#contexts.find(name);
      const platform = context?.platform ?? null;
      await openExternal(url, { platform, window: window?.browserWindow ?? null });
    };
    open().catch((error: unknown) => this.#report('external.failed', error));
  }

  #report(event: string, error: unknown): void {
    this.#log.warn({ event, error: error instanceof Error ? error.message : String(error) });
  }
}
