#!/usr/bin/env node
// The `portolan` command. Plain JavaScript for any Node, because what it starts may need a newer one.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import module from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { onNewEnoughNode } from '@portolan/launch/node.js';

const app = dirname(dirname(fileURLToPath(import.meta.url)));
const root = dirname(dirname(app));

// chalk reads FORCE_COLOR and not NO_COLOR, and React chooses its build when it is first imported.
process.env.NODE_ENV ??= 'production';
if (process.env.NO_COLOR || process.env.TERM === 'dumb') process.env.FORCE_COLOR = '0';

await onNewEnoughNode(run);

async function run() {
  const [verb, ...rest] = process.argv.slice(2);
  if (verb === 'up') {
    const { up } = await import(pathToFileURL(join(app, 'src/up/up.ts')).href);
    process.exitCode = await up(rest);
    return;
  }
  module.enableCompileCache(join(app, 'dist/cache'));
  const { main } = await import(pathToFileURL(await bundle()).href);
  process.exitCode = await main(process.argv.slice(2));
}

/**
 * Bundles the sources when they are newer than the last bundle: a file or two start twice as fast as a thousand. What
 * only some verbs need is in chunks of its own, named by content, so that the one before can be in use meanwhile.
 */
async function bundle() {
  const target = join(app, 'dist/portolan.mjs');
  const sources = [
    join(app, 'src'),
    ...['contract', 'resources'].map((name) => join(root, 'shared', name, 'src')),
    join(root, 'package-lock.json'),
    fileURLToPath(import.meta.url),
  ];
  const madeAt = existsSync(target) ? statSync(target).mtimeMs : 0;
  if (sources.every((path) => newestIn(path) < madeAt)) return target;
  const [{ build }, { inkPart }] = await Promise.all([import('esbuild'), import('./ink-parts.js')]);
  const withInkParts = (to) =>
    to.onResolve({ filter: /^\.\/[a-z-]+\.js$/ }, ({ path, importer }) => {
      const part = inkPart(path, importer);
      return part === undefined ? undefined : { path: part };
    });
  const fresh = join(app, `dist/portolan-${process.pid}.mjs`);
  mkdirSync(dirname(target), { recursive: true });
  const { outputFiles } = await build({
    entryPoints: { portolan: join(app, 'src/main.ts') },
    outdir: dirname(target),
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunk-[hash]',
    splitting: true,
    write: false,
    bundle: true,
    minify: true,
    keepNames: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    jsx: 'automatic',
    logLevel: 'error',
    external: ['@napi-rs/keyring', '@napi-rs/keyring/*'],
    alias: { 'react-devtools-core': join(app, 'bin/no-devtools.js') },
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [
      { name: 'english', setup: onlyEnglish },
      { name: 'ink', setup: withInkParts },
    ],
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
  });
  const isEntry = ({ path }) => path === target;
  const chunks = outputFiles.filter((file) => !isEntry(file));
  for (const { path, contents } of chunks) writeFileSync(path, contents);
  writeFileSync(fresh, outputFiles.find(isEntry).contents);
  renameSync(fresh, target);
  removeOld(dirname(target), new Set(chunks.map(({ path }) => basename(path))));
  return target;
}

/** zod carries its messages in fifty languages, which is a third of the bundle; this program speaks English. */
function onlyEnglish(build) {
  build.onResolve({ filter: /locales\/index\.js$/ }, ({ path, importer, resolveDir }) =>
    importer.includes('zod') ? { path: join(resolveDir, path.replace('index.js', 'en.js')) } : undefined,
  );
}

/** Chunks of a day ago are of no bundle that could still be running up. */
function removeOld(folder, kept) {
  const dayAgo = Date.now() - 86_400_000;
  for (const name of readdirSync(folder))
    if (name.startsWith('chunk-') && !kept.has(name) && statSync(join(folder, name)).mtimeMs < dayAgo)
      rmSync(join(folder, name));
}

function newestIn(path) {
  const status = statSync(path, { throwIfNoEntry: false });
  if (!status) return 0;
  if (!status.isDirectory()) return status.mtimeMs;
  return Math.max(status.mtimeMs, ...readdirSync(path).map((name) => newestIn(join(path, name))));
}
