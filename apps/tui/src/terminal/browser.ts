import { spawn } from 'node:child_process';
import type { Environment } from './io.ts';

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, string>>> = { darwin: 'open', win32: 'explorer.exe' };

/** Opens an address in the browser of this machine; false where there is none, as over ssh. */
export function openBrowser(url: string, env: Environment): Promise<boolean> {
  const isGraphical =
    process.platform === 'darwin' ||
    process.platform === 'win32' ||
    env['DISPLAY'] !== undefined ||
    env['WAYLAND_DISPLAY'] !== undefined;
  if (env['SSH_CONNECTION'] !== undefined || !isGraphical) return Promise.resolve(false);
  return new Promise((resolve) => {
    const child = spawn(OPENERS[process.platform] ?? 'xdg-open', [url], { stdio: 'ignore', detached: true });
    child.on('error', () => resolve(false));
    child.on('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}
