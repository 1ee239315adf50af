import { EventEmitter } from 'node:events';
import type { MenuItemConstructorOptions } from 'electron';

// Stands in for the module `electron` in tests of the main process: it records what it is asked for, lets a test raise Electron's
// events, and has no behaviour of its own beyond that. What only Electron itself can show is tested in Electron.

/** What the main process asked of Electron. */
export const recorded = {
  calls: [] as (readonly [name: string, ...values: unknown[]])[],
  /** Index of the button that the person presses in the next message boxes; the cancelling one without it. */
  pressed: [] as number[],
  handlers: new Map<string, (event: unknown, input: unknown) => Promise<unknown>>(),
  sessions: new Map<string, FakeSession>(),
  windows: [] as BrowserWindow[],
  notifications: [] as Notification[],
  trays: [] as Tray[],
  menu: [] as readonly MenuItemConstructorOptions[],
  clipboard: '',
  isPackaged: true,
  displays: [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }],
};

/** Returns the values of each call of a name. */
export function callsOf(name: string): readonly (readonly unknown[])[] {
  return recorded.calls.filter(([each]) => each === name).map(([, ...values]) => values);
}

/** Forgets everything that was recorded, and every listener. */
export function resetElectron(): void {
  recorded.calls.length = 0;
  recorded.pressed.length = 0;
  recorded.handlers.clear();
  recorded.sessions.clear();
  recorded.windows.length = 0;
  recorded.notifications.length = 0;
  recorded.trays.length = 0;
  recorded.menu = [];
  recorded.clipboard = '';
  recorded.isPackaged = true;
  app.removeAllListeners();
}

function record(name: string, ...values: unknown[]): void {
  recorded.calls.push([name, ...values]);
}

class App extends EventEmitter {
  get isPackaged() {
    return recorded.isPackaged;
  }
  enableSandbox = () => record('app.enableSandbox');
  requestSingleInstanceLock = () => {
    record('app.requestSingleInstanceLock');
    return true;
  };
  setAsDefaultProtocolClient = (scheme: string) => record('app.setAsDefaultProtocolClient', scheme);
  setBadgeCount = (count: number) => record('app.setBadgeCount', count);
  getVersion = () => '0.1.0';
  getAppPath = () => '/app';
  getPath = () => process.env['PORTOLAN_TEST_USER_DATA'] ?? '/nowhere';
  whenReady = () => Promise.resolve();
  quit = () => record('app.quit');
  exit = () => record('app.exit');
}
export const app = new App();

class FakeWebContents extends EventEmitter {
  readonly id: number;
  readonly sent: unknown[] = [];
  url = '';
  windowOpen: ((details: { url: string }) => { action: string }) | undefined;
  /** Receives what is sent to the page as well, where a real page is behind it. */
  onSend: ((channel: string, event: unknown) => void) | undefined;
  constructor(id: number) {
    super();
    this.id = id;
  }
  getURL = () => this.url;
  isDestroyed = () => false;
  reload = () => record('webContents.reload', this.id);
  setWindowOpenHandler = (handler: FakeWebContents['windowOpen']) => void (this.windowOpen = handler);
  send = (channel: string, event: unknown) => {
    this.sent.push(event);
    this.onSend?.(channel, event);
  };
}

let lastId = 0;

export class BrowserWindow extends EventEmitter {
  static focused: BrowserWindow | null = null;
  static getFocusedWindow = () => BrowserWindow.focused;
  readonly options: Electron.BrowserWindowConstructorOptions;
  readonly webContents: FakeWebContents;
  bounds = { x: 0, y: 0, width: 0, height: 0 };
  title: string;
  isShown = false;
  maximized = false;

  constructor(options: Electron.BrowserWindowConstructorOptions) {
    super();
    this.options = options;
    this.title = options.title ?? '';
    const { x = 0, y = 0, width = 0, height = 0 } = options;
    this.bounds = { x, y, width, height };
    lastId += 1;
    this.webContents = new FakeWebContents(lastId);
    recorded.windows.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }

  loadURL = (url: string) => {
    this.webContents.url = url;
    this.emit('ready-to-show');
    return Promise.resolve();
  };
  show = () => void (this.isShown = true);
  focus = () => void (BrowserWindow.focused = this);
  isMinimized = () => false;
  restore = () => record('window.restore');
  isMaximized = () => this.maximized;
  maximize = () => void (this.maximized = true);
  getNormalBounds = () => this.bounds;
  isDestroyed = () => false;
  setTitle = (title: string) => void (this.title = title);
  close = () => {
    this.emit('close');
    this.emit('closed');
  };
}

