// Makes one file of the terminal UI and the command line, when their sources are newer than the last one.
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const app = dirname(dirname(fileURLToPath(import.meta.url)));
const root = dirname(dirname(app));
const target = join(app, 'dist/portolan.mjs');

/** The program as a file or two, which start twice as fast as a thousand; made anew when its sources are newer. */
export function upToDateBundle() {
  const sources = [
    join(app, 'src'),
    join(app, 'bin'),
    ...readdirSync(join(root, 'shared')).map((name) => join(root, 'shared', name, 'src')),
    join(root, 'package-lock.json'),
  ];
  const madeAt = newestIn(target);
  return sources.every((path) => newestIn(path) < madeAt) ? target : bundle();
}

/** What only some verbs need is in chunks of its own, named by content, so that the one before can be in use meanwhile. */
async function bundle() {
  const { build } = await import('esbuild');
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
    // Names stay as they are: reports of crashes are to be read, and keeping them by other means costs each start.
    minifyWhitespace: true,
    minifySyntax: true,
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
      { name: 'builtins', setup: lazyBuiltins },
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

/**
 * An import of one of Node's modules loads it, and with `node:http` and its like all of fetch, TLS and HTTP/2: half of a
 * short command's time. Here it is a prototype that is asked for a name, and loads the module, when the name is used.
 */
function lazyBuiltins(build) {
  build.onResolve({ filter: /^node:/ }, ({ path, kind }) =>
    kind === 'import-statement' ? { path, namespace: 'builtin' } : undefined,
  );
  build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
    contents: `module.exports = Object.create(new Proxy({}, {
      get: (_, name) => Reflect.get(process.getBuiltinModule(${JSON.stringify(path)}), name),
    }));`,
  }));
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
  let newest = status.mtimeMs;
  for (const name of readdirSync(path)) newest = Math.max(newest, newestIn(`${path}/${name}`));
  return newest;
}
