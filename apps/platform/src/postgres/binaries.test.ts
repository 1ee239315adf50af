import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { copyTo } from './binaries.ts';

let dir: string;
let native: string;
let shared: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'portolan-binaries-'));
  native = join(dir, 'native');
  shared = join(dir, 'shared');
  await mkdir(join(native, 'bin'), { recursive: true });
  await writeFile(join(native, 'bin/postgres'), 'ours', { mode: 0o755 });
  await mkdir(shared);
  await chmod(shared, 0o1777);
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const content = (copy: string) => readFile(join(copy, 'bin/postgres'), 'utf8');

test('copies once, and uses that copy again', async () => {
  const copy = await copyTo(shared, native);
  expect(await content(copy)).toBe('ours');
  expect((await stat(copy)).mode & 0o777).toBe(0o755);
  expect(await copyTo(shared, native)).toBe(copy);
});

test('never uses what others could have written, whenever they did', async () => {
  const target = await copyTo(shared, native);
  await writeFile(join(target, 'bin/postgres'), 'theirs');
  await chmod(target, 0o777);
  const another = await copyTo(shared, native);
  expect(another).not.toBe(target);
  expect(await content(another)).toBe('ours');
});

test.runIf(process.getuid?.() === 0)('never uses a directory of another user', async () => {
  const target = await copyTo(shared, native);
  await writeFile(join(target, 'bin/postgres'), 'theirs');
  await chown(target, 12_345, 12_345);
  const another = await copyTo(shared, native);
  expect(another).not.toBe(target);
  expect(await content(another)).toBe('ours');
});

test('copies to no directory in which others could replace the copy', async () => {
  await chmod(shared, 0o777);
  await expect(copyTo(shared, native)).rejects.toThrow(/Other users can replace/);
});