type Decide = (
  details: { url: string; webContentsId?: number },
  decide: (by: { cancel: boolean }) => void,
) => void;

class FakeSession extends EventEmitter {
  readonly partition: string;
  pages: ((request: Request) => Promise<Response>) | undefined;
  permissionRequest:
    | ((contents: unknown, name: string, grant: (isGranted: boolean) => void) => void)
    | undefined;
  permissionCheck: ((contents: unknown, name: string, origin: string) => boolean) | undefined;
  devicePermission: (() => boolean) | undefined;
  beforeRequest: Decide | undefined;
  constructor(partition: string) {
    super();
    this.partition = partition;
  }
  readonly protocol = {
    handle: (_scheme: string, handler: FakeSession['pages']) => void (this.pages = handler),
  };
  readonly webRequest = { onBeforeRequest: (listener: Decide) => void (this.beforeRequest = listener) };
  setPermissionRequestHandler = (handler: FakeSession['permissionRequest']) =>
    void (this.permissionRequest = handler);
  setPermissionCheckHandler = (handler: FakeSession['permissionCheck']) =>
    void (this.permissionCheck = handler);
  setDevicePermissionHandler = (handler: FakeSession['devicePermission']) =>
    void (this.devicePermission = handler);
  setCertificateVerifyProc = () => record('session.setCertificateVerifyProc');
  clearStorageData = () => {
    record('session.clearStorageData', this.partition);
    return Promise.resolve();
  };
  fetch = (url: string, init: RequestInit) => fetch(url, init);
}

export const session = {
  fromPartition(partition: string): FakeSession {
    const existing = recorded.sessions.get(partition) ?? new FakeSession(partition);
    recorded.sessions.set(partition, existing);
    return existing;
  },
};

export const protocol = {
  registerSchemesAsPrivileged: (schemes: unknown) => record('protocol.registerSchemesAsPrivileged', schemes),
};

export const ipcMain = {
  handle: (channel: string, handler: (event: unknown, input: unknown) => Promise<unknown>) =>
    void recorded.handlers.set(channel, handler),
  removeHandler: (channel: string) => void recorded.handlers.delete(channel),
};

export const dialog = {
  showMessageBox(...values: readonly unknown[]) {
    const box = values.at(-1) as { cancelId?: number };
    record('dialog.showMessageBox', box);
    return Promise.resolve({ response: recorded.pressed.shift() ?? box.cancelId ?? 0 });
  },
  showSaveDialog(_window: unknown, options: { defaultPath?: string }) {
    record('dialog.showSaveDialog', options);
    return Promise.resolve({ canceled: chosen.savePath === null, filePath: chosen.savePath ?? '' });
  },
};

/** Where the person saves the next file; nowhere when null. */
export const chosen = { savePath: null as string | null };

export const shell = {
  onOpen: undefined as ((url: string) => unknown) | undefined,
  openExternal(url: string) {
    record('shell.openExternal', url);
    return Promise.resolve(shell.onOpen?.(url)).then(() => undefined);
  },
};

export const autoUpdater = {
  on: () => undefined,
  setFeedURL: (feed: unknown) => record('autoUpdater.setFeedURL', feed),
  checkForUpdates: () => record('autoUpdater.checkForUpdates'),
};

export const clipboard = { writeText: (text: string) => void (recorded.clipboard = text) };

export const screen = { getAllDisplays: () => recorded.displays };

export const nativeImage = { createFromPath: (path: string) => ({ path }) };

type Template = readonly MenuItemConstructorOptions[];

export const Menu = {
  buildFromTemplate: (template: Template) => template,
  setApplicationMenu: (template: Template) => void (recorded.menu = template),
};

export class Tray extends EventEmitter {
  menu: Template = [];
  tooltip = '';
  isDestroyed = false;
  constructor() {
    super();
    recorded.trays.push(this);
  }
  setToolTip = (text: string) => void (this.tooltip = text);
  setContextMenu = (menu: Template) => void (this.menu = menu);
  destroy = () => void (this.isDestroyed = true);
}

export class Notification extends EventEmitter {
  static isSupported = () => true;
  readonly options: Electron.NotificationConstructorOptions;
  constructor(options: Electron.NotificationConstructorOptions) {
    super();
    this.options = options;
  }
  show = () => void recorded.notifications.push(this);
}
