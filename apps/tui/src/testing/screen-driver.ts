import { EventEmitter, once } from 'node:events';
import { PassThrough } from 'node:stream';
import { Terminal as Emulator } from '@xterm/headless';
import { createGatedClient, type Gate } from '../state/session-client.ts';
import { configSchema, type Config, type LoadedConfig } from '@portolan/contexts/config';
import { Confirm } from '../overlays/confirm.ts';
import { openScreen, type Screen } from '../ui/open-screen.tsx';
import { createApp } from '../ui/create-app.ts';
import type { App, Terminal } from '../state/app.ts';
import type { FixturePlatform } from './fixture-platform.ts';
import { NOW } from './fixture-data.ts';

const BYTES: Readonly<Record<string, string>> = {
  enter: '\r',
  esc: '\u001b',
  tab: '\t',
  'shift-tab': '\u001b[Z',
  up: '\u001b[A',
  down: '\u001b[B',
  right: '\u001b[C',
  left: '\u001b[D',
  pgdn: '\u001b[6~',
  pgup: '\u001b[5~',
  home: '\u001b[H',
  end: '\u001b[F',
  space: ' ',
  backspace: '\u007f',
};

function bytesOf(key: string): string {
  return BYTES[key] ?? (key.startsWith('ctrl-') ? String.fromCharCode(key.charCodeAt(5) - 96) : key);
}

const PATIENCE_MS = 5_000;
const READING_MS = 1_000;

/** Ink's output side: a real terminal emulator in memory. */
class XtermStdout extends EventEmitter {
  readonly isTTY = true;
  readonly terminal: Emulator;
  bytes = 0;
  #pending = 0;

  constructor(columns: number, rows: number) {
    super();
    this.terminal = new Emulator({
      cols: columns,
      rows,
      allowProposedApi: true,
      scrollback: 0,
      convertEol: true,
    });
  }
  get columns(): number {
    return this.terminal.cols;
  }
  get rows(): number {
    return this.terminal.rows;
  }
  get isQuiet(): boolean {
    return this.#pending === 0;
  }
  write(text: string | Uint8Array, ...rest: unknown[]): boolean {
    const done = rest.find((one) => typeof one === 'function') as (() => void) | undefined;
    this.bytes += Buffer.byteLength(text);
    this.#pending += 1;
    this.terminal.write(text, () => {
      this.#pending -= 1;
      done?.();
      this.emit('drained');
    });
    return true;
  }
  text(): string {
    const { active } = this.terminal.buffer;
    const line = (at: number) => active.getLine(active.baseY + at)?.translateToString(true) ?? '';
    return Array.from({ length: this.terminal.rows }, (_, at) => line(at)).join('\n');
  }
  resize(columns: number, rows: number): void {
    this.terminal.resize(columns, rows);
    this.emit('resize');
  }
}

export interface Driver {
  readonly app: App;
  readonly output: { readonly bytes: number };
  /** Presses keys one after the other, each after the screen has followed the one before. */
  press(...keys: readonly string[]): Promise<void>;
  /** Presses keys without a pause between them, as text that is pasted without brackets. */
  rush(...keys: readonly string[]): Promise<void>;
  type(text: string): Promise<void>;
  screen(): string;
  line(containing: string): string;
  /** Waits until the screen shows a text. */
  see(text: string): Promise<void>;
  until(what: string, holds: () => boolean): Promise<void>;
  settle(): Promise<void>;
  resize(columns: number, rows: number): Promise<void>;
  /** Whether the program was left and the normal screen is back. */
  readonly hasLeft: () => boolean;
  close(): Promise<void>;
}

export interface DriverOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly production?: boolean;
  readonly config?: Partial<Config>;
  readonly loaded?: LoadedConfig;
  readonly env?: Record<string, string>;
  readonly gate?: Partial<Gate>;
}

function createStdin() {
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: () => stdin,
    ref: () => stdin,
    unref: () => stdin,
  });
  return stdin;
}

/** Opens the terminal UI against a platform, on an in-memory terminal. */
export async function openDriver(platform: FixturePlatform, options: DriverOptions = {}): Promise<Driver> {
  const stdout = new XtermStdout(options.columns ?? 120, options.rows ?? 30);
  const stdin = createStdin();
  const app = openApp(platform, options);
  let now = NOW;
  Object.assign(app, { now: () => now });
  const screen = openScreen(app, { stdin, stdout: stdout as never, stderr: new PassThrough() });
  let hasLeft = false;
  void screen.left.then(
    () => (hasLeft = true),
    () => (hasLeft = true),
  );
  app.terminal = terminalOf(screen);
  app.start();
  const text = () => stdout.text();
  const settle = async () => {
    do {
      await app.busy.idle();
      if (!hasLeft) await screen.flushed();
      while (!stdout.isQuiet) await once(stdout, 'drained');
    } while (!app.busy.isIdle);
  };
  const until = async (what: string, holds: () => boolean) => {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      await settle();
      if (holds()) return;
      if (Date.now() > deadline)
        throw new Error(`Waited in vain until ${what}. The screen shows:\n${text()}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const send = async (key: string) => {
    const before = app.version();
    stdin.write(bytesOf(key));
    await until(`the app took the key ${key}`, () => app.version() !== before || hasLeft);
  };
  const driver: Driver = {
    app,
    output: stdout,
    screen: text,
    settle,
    until,
    hasLeft: () => hasLeft,
    line: (containing) =>
      text()
        .split('\n')
        .find((line) => line.includes(containing)) ?? '',
    see: (wanted) => until(`it shows "${wanted}"`, () => text().includes(wanted)),
    async press(...keys) {
      for (const key of keys) {
        // A person takes a moment to read a question.
        if (app.overlay instanceof Confirm) now += READING_MS;
        await send(key);
        // Something else may have changed the app before the key arrived.
        await new Promise((resolve) => setImmediate(resolve));
        await settle();
      }
    },
    async rush(...keys) {
      for (const key of keys) await send(key);
    },
    async type(wanted) {
      await driver.press(wanted);
    },
    async resize(columns, rows) {
      stdout.resize(columns, rows);
      await until('the app has the new size', () => app.size.width === columns && app.size.height === rows);
    },
    async close() {
      screen.leave();
      app.close();
      await screen.left.catch(() => undefined);
    },
  };
  await driver.until('it is live', () => app.connection.live.state === 'live');
  return driver;
}

function terminalOf(screen: Screen): Terminal {
  return {
    copy: async (text) => `Copied %s: ${text}`,
    edit: async () => null,
    browse: async () => false,
    setMouse: () => undefined,
    stop: async () => undefined,
    redraw: () => screen.suspend(() => Promise.resolve()),
    exit: screen.leave,
  };
}

/** Opens the app alone, for tests that need no terminal. */
export function openApp(platform: FixturePlatform, options: DriverOptions = {}): App {
  const isProduction = options.production ?? false;
  const gate: Gate = { token: 'token', isWritable: !isProduction, ...options.gate };
  const config = { ...configSchema.parse({}), ...options.config };
  const account = platform.state.account;
  return createApp({
    session: {
      client: createGatedClient(platform.url, gate),
      account,
      workspace: 'airline',
      role: account.workspaces[0]?.role ?? 'viewer',
    },
    gate,
    contextName: 'test',
    isProduction,
    loaded: options.loaded ?? { path: '/nonexistent/portolan/config.yaml', config, problem: null },
    env: options.env ?? { LANG: 'C.UTF-8', NO_COLOR: '1' },
    isTty: true,
    isAscii: false,
    now: () => NOW,
  });
}
