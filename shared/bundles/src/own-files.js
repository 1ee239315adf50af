import { cpSync, globSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';

/**
 * A file or directory that a source finds by its own address: `new URL('./x', import.meta.url)` or
 * `import.meta.resolve('@portolan/x')`. A bundle has another address, so it is rewritten there: a worker's source becomes an entry
 * of the bundle, anything else is copied to `files/` beside it.
 *
 * @typedef {object} OwnFile
 * @property {string} source Absolute path of the source that names it.
 * @property {string} expression The text to replace.
 * @property {string} target Absolute path of what is named.
 * @property {string} name Name in the bundle, relative to its directory.
 */

const BY_URL = /new URL\('(\.{1,2}\/[^']+)', import\.meta\.url\)/g;
const BY_PACKAGE = /import\.meta\.resolve\('(@portolan\/[^']+)'\)/g;

/**
 * Returns what the sources below a directory find by their address. @throws Error when two of them would have one name.
 *
 * @param {string} folder
 * @returns {readonly OwnFile[]}
 */
export function ownFilesBelow(folder) {
  const isShipped = (/** @type {string} */ path) =>
    !/\.test\.tsx?$|(^|\/)(testing|dist|node_modules)\//.test(path);
  const sources = globSync('**/*.{ts,tsx}', {
    cwd: folder,
    exclude: (path) => /(^|\/)(dist|node_modules)$/.test(path),
  });
  const found = sources.filter(isShipped).flatMap((path) => ownFilesOf(join(folder, path)));
  for (const { name, target } of found) {
    if (found.some((other) => other.name === name && other.target !== target))
      throw new Error(`two files would be ${name} in the bundle; rename ${target}`);
  }
  return found;
}

/**
 * @param {string} source
 * @returns {readonly OwnFile[]}
 */
function ownFilesOf(source) {
  const text = readFileSync(source, 'utf8');
  if (!text.includes('import.meta.')) return [];
  const byUrl = [...text.matchAll(BY_URL)].map(([expression, path = '']) => ({
    expression,
    target: join(dirname(source), path),
  }));
  const byPackage = [...text.matchAll(BY_PACKAGE)].map(([expression, path = '']) => ({
    expression,
    target: createRequire(source).resolve(path),
  }));
  return [...byUrl, ...byPackage].map((file) => ({ ...file, source, name: nameOf(file.target) }));
}

/** @param {string} target */
function nameOf(target) {
  return isScript(target) ? basename(target).replace(/\.ts$/, '.mjs') : `files/${basename(target)}`;
}

/** @param {string} path */
function isScript(path) {
  return path.endsWith('.ts');
}

/**
 * Returns the sources that need an entry in the bundle, by its name without extension.
 *
 * @param {readonly OwnFile[]} files
 * @returns {Record<string, string>}
 */
export function workerEntries(files) {
  return Object.fromEntries(
    files
      .filter(({ target }) => isScript(target))
      .map(({ name, target }) => [name.replace(/\.mjs$/, ''), target]),
  );
}

/**
 * Copies what is no source into the directory of a bundle.
 *
 * @param {readonly OwnFile[]} files
 * @param {string} folder
 */
export function copyOwnFiles(files, folder) {
  for (const { name, target } of files.filter((file) => !isScript(file.target))) {
    const copy = join(folder, name);
    if (statSync(target).isDirectory()) rmSync(copy, { recursive: true, force: true });
    cpSync(target, copy, { recursive: true });
  }
}

/**
 * Returns the paths that the copies come from, relative to the root; those of directories end in `/`.
 *
 * @param {readonly OwnFile[]} files
 * @param {string} root
 */
export function copiedPaths(files, root) {
  return files
    .filter(({ target }) => !isScript(target))
    .flatMap(({ target }) => {
      const path = relative(root, target);
      if (!statSync(target).isDirectory()) return [path];
      const within = globSync('**/*', { cwd: target }).map((name) => join(path, name));
      return [
        `${path}/`,
        ...within.map((name) => (statSync(join(root, name)).isDirectory() ? `${name}/` : name)),
      ];
    });
}

/**
 * Makes the plugin that rewrites the addresses.
 *
 * @param {readonly OwnFile[]} files
 * @returns {import('esbuild').Plugin}
 */
export function ownFilesPlugin(files) {
  const bySource = Map.groupBy(files, ({ source }) => source);
  return {
    name: 'own-files',
    setup(build) {
      if (bySource.size === 0) return;
      const paths = [...bySource.keys()].map((path) => path.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
      build.onLoad({ filter: new RegExp(`^(${paths.join('|')})$`) }, ({ path }) => {
        const found = bySource.get(path) ?? [];
        const contents = found.reduce(
          (text, { expression, name }) => text.replaceAll(expression, rewritten(expression, name)),
          readFileSync(path, 'utf8'),
        );
        return { contents, loader: path.endsWith('x') ? 'tsx' : 'ts' };
      });
    },
  };
}

/**
 * @param {string} expression
 * @param {string} name
 */
function rewritten(expression, name) {
  const url = `new URL('./${name}', import.meta.url)`;
  return expression.startsWith('new URL') ? url : `${url}.href`;
}
