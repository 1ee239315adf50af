import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isTemporaryName, readIfExists, readOrCreateFile, writeFileAtomic } from './atomic-file.ts';

const MODULE = fileURLToPath(new URL('./atomic-file.ts', import.meta.url));
let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'portolan-atomic-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

it('replaces a file, readable by its owner alone, and leaves nothing else behind', async () => {
  const file = join(dir, 'folder', 'state.json');
  await writeFileAtomic(file, 'one');
  await chmod(file, 0o644);
  await writeFileAtomic(file, 'two');
  expect(await readFile(file, 'utf8')).toBe('two');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readdir(join(dir, 'folder'))).toEqual(['state.json']);
});

it('keeps the former content when a step before the replacement fails', async () => {
  const file = join(dir, 'state.json');
  await writeFileAtomic(file, 'one');
  const failing = writeFileAtomic(file, 'two', { beforeReplace: () => Promise.reject(new Error('no')) });
  await expect(failing).rejects.toThrow('no');
  expect(await readFile(file, 'utf8')).toBe('one');
  expect(await readdir(dir)).toEqual(['state.json']);
});

it('shows a whole content to every reader, however often its writer is killed', async () => {
  const file = join(dir, 'state.json');
  const program = `const { writeFileAtomic } = await import(${JSON.stringify(MODULE)});
    for (let n = 0; ; n += 1) {
      await writeFileAtomic(${JSON.stringify(file)}, String(n).padStart(8, '0').repeat(50_000));
      if (n === 2) process.stdout.write('ready');
    }`;
  for (let round = 0; round < 3; round += 1) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const text = await readFile(file, 'utf8');
    expect(text).toBe(text.slice(0, 8).repeat(50_000));
  }
  const left = (await readdir(dir)).filter((name) => name !== 'state.json');
  expect(left.every(isTemporaryName)).toBe(true);
});

it('creates a file once for many that ask at the same time', async () => {
  const file = join(dir, 'secret');
  const contents = await Promise.all(
    Array.from({ length: 20 }, (_, n) => readOrCreateFile(file, () => `made by ${n}`)),
  );
  expect(new Set(contents).size).toBe(1);
  expect(await readOrCreateFile(file, () => 'another')).toBe(contents[0]);
  expect(await readdir(dir)).toEqual(['secret']);
});

it('returns null for a missing file and rejects for one that cannot be read', async () => {
  expect(await readIfExists(join(dir, 'none'))).toBeNull();
  await writeFile(join(dir, 'file'), '');
  await expect(readIfExists(join(dir, 'file', 'below'))).rejects.toThrow('ENOTDIR');
});
