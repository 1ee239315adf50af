import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDesktop, type Desktop, type DesktopOptions } from '../main/desktop.ts';
import { channelOf, type Verb } from '../bridge/verb-names.ts';
import type { Reply, VerbArgument, VerbResults } from '../bridge/verbs.ts';
import { recorded, resetElectron, type BrowserWindow } from './electron.ts';

export interface TestDesktop {
  readonly desktop: Desktop;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Starts the main process with a home directory and pages of its own. */
export async function startTestDesktop(options: Partial<DesktopOptions> = {}): Promise<TestDesktop> {
  resetElectron();
  const folder = await mkdtemp(join(tmpdir(), 'portolan-desktop-'));
  const pages = join(folder, 'pages');
  await mkdir(join(pages, 'assets'), { recursive: true });
  await writeFile(join(pages, 'index.html'), '<!doctype html><title>Portolan</title>');
  await writeFile(join(pages, 'assets/main.js'), 'export {};');
  await writeFile(join(folder, 'outside.js'), 'secret');
  const env = { HOME: folder };
  const desktop = startDesktop({
    env,
    userData: join(folder, 'data'),
    preload: join(folder, 'preload.cjs'),
    pages,
    trayIcon: join(folder, 'tray.png'),
    systemRoot: null,
    node: process.execPath,
    localPort: 0,
    logLevel: 'silent',
    ...options,
  });
  return {
    desktop,
    folder,
    env,
    async close() {
      await desktop.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Calls a verb as the page of a window does. */
export async function callVerb<V extends Verb>(
  window: BrowserWindow | undefined,
  verb: V,
  input?: VerbArgument<V>,
): Promise<Reply<VerbResults[V]>> {
  const contents = window?.webContents;
  const senderFrame = { url: contents?.url ?? '', parent: null };
  return callVerbFrom({ sender: { id: contents?.id }, senderFrame }, verb, input) as Promise<
    Reply<VerbResults[V]>
  >;
}

/** Calls a verb with an event of any shape. */
export async function callVerbFrom(event: unknown, verb: Verb, input?: unknown): Promise<Reply<unknown>> {
  const handler = recorded.handlers.get(channelOf(verb));
  if (handler === undefined) throw new Error(`nothing handles ${verb}`);
  // What crosses between processes is cloned.
  const reply = await handler(event, structuredClone(input));
  return structuredClone(reply) as Reply<unknown>;
}
