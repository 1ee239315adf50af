import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Address of the platform while developing; requests of the page go through Vite to it. */
const PLATFORM = process.env['PORTOLAN_PLATFORM'] ?? 'http://127.0.0.1:4400';

/**
 * The first screen is two files: libraries, which stay in the browser's cache from one version to the next, and what the
 * entry imports at once. What is shown later is imported when it is; a test of `npm run test:console` watches the size.
 */
const CHUNKS = [
  { name: 'libraries', tags: ['$initial' as const], test: /node_modules/, priority: 1 },
  { name: 'start', tags: ['$initial' as const] },
];

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
    rolldownOptions: { output: { codeSplitting: { groups: CHUNKS } } },
  },
  server: { proxy: { '/api': PLATFORM, '/oidc': PLATFORM } },
});

/**
 * zod carries its messages in fifty languages; the console speaks English. It carries writers of JSON Schema in every schema; pages
 * write none, so that these are replaced. And it compiles schemas with `new Function` where it may: the
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
      if (JSON_SCHEMA.test(id)) return { code: refusingExports(code), map: null };
      if (!id.includes('/zod/v4/core/core.js')) return null;
      if (!code.includes(initial)) throw new Error('zod keeps its configuration elsewhere now');
      return { code: code.replace(initial, '.__zod_globalConfig = { jitless: true }'), map: null };
    },
  };
}

const JSON_SCHEMA = /\/zod\/v4\/core\/(?:json-schema-processors|to-json-schema)\.js$/;

/** Returns a module with the same names, of which each returns a function that throws. */
function refusingExports(code: string): string {
  const names = [...code.matchAll(/^export (?:const|function) (\w+)/gm)].map(([, name]) => name);
  if (names.length === 0) throw new Error('zod writes JSON Schema elsewhere now');
  const refuse = "const refuse = () => { throw new Error('pages write no JSON Schema'); };";
  return [
    refuse,
    ...names.map((name) => `export const ${name} = () => refuse;`),
    ...(code.includes('processSchema as process') ? ['export { processSchema as process };'] : []),
  ].join('\n');
}
