import { spawn } from 'node:child_process';
import type { Environment } from './environment.ts';

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, string>>> = { darwin: 'open', win32: 'explorer.exe' };

/** Opens a web page in the browser of this machine; false where there is none, as over ssh, and for other addresses. */
export function openBrowser(url: string, env: Environment): Promise<boolean> {
  // xdg-open, open and explorer.exe start whatever program an address names.
  if (!/^https?:\/\//.test(url)) return Promise.resolve(false);
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
