import { execFileSync } from 'node:child_process';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build as buildPages } from 'vite';
import { z } from 'zod';
import { buildDesktop } from './build.ts';

// Makes the packages of the desktop app for the system it runs on: `npm run package -w apps/desktop`. Needs access to the npm
// registry (electron-builder) and to the releases of Electron; signing takes its certificates from the environment.
const BUILDER = 'electron-builder@26.17.0';
const app = join(import.meta.dirname, '../..');
const root = join(app, '../..');
const dist = join(app, 'dist');

await stageApp();
if (!process.argv.includes('--without-system')) await stageSystem();
else await Promise.all(['system', 'node'].map((name) => mkdir(join(dist, name), { recursive: true })));
run(
  'npx',
  [
    '--yes',
    BUILDER,
    '--config',
    'packaging/electron-builder.json',
    ...process.argv.slice(2).filter((each) => each !== '--without-system'),
  ],
  app,
);

/** Puts the built app and its one native dependency into a folder of their own. */
async function stageApp(): Promise<void> {
  const staged = join(dist, 'app');
  await rm(staged, { recursive: true, force: true });
  await buildPages({ configFile: join(app, 'vite.config.ts'), logLevel: 'warn' });
  await buildDesktop(staged);
  await cp(join(dist, 'renderer'), join(staged, 'renderer'), { recursive: true });
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(await readFile(join(app, 'package.json'), 'utf8')));
  const about = {
    name: 'portolan-desktop',
    productName: 'Portolan',
    version,
    license: 'Apache-2.0',
    type: 'module',
    main: 'main/main.mjs',
    description: 'Administration of Portolan',
    author: 'Portolan contributors',
    homepage: 'https://portolan.invalid',
  };
  await writeFile(join(staged, 'package.json'), JSON.stringify(about, null, 2));
  await cp(join(root, 'node_modules/@napi-rs'), join(staged, 'node_modules/@napi-rs'), {
    recursive: true,
    filter: (path) => !path.includes('/wasm'),
  });
}

/** Puts the programs of a local system, what they depend on, and a Node that runs them beside the app. */
async function stageSystem(): Promise<void> {
  const system = join(dist, 'system');
  await rm(system, { recursive: true, force: true });
  await mkdir(system, { recursive: true });
  const archive = execFileSync(
    'git',
    [
      'archive',
      'HEAD',
      'package.json',
      'package-lock.json',
      'apps',
      'shared',
      'examples',
      'test/package.json',
      'licences',
      'LICENSE',
    ],
    {
      cwd: root,
      maxBuffer: 1e9,
    },
  );
  execFileSync('tar', ['-x', '-C', system], { input: archive });
  run('npm', ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'], system);
  run(process.execPath, ['shared/bundles/src/main.js', 'agent', 'platform', 'examples'], system);
  const node = join(dist, 'node', process.platform === 'win32' ? 'node.exe' : 'bin/node');
  await mkdir(dirname(node), { recursive: true });
  await cp(process.execPath, node);
}

function run(command: string, args: readonly string[], cwd: string): void {
  execFileSync(command, args, { cwd, stdio: 'inherit', shell: process.platform === 'win32' });
}
