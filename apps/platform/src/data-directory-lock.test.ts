import { chmod, chown, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartupError } from '@portolan/process/startup-error';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockDataDirectory } from './data-directory-lock.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portolan-data-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const isRoot = process.getuid?.() === 0;
/** A group that this process is not in. */
const FOREIGN_GROUP = 54_321;

test.skipIf(process.platform === 'win32')('refuses a directory that everybody may write', async () => {
  await chmod(directory, 0o777);
  const refusal = await lockDataDirectory(directory).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(StartupError);
  expect(refusal).toMatchObject({
    message: expect.stringContaining(`${directory} is writable by other users`),
    fix: expect.stringContaining('chmod'),
  });
});

test.runIf(isRoot)('refuses a directory that a group of others may write', async () => {
  await chown(directory, 0, FOREIGN_GROUP);
  await chmod(directory, 0o770);
  await expect(lockDataDirectory(directory)).rejects.toThrow('writable by other users');
});

test('takes a private directory, one that others may read, and one that its own group may write', async () => {
  for (const mode of [0o700, 0o755, 0o770]) {
    await chmod(directory, mode);
    const release = await lockDataDirectory(directory);
    release();
  }
});

test('creates a directory that only its owner may enter', async () => {
  const fresh = join(directory, 'new');
  const release = await lockDataDirectory(fresh);
  release();
  expect((await stat(fresh)).mode & 0o777).toBe(0o700);
});
