import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LockHeld, takeLock } from './lock-file.ts';

const MODULE = fileURLToPath(new URL('./lock-file.ts', import.meta.url));
let dir: string;
let file: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'portolan-lock-'));
  file = join(dir, 'lock');
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** A process that takes the lock, says whether it could, and keeps it until it is ended. */
function contender() {
  const program = `const { takeLock } = await import(${JSON.stringify(MODULE)});
    let said = 'taken';
    try { takeLock(${JSON.stringify(file)}); } catch (error) { said = error.name; }
    process.stdout.write(said);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { child, said: once(child.stdout, 'data').then(([data]) => String(data)) };
}

it('is held until it is given back, and leaves nothing else behind', async () => {
  const release = takeLock(file);
  expect(() => takeLock(file)).toThrow(LockHeld);
  expect(await readdir(dir)).toEqual(['lock']);
  release();
  expect(await readdir(dir)).toEqual([]);
  takeLock(file)();
});

it.each([
  ['a process that is gone', '4194305 1\n'],
  ['another process that has the id by now', `${process.ppid} 1\n`],
  ['nobody', 'hello'],
  ['a process that was killed before it said who it is', ''],
])('is taken over from %s', async (_, holder) => {
  await writeFile(file, holder);
  takeLock(file)();
});

it('is taken by one of many that find it left behind at once', async () => {
  await writeFile(file, '4194305 1\n');
  const contenders = Array.from({ length: 6 }, contender);
  const said = await Promise.all(contenders.map((one) => one.said));
  expect(said.filter((word) => word === 'taken')).toHaveLength(1);
  expect(said.filter((word) => word === 'LockHeld')).toHaveLength(5);
  for (const { child } of contenders) child.kill('SIGKILL');
});
