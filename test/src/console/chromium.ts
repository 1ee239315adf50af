import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Returns why tests of pages cannot run here; null when they can. Where they were asked for, a missing browser is a failure. */
export function missingBrowser(asked: string): string | null {
  if (process.env[asked] === undefined) return `a browser is needed: ${asked}=1`;
  if (browserPath() !== undefined) return null;
  throw new Error(
    'No Chromium was found. Install it (apt-get install chromium), or name one in CHROMIUM_PATH.',
  );
}

function browserPath(): string | undefined {
  return [process.env['CHROMIUM_PATH'] ?? '', ...PATHS].find((path) => path !== '' && existsSync(path));
}

/** Starts a browser of the system; close it in `afterAll`. */
export function startBrowser(): Promise<Browser> {
  const executablePath = browserPath();
  if (executablePath === undefined) throw new Error('No Chromium was found.');
  // Names below localhost are this machine (RFC 6761 §6.3); Chromium runs as root in containers.
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}
