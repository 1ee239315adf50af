import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { ROOT } from '../architecture/source-tree.ts';

const run = promisify(execFile);
const lockfile = z.object({
  packages: z.record(
    z.string(),
    z.object({
      optionalDependencies: z.record(z.string(), z.string()).optional(),
      link: z.boolean().optional(),
    }),
  ),
});

const manifest = z.object({ scripts: z.record(z.string(), z.string()).optional() });

/** npm leaves a binary of another platform out when the registry does not have it, and `npm ci` then refuses everything. */
it('names every optional dependency of every package in the lockfile', async () => {
  const { packages } = lockfile.parse(JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')));
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !isFound(packages, path, name)),
  );
  expect(missing).toEqual([]);
});

function isFound(packages: Readonly<Record<string, unknown>>, from: string, name: string): boolean {
  for (let path = from; ; path = path.slice(0, Math.max(0, path.lastIndexOf('node_modules/') - 1))) {
    if (`${path === '' ? '' : `${path}/`}node_modules/${name}` in packages) return true;
    if (path === '') return false;
  }
}

it('is accepted by `npm ci` on a fresh clone', async () => {
  const clone = await mkdtemp(join(tmpdir(), 'portolan-clone-'));
  try {
    const { stdout: listed } = await run(
      'git',
      ['ls-files', '*package.json', 'package-lock.json', '.npmrc'],
      { cwd: ROOT },
    );
    for (const path of listed.trim().split('\n')) {
      await cp(join(ROOT, path), join(clone, path), { recursive: true, force: true });
    }
    // Resolves the whole tree from the lockfile and compares it with the manifests, without unpacking anything.
    await run('npm', ['ci', '--dry-run', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: clone });
  } finally {
    await rm(clone, { recursive: true, force: true });
  }
});

/** npm runs these by itself (npm docs, scripts, "Life Cycle Scripts"): `npm ci` would do more than install, or fail. */
it.each(['preinstall', 'install', 'postinstall', 'prepare', 'prepublish', 'dependencies'])(
  'runs no script of the project with `npm ci` (%s)',
  async (event) => {
    const { stdout } = await run('git', ['ls-files', '*package.json'], { cwd: ROOT });
    for (const path of stdout.trim().split('\n')) {
      const { scripts } = manifest.parse(JSON.parse(await readFile(join(ROOT, path), 'utf8')));
      expect([path, scripts?.[event]]).toEqual([path, undefined]);
    }
  },
);
