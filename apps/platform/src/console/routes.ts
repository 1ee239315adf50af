import type { Context } from 'hono';
import { page } from '../http/page.ts';
import type { CreateCapability } from '../platform.ts';
import { chooseEncoding, ConsoleFiles, type ConsoleFile } from './files.ts';

/** Paths of the console's pages; all are the same document, whose script shows the right one. */
const PAGES = ['/', '/sign-in', '/sign-in/callback', '/w/*'];

/**
 * The page runs its own files and speaks to its own origin, nothing else. Styles of single elements are set by script (CSSOM),
 * which `style-src` does not restrict (CSP Level 3 §6.1.13).
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "require-trusted-types-for 'script'",
].join('; ');

/** Serves the web console. */
export const console: CreateCapability = ({ config }) => ({
  routes({ app }) {
    const { consoleDir } = config;
    if (consoleDir === undefined) return;
    const files = new ConsoleFiles(consoleDir);
    for (const path of PAGES) {
      app.get(path, async (c) => {
        c.header('content-security-policy', POLICY);
        c.header('permissions-policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()');
        const file = await files.page();
        if (file === null) return c.html(page('Console', NOT_BUILT), 503);
        c.header('cache-control', 'no-cache');
        return send(c, file);
      });
    }
    app.get('/assets/:name', async (c, next) => {
      const file = await files.asset(c.req.param('name'));
      if (file === null) return next();
      c.header('cache-control', 'public, max-age=31536000, immutable');
      return send(c, file);
    });
  },
});

const NOT_BUILT =
  '<p>The console is being built, or could not be. Reload this page in a few seconds; the log of the start has the reason if it stays so.</p>';

async function send(c: Context, file: ConsoleFile): Promise<Response> {
  c.header('etag', file.etag);
  c.header('vary', 'accept-encoding');
  if (c.req.header('if-none-match') === file.etag) return c.body(null, 304);
  const plain = await file.body('identity');
  const encoding = chooseEncoding(c.req.header('accept-encoding') ?? '', plain.length);
  if (encoding !== 'identity') c.header('content-encoding', encoding);
  return c.body(new Uint8Array(await file.body(encoding)), 200, { 'content-type': file.type });
}
