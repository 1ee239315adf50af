import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { INPUTS, isFresh, recordInputs } from './inputs.js';
import { copiedPaths, copyOwnFiles, ownFilesBelow, ownFilesPlugin, workerEntries } from './own-files.js';
import { lazyBuiltins, lazyPackages, onlyEnglish, plainBuiltins, withoutDevtools } from './plugins.js';
import { PROGRAMS, ROOT } from './programs.js';

const DAY_MS = 86_400_000;

/** @typedef {import('./programs.js').ProgramName} ProgramName */

/**
 * Bundles those of the programs whose bundles are missing or older than their sources.
 *
 * @param {readonly ProgramName[]} names
 */
export async function bundleStale(names) {
  await Promise.all(names.filter((name) => !isFresh(name)).map((name) => bundle(name)));
  // Its process would live as long as this one.
  await (await import('esbuild')).stop();
}

/**
 * Bundles a program into `dist` of its folder: entries by name, what they share or load later in chunks that are named by content, so
 * that a bundle from before can be in use meanwhile. Returns what it imports: packages and modules of Node.
 *
 * @param {ProgramName} name
 * @param {string} target Directory of the bundle; default: `dist` of the program's folder.
 */
export async function bundle(name, target = join(ROOT, PROGRAMS[name].folder, 'dist')) {
  const startedAt = Date.now();
  const program = PROGRAMS[name];
  const folder = join(ROOT, program.folder);
  const files = ownFilesBelow(folder);
  const { build } = await import('esbuild');
  const { outputFiles, metafile } = await build({
    ...optionsOf(program),
    entryPoints: { ...absolute(program.entries, folder), ...workerEntries(files) },
    outdir: target,
    plugins: [
      onlyEnglish,
      withoutDevtools,
      ownFilesPlugin(files),
      lazyPackages(program.lazy ?? []),
      program.startsOften ? lazyBuiltins : plainBuiltins,
    ],
  });
  mkdirSync(target, { recursive: true });
  copyOwnFiles(files, target);
  // Entries last: they name the chunks.
  const entriesLast = outputFiles.toSorted((a, b) => Number(isChunk(b.path)) - Number(isChunk(a.path)));
  for (const { path, contents } of entriesLast) writeWhole(path, contents);
  removeOldChunks(target, new Set(outputFiles.map(({ path }) => path)));
  const inputs = Object.keys(metafile.inputs);
  const own = inputs.filter((path) => !path.includes('node_modules/') && !/^[a-z-]+:/.test(path));
  recordInputs(join(target, INPUTS), [...own, ...copiedPaths(files, ROOT), ...builtBy()], { startedAt });
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
  return new Set(imports.filter(({ external }) => external).map(({ path }) => path));
}

/**
 * @param {import('./programs.js').Program} program
 * @returns {import('esbuild').BuildOptions & { write: false, metafile: true }}
 */
function optionsOf({ external, startsOften = false }) {
  return {
    absWorkingDir: ROOT,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunk-[hash]',
    splitting: true,
    write: false,
    metafile: true,
    bundle: true,
    // Names stay as they are, and lines are short: reports of crashes are to be read. White space would stay in memory.
    minifyWhitespace: true,
    lineLimit: 160,
    minifySyntax: startsOften,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    jsx: 'automatic',
    logLevel: 'error',
    legalComments: 'none',
    external: [...external],
    define: { 'process.env.NODE_ENV': '"production"' },
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
  };
}

/**
 * @param {Readonly<Record<string, string>>} entries
 * @param {string} folder
 */
function absolute(entries, folder) {
  return Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, join(folder, path)]));
}

/** @param {string} path */
function isChunk(path) {
  return /\/chunk-[^/]*$/.test(path);
}

/**
 * @param {string} path
 * @param {Uint8Array} contents
 */
function writeWhole(path, contents) {
  const fresh = `${path}.${process.pid}`;
  writeFileSync(fresh, contents);
  renameSync(fresh, path);
}

/**
 * Removes chunks of earlier bundles that nothing can be running any more.
 *
 * @param {string} folder
 * @param {ReadonlySet<string>} current
 */
function removeOldChunks(folder, current) {
  for (const path of readdirSync(folder).map((name) => join(folder, name))) {
    if (isChunk(path) && !current.has(path) && Date.now() - statSync(path).mtimeMs > DAY_MS)
      rmSync(path, { force: true });
  }
}

/** Returns what decides how bundles are made, relative to the root: this package and the versions of all others. */
function builtBy() {
  const own = relative(ROOT, dirname(new URL(import.meta.url).pathname));
  return [
    'package-lock.json',
    ...readdirSync(join(ROOT, own))
      .filter((name) => /(?<!\.test)\.js$/.test(name))
      .map((name) => join(own, name)),
  ];
}
