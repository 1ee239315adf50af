import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { protocol, type Session } from 'electron';
import { APP_SCHEME, isAppUrl } from '../../bridge/app-origin.ts';
import { CONTENT_SECURITY_POLICY } from './content-security-policy.ts';

const TYPES: ReadonlyMap<string, string> = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.json', 'application/json'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.ico', 'image/x-icon'],
  ['.woff2', 'font/woff2'],
  ['.txt', 'text/plain; charset=utf-8'],
]);

const HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), usb=(), serial=(), hid=(), bluetooth=()',
};

/** Registers the scheme of the app's pages; must run before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: APP_SCHEME,
      privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
    },
  ]);
}

/** Serves the app's pages to the windows of a session, from a folder and nothing outside of it. */
export function serveAppPages(session: Session, folder: string): void {
  session.protocol.handle(APP_SCHEME, (request) => respond(request, folder));
}

async function respond({ url, method }: Request, folder: string): Promise<Response> {
  const file = isAppUrl(url) && method === 'GET' ? fileFor(url, folder) : null;
  if (file === null) return plain(404);
  try {
    const content = await readFile(file);
    const type = TYPES.get(extname(file)) ?? 'application/octet-stream';
    return new Response(content, { headers: { ...HEADERS, 'content-type': type } });
  } catch {
    return plain(404);
  }
}

/** Returns the file of an address; null when it names none below the folder. Addresses of views are all the same page. */
function fileFor(url: string, folder: string): string | null {
  const path = decoded(new URL(url).pathname);
  // A second layer of encoding, backslashes and NUL have no place in the names of our files.
  if (path === null || /[\\%\0]/.test(path))
    return extname(path ?? '') === '' ? join(folder, 'index.html') : null;
  if (extname(path) === '') return join(folder, 'index.html');
  const file = normalize(join(folder, path));
  return file.startsWith(normalize(folder) + sep) ? file : null;
}

function decoded(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}

function plain(status: number): Response {
  return new Response(null, { status, headers: HEADERS });
}
