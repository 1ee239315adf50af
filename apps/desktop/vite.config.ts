import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Address of the platform while developing; requests of the page go through Vite to it. */
const PLATFORM = process.env['PORTOLAN_PLATFORM'] ?? 'http://127.0.0.1:4400';

export default defineConfig({
  root: fileURLToPath(new URL('src/renderer', import.meta.url)),
  plugins: [react(), tailwindcss(), onlyEnglish()],
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

/** zod carries its messages in fifty languages; the console speaks English. */
function onlyEnglish(): Plugin {
  return {
    name: 'only-english',
    enforce: 'pre',
    resolveId(source, importer) {
      if (!source.endsWith('locales/index.js') || importer?.includes('/zod/') !== true) return null;
      return this.resolve(source.replace('index.js', 'en.js'), importer, { skipSelf: true });
    },
  };
}
