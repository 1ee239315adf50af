import { app, BrowserWindow, session, type Session } from 'electron';
import { APP_ORIGIN } from '../../bridge/app-origin.ts';
import { EVENT_CHANNEL } from '../../bridge/verb-names.ts';
import type { BridgeEvent } from '../../bridge/verbs.ts';
import type { JsonFile } from '../json-file.ts';
import { serveAppPages } from '../security/app-protocol.ts';
import { lockSession } from '../security/lockdown.ts';
import { partitionOf } from './partition.ts';
import { windowOptions } from './window-options.ts';
import { initialBounds, keepWindowState, type windowStates } from './window-state.ts';
import type { z } from 'zod';

/** A window of the app, which belongs to one context; that of the start window is null. */
export interface AppWindow {
  readonly context: string | null;
  readonly browserWindow: BrowserWindow;
}

export interface WindowsOptions {
  /** File of the preload script. */
  readonly preload: string;
  /** Folder of the pages. */
  readonly pages: string;
  readonly states: JsonFile<z.output<typeof windowStates>>;
  /** Receives the id of the contents of a window that was closed. */
  readonly onClosed: (contentsId: number) => void;
}

/** The windows of the app: at most one for each context, each with a session partition of its own. */
export class Windows {
  readonly #options: WindowsOptions;
  readonly #windows = new Map<number, AppWindow>();
  readonly #locked = new WeakSet<Session>();

  constructor(options: WindowsOptions) {
    this.#options = options;
  }

  /** Shows the window of a context, at a page if one is named. */
  open(context: string | null, path?: string): AppWindow {
    const existing = this.of(context);
    if (existing) {
      show(existing.browserWindow);
      if (path !== undefined) this.send(existing, { type: 'navigate', path });
      return existing;
    }
    return this.#create(context, path ?? '/');
  }

  /** Returns the window of a context, if it is open. */
  of(context: string | null): AppWindow | undefined {
    return this.all().find((window) => window.context === context);
  }

  /** Returns the window whose page has these contents. */
  byContents(contentsId: number): AppWindow | undefined {
    return this.#windows.get(contentsId);
  }

  focused(): AppWindow | undefined {
    const focused = BrowserWindow.getFocusedWindow();
    return focused === null ? undefined : this.byContents(focused.webContents.id);
  }

  all(): readonly AppWindow[] {
    return [...this.#windows.values()];
  }

  send({ browserWindow }: AppWindow, event: BridgeEvent): void {
    if (!browserWindow.isDestroyed()) browserWindow.webContents.send(EVENT_CHANNEL, event);
  }

  /** Sends an event to every page. */
  broadcast(event: BridgeEvent): void {
    for (const window of this.all()) this.send(window, event);
  }

  #create(context: string | null, path: string): AppWindow {
    const { preload, pages, states } = this.#options;
    const partition = partitionOf(context);
    this.#prepareSession(session.fromPartition(partition), pages);
    const key = context ?? '';
    const browserWindow = new BrowserWindow({
      ...windowOptions(preload, partition, app.isPackaged),
      ...initialBounds(states.value, key),
      title: context === null ? 'Portolan' : `${context} – Portolan`,
    });
    const window: AppWindow = { context, browserWindow };
    const { id } = browserWindow.webContents;
    this.#windows.set(id, window);
    keepWindowState(browserWindow, key, states);
    // The page knows what is on screen; the title says whose window it is as well.
    browserWindow.on('page-title-updated', (event, title) => {
      event.preventDefault();
      browserWindow.setTitle(context === null ? title : `${context} – ${title}`);
    });
    browserWindow.once('ready-to-show', () => browserWindow.show());
    browserWindow.on('closed', () => {
      this.#windows.delete(id);
      this.#options.onClosed(id);
    });
    void browserWindow.loadURL(`${APP_ORIGIN}${path}`).catch(() => undefined);
    return window;
  }

  #prepareSession(own: Session, pages: string): void {
    if (this.#locked.has(own)) return;
    this.#locked.add(own);
    lockSession(own);
    serveAppPages(own, pages);
  }
}

function show(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
