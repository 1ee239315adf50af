import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { APP_ORIGIN } from '../bridge/app-origin.ts';
import { recorded, type BrowserWindow } from '../testing/electron.ts';

/** Where the app's pages are in Chromium, which has no `app:` scheme. */
const ORIGIN = 'http://desktop.portolan.localhost';

interface Shown {
  readonly page: Page;
  readonly context: BrowserContext;
}

/**
 * Shows the windows that the main process opens in Chromium: each with the real preload script and the real pages, which are
 * served, with their policy, by the handler of the window's session, and with the main process's own message handlers behind them.
 */
export class ChromiumWindows {
  readonly #browser: Browser;
  readonly #preload: string;
  readonly #shown = new Map<BrowserWindow, Promise<Shown>>();
  /** Errors in the console and violations of the policy, of all pages. */
  readonly problems: string[] = [];

  private constructor(browser: Browser, preload: string) {
    this.#browser = browser;
    this.#preload = preload;
  }

  /** Takes the folder of the built app. */
  static async open(dist: string): Promise<ChromiumWindows> {
    const preload = await readFile(join(dist, 'preload/preload.cjs'), 'utf8');
    const browser = await chromium.launch({
      executablePath: process.env['PORTOLAN_CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox'],
    });
    return new ChromiumWindows(browser, preload);
  }

  /** Returns the page of the window of a context; null is the start window. */
  async page(context: string | null): Promise<Page> {
    const title = context === null ? 'Portolan' : `${context} – `;
    const find = () =>
      recorded.windows.findLast((each) =>
        context === null ? !each.title.includes(' – ') : each.title.startsWith(title),
      );
    while (find() === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
    const window = find();
    if (window === undefined) throw new Error(`there is no window of ${String(context)}`);
    const shown = this.#shown.get(window) ?? this.#show(window);
    this.#shown.set(window, shown);
    return (await shown).page;
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }

  async #show(window: BrowserWindow): Promise<Shown> {
    const context = await this.#browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    page.on('console', (message) => message.type() === 'error' && this.problems.push(message.text()));
    page.on('pageerror', (error) => this.problems.push(String(error)));
    await page.exposeBinding('__invoke', async ({ frame }, channel: string, input: unknown) => {
      const parent = frame === page.mainFrame() ? null : {};
      const senderFrame = { url: frame.url().replace(ORIGIN, APP_ORIGIN), parent };
      const handler = recorded.handlers.get(channel);
      if (handler === undefined) throw new Error(`nothing handles ${channel}`);
      return encode(
        await handler({ sender: { id: window.webContents.id }, senderFrame }, input ?? undefined),
      );
    });
    await page.addInitScript(`(() => { ${ELECTRON_IN_PAGE}
      (function (require, module, exports) { ${this.#preload} })(() => electron, { exports: {} }, {});
    })();`);
    const pages = recorded.sessions.get(window.options.webPreferences?.partition ?? '')?.pages;
    if (pages === undefined) throw new Error('the session of the window has no pages');
    await page.route('**/*', async (route) => {
      const url = route.request().url();
      if (!url.startsWith(ORIGIN)) return route.abort();
      const response = await pages(new Request(url.replace(ORIGIN, APP_ORIGIN)));
      const body = Buffer.from(await response.arrayBuffer());
      return route.fulfill({ status: response.status, headers: Object.fromEntries(response.headers), body });
    });
    window.webContents.onSend = (channel, event) => {
      const sent = JSON.stringify({ detail: event });
      // A page that is being loaded again has no one to receive it.
      page
        .evaluate(`window.dispatchEvent(new CustomEvent(${JSON.stringify(channel)}, ${sent}))`)
        .catch(() => undefined);
    };
    await page.goto(window.webContents.url.replace(APP_ORIGIN, ORIGIN));
    return { page, context };
  }
}

/** What the preload script requires: Electron's side of the bridge, over a binding of the browser. */
const ELECTRON_IN_PAGE = `
  const decode = (value) => value && value.__bytes !== undefined
    ? Uint8Array.from(atob(value.__bytes), (char) => char.charCodeAt(0)) : value;
  const listeners = new Map();
  const electron = {
    contextBridge: { exposeInMainWorld: (name, value) => { window[name] = value; } },
    ipcRenderer: {
      invoke: async (channel, input) => {
        const reply = await window.__invoke(channel, input);
        return reply && reply.ok ? { ...reply, value: decode(reply.value) } : reply;
      },
      on: (channel, listener) => {
        const pass = (event) => listener({}, event.detail);
        listeners.set(listener, pass);
        window.addEventListener(channel, pass);
      },
      off: (channel, listener) => window.removeEventListener(channel, listeners.get(listener)),
    },
  };
`;

/** Bytes do not cross the binding as they are. */
function encode(reply: unknown): unknown {
  if (typeof reply !== 'object' || reply === null || !('value' in reply)) return reply;
  const { value } = reply;
  return value instanceof Uint8Array
    ? { ...reply, value: { __bytes: Buffer.from(value).toString('base64') } }
    : reply;
}
