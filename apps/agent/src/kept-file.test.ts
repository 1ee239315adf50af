import { appendFile, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, asyncProperty, integer, nat } from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { KeptFile } from './kept-file.ts';

const schema = z.object({ n: z.number(), text: z.string().default('') });
let directory: string;
let path: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portolan-kept-'));
  path = join(directory, 'sub', 'value');
});

afterEach(() => rm(directory, { recursive: true, force: true }));

const load = () => new KeptFile(path, schema).load();

async function keep(...values: number[]): Promise<void> {
  const file = new KeptFile(path, schema);
  await file.load();
  for (const n of values) await file.save({ n, text: 'x'.repeat(n) });
}

test('finds nothing where nothing was kept', async () => {
  expect(await load()).toBeNull();
});

test('keeps the last value, readable by its owner alone', async () => {
  await keep(1, 2);
  expect(await load()).toMatchObject({ copy: 'current', value: { n: 2 } });
  for (const name of await readdir(join(directory, 'sub'))) {
    expect((await stat(join(directory, 'sub', name))).mode & 0o077).toBe(0);
  }
});

test.each([
  ['cut short', () => truncate(path, 20)],
  ['emptied', () => truncate(path, 0)],
  ['lengthened', () => appendFile(path, ' ')],
  ['of another program', () => writeFile(path, 'hello')],
  ['gone', () => rm(path)],
])('falls back to the copy before when the newest is %s', async (_, damage) => {
  await keep(1, 2);
  await damage();
  expect(await load()).toMatchObject({ copy: 'previous', value: { n: 1 } });
});

test('a damaged file never becomes the copy to fall back to', async () => {
  await keep(1, 2);
  await truncate(path, 10);
  await keep(3);
  await truncate(path, 10);
  expect(await load()).toMatchObject({ copy: 'previous', value: { n: 1 } });
});

test('any single changed byte is noticed', async () => {
  await keep(1, 30);
  const good = await readFile(path);
  await assert(
    asyncProperty(nat(good.length - 1), integer({ min: 1, max: 255 }), async (at, flip) => {
      const bad = Buffer.from(good);
      bad[at] = (bad[at] ?? 0) ^ flip;
      await writeFile(path, bad);
      expect((await load())?.copy).toBe('previous');
    }),
    { numRuns: 60 },
  );
});

test('of many values saved at once the last one is kept', async () => {
  const file = new KeptFile(path, schema);
  await Promise.all(Array.from({ length: 50 }, (_, n) => file.save({ n, text: '' })));
  expect((await load())?.value.n).toBe(49);
});

test('tells when the disk refuses', async () => {
  await writeFile(join(directory, 'sub'), 'a file where the folder should be');
  await expect(new KeptFile(path, schema).save({ n: 1, text: '' })).rejects.toThrow(/EEXIST|ENOTDIR/);
});
