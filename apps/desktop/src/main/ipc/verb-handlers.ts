import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { app, clipboard, dialog, type BrowserWindow } from 'electron';
import { Failure } from '@portolan/console/failure';
import { unreachable } from '@portolan/contract/client';
import type { ContextDetails } from '../../bridge/verbs.ts';
import type { Connections } from '../contexts/connections.ts';
import type { Contexts } from '../contexts/contexts.ts';
import { openExternal } from '../security/external-links.ts';
import type { LocalSystemLauncher } from '../local-system-launcher.ts';
import type { SettingsFile } from '../settings.ts';
import type { Windows } from '../windows/windows.ts';
import type { PageRequests } from './page-requests.ts';
import type { Caller, VerbHandlers } from './register-verbs.ts';

export interface HandlerParts {
  readonly contexts: Contexts;
  readonly connections: Connections;
  readonly windows: Windows;
  readonly requests: PageRequests;
  readonly localSystem: LocalSystemLauncher;
  readonly settings: SettingsFile;
  /** Returns what a person may send with a report: versions, settings and recent errors, without secrets. */
  readonly diagnostics: () => Promise<string>;
  readonly onSettings: () => void;
}

const SYSTEMS: Readonly<Partial<Record<NodeJS.Platform, 'macos' | 'windows'>>> = {
  darwin: 'macos',
  win32: 'windows',
};

/** What each verb does. A page names neither its context nor its platform: they are those of its window. */
export function createVerbHandlers(parts: HandlerParts): VerbHandlers {
  const { contexts, connections, windows, requests, localSystem, settings } = parts;
  const contextOf = async ({ window }: Caller): Promise<ContextDetails> => {
    const found = window.context === null ? null : await contexts.find(window.context);
    if (found !== null) return found;
    throw new Failure('This window belongs to no context.', 'Open a context first.');
  };
  return {
    describeWindow: async (_, { window }) => ({
      context: window.context === null ? null : await contexts.find(window.context),
      system: SYSTEMS[process.platform] ?? 'linux',
      version: app.getVersion(),
    }),
    listContexts: () => contexts.list(),
    addContext: async (input) => {
      const context = await contexts.add(input);
      windows.open(context.name);
      return context;
    },
    async openContext({ name }) {
      if ((await contexts.find(name)) === null)
        throw new Failure(`There is no context "${name}".`, 'Choose another one.');
      windows.open(name);
      await contexts.use(name);
    },
    async removeContext({ name }, { window }) {
      const context = await contexts.find(name);
      if (context === null) return false;
      if (!(await isRemovalAgreed(window.browserWindow, context))) return false;
      await connections.forget(context);
      await contexts.remove(name);
      windows.of(name)?.browserWindow.close();
      return true;
    },
    signIn: async (_, caller) => connections.signIn(await contextOf(caller)),
    cancelSignIn: async (_, caller) => connections.cancelSignIn((await contextOf(caller)).platform),
    signOut: async (_, caller) => connections.signOut(await contextOf(caller)),
    async fetch({ id, ...request }, caller) {
      const context = await contextOf(caller);
      return requests.fetch(caller.contentsId, id, (signal) =>
        connections
          .requests(context)
          .send({ ...request, signal })
          .catch((cause: unknown) => Promise.reject(unreachable(context.platform, cause))),
      );
    },
    readBody: ({ id }, { contentsId }) => requests.read(contentsId, id),
    cancelFetch: ({ id }, { contentsId }) => requests.cancel(contentsId, id),
    async openExternal({ url }, { window }) {
      const context = window.context === null ? null : await contexts.find(window.context);
      return openExternal(url, { platform: context?.platform ?? null, window: window.browserWindow });
    },
    copyText: ({ text }) => clipboard.writeText(text),
    saveText: ({ name, text }, { window }) => saveText(window.browserWindow, name, text),
    describeLocalSystem: () => localSystem.state,
    startLocalSystem: () => localSystem.start(),
    stopLocalSystem: () => localSystem.stop(),
    readSettings: () => settings.value,
    changeSettings({ notifications, tray }) {
      settings.change((value) => ({
        ...value,
        notifications: notifications ?? value.notifications,
        tray: tray ?? value.tray,
      }));
      parts.onSettings();
      return settings.value;
    },
    copyDiagnostics: async () => clipboard.writeText(await parts.diagnostics()),
  };
}

async function isRemovalAgreed(window: BrowserWindow, { name, platform }: ContextDetails): Promise<boolean> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    message: `Remove context ${name}?`,
    detail: `Its sign-in and offline data are removed from this computer. ${platform} keeps everything.`,
    buttons: ['Remove', 'Cancel'],
    defaultId: 1,
    cancelId: 1,
    noLink: true,
  });
  return response === 0;
}

/** Writes a text where the person says; false when they cancel. */
async function saveText(window: BrowserWindow, name: string, text: string): Promise<boolean> {
  // Only the last part of the name counts: the person chooses the folder.
  const defaultPath = basename(name).replace(/^\.+/, '') || 'portolan.txt';
  const { canceled, filePath } = await dialog.showSaveDialog(window, { defaultPath });
  if (canceled) return false;
  await writeFile(filePath, text);
  return true;
}
