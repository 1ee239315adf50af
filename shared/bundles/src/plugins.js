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
 * Makes imports of Node's modules take the module itself. An ES import reads every property of the module to export it, lazy ones too:
 * with `node:http` that loads all of fetch and WebSocket, which a server may never use.
 *
 * @type {import('esbuild').Plugin}
 */
export const plainBuiltins = {
  name: 'plain-builtins',
  setup: (build) =>
    replaceBuiltins(build, (path) => `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`),
};

/**
 * Makes imports of Node's modules load them when a name of theirs is used: half of a short command's time. Each use costs a look-up, which
 * a server would notice.
 *
 * @type {import('esbuild').Plugin}
 */
export const lazyBuiltins = {
  name: 'lazy-builtins',
  setup: (build) =>
    replaceBuiltins(
      build,
      (path) => `module.exports = Object.create(new Proxy({}, {
        get: (_, name) => Reflect.get(process.getBuiltinModule(${JSON.stringify(path)}), name),
      }));`,
    ),
};

/**
 * @param {import('esbuild').PluginBuild} build
 * @param {(path: string) => string} contentsOf
 */
function replaceBuiltins(build, contentsOf) {
  build.onResolve({ filter: /^node:/ }, ({ path, kind }) =>
    kind === 'import-statement' ? { path, namespace: 'builtin' } : undefined,
  );
  build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({ contents: contentsOf(path) }));
}

/** Diagnostics channel on which a bundle publishes the name of each lazy package that it loads. */
export const LOADED_CHANNEL = 'portolan.package-loaded';

/**
 * Makes the program's own imports of packages load them when a name of theirs is first used, instead of at the start. Works for imports by
 * name or of everything, not for a default import.
 *
 * @param {readonly string[]} names
 * @returns {import('esbuild').Plugin}
 */
export function lazyPackages(names) {
  return {
    name: 'lazy-packages',
    setup(build) {
      if (names.length === 0) return;
      const filter = new RegExp(`^(${names.join('|')})$`);
      build.onResolve({ filter }, ({ path, kind, importer, resolveDir }) =>
        kind === 'import-statement' && !importer.includes('/node_modules/')
          ? { path, namespace: 'lazy', pluginData: resolveDir }
          : undefined,
      );
      build.onLoad({ filter: /.*/, namespace: 'lazy' }, ({ path, pluginData }) => ({
        contents: lazyModule(path),
        resolveDir: pluginData,
      }));
    },
  };
}

/** @param {string} name */
function lazyModule(name) {
  return `let loaded;
    function load() {
      if (loaded === undefined) {
        loaded = require(${JSON.stringify(name)});
        process.getBuiltinModule('node:diagnostics_channel').channel('${LOADED_CHANNEL}').publish('${name}');
      }
      return loaded;
    }
    module.exports = Object.create(new Proxy({}, { get: (_, name) => load()[name] }));`;
}

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
