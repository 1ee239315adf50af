import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Address of the platform while developing; requests of the page go through Vite to it. */
const PLATFORM = process.env['PORTOLAN_PLATFORM'] ?? 'http://127.0.0.1:4400';

export default defineConfig({
  root: fileURLToPath(new URL('src/renderer', import.meta.url)),
  plugins: [react(), tailwindcss(), zodForPages()],
  build: {
    outDir: fileURLToPath(new URL('dist/renderer', import.meta.url)),
    emptyOutDir: true,
    target: 'es2024',
    // Nothing inline: the content security policy allows files of the same origin only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    cssMinify: true,
    chunkSizeWarningLimit: 700,
  },
  server: { proxy: { '/api': PLATFORM, '/oidc': PLATFORM } },
});

/**
 * zod carries its messages in fifty languages; the console speaks English. And it compiles schemas with `new Function` where it may: the
 * content security policy forbids that and each attempt would be reported, so that it is switched off before the first schema is made.
 */
function zodForPages(): Plugin {
  const initial = '.__zod_globalConfig = {}';
  return {
    name: 'zod-for-pages',
    enforce: 'pre',
    resolveId(source, importer) {
      if (!source.endsWith('locales/index.js') || importer?.includes('/zod/') !== true) return null;
      return this.resolve(source.replace('index.js', 'en.js'), importer, { skipSelf: true });
    },
    transform(code, id) {
      if (!id.includes('/zod/v4/core/core.js')) return null;
      if (!code.includes(initial)) throw new Error('zod keeps its configuration elsewhere now');
      return { code: code.replace(initial, '.__zod_globalConfig = { jitless: true }'), map: null };
    },
  };
}
