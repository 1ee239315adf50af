import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';
import type { DesktopOptions } from './desktop.ts';

const DEFAULT_PORT = 4400;

/** Returns where the parts of this installation are: below the app's resources when packaged, else in the repository. */
export function installation(): DesktopOptions {
  const build = join(import.meta.dirname, '..');
  const resources = app.isPackaged ? process.resourcesPath : join(build, '../../..');
  return {
    env: process.env,
    userData: app.getPath('userData'),
    preload: join(build, 'preload/preload.cjs'),
    pages: join(build, 'renderer'),
    trayIcon: join(build, 'icons/tray.png'),
    systemRoot: systemRoot(resources),
    node: nodeIn(resources),
    localPort: DEFAULT_PORT,
    logLevel: 'info',
  };
}

function systemRoot(resources: string): string | null {
  const root = app.isPackaged ? join(resources, 'system') : resources;
  return existsSync(join(root, 'apps/platform/src/main.ts')) ? root : null;
}

/** The Node that runs the local system: that of the package, or in the repository the pinned one. */
function nodeIn(resources: string): string {
  const name = process.platform === 'win32' ? 'node.exe' : 'bin/node';
  if (app.isPackaged) return join(resources, 'node', name);
  return join(resources, 'node_modules', `node-${process.platform}-${process.arch}`, name);
}
