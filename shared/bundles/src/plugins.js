import { join } from 'node:path';

/**
 * Leaves out the messages of zod in languages other than English: a third of a small bundle.
 *
 * @type {import('esbuild').Plugin}
 */
export const onlyEnglish = {
  name: 'only-english',
  setup(build) {
    build.onResolve({ filter: /locales\/index\.js$/ }, ({ path, importer, resolveDir }) =>
      importer.includes('zod') ? { path: join(resolveDir, path.replace('index.js', 'en.js')) } : undefined,
    );
  },
};

/**
 * Makes imports of Node's modules load them when a name of theirs is used. An import loads the module at once, and with `node:http` and
 * its like all of fetch, TLS and HTTP/2: half of a short command's time. Each use costs a look-up, which a server would notice.
 *
 * @type {import('esbuild').Plugin}
 */
export const lazyBuiltins = {
  name: 'lazy-builtins',
  setup(build) {
    build.onResolve({ filter: /^node:/ }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace: 'builtin' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = Object.create(new Proxy({}, {
        get: (_, name) => Reflect.get(process.getBuiltinModule(${JSON.stringify(path)}), name),
      }));`,
    }));
  },
};

/**
 * Replaces react-devtools-core, which Ink imports in development only and which is not installed.
 *
 * @type {import('esbuild').Plugin}
 */
export const withoutDevtools = {
  name: 'without-devtools',
  setup(build) {
    build.onResolve({ filter: /^react-devtools-core$/ }, ({ path }) => ({ path, namespace: 'no-devtools' }));
    build.onLoad({ filter: /.*/, namespace: 'no-devtools' }, () => ({
      contents: 'export default { connectToDevTools() {}, initialize() {} };',
    }));
  },
};
