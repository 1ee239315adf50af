import { readFile, glob } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ADVISORY_LOCKS } from './advisory-locks.ts';

const SOURCES = fileURLToPath(new URL('..', import.meta.url));

test('no two jobs share an advisory lock', () => {
  const numbers = Object.values(ADVISORY_LOCKS);
  expect(new Set(numbers).size).toBe(numbers.length);
});

test('no advisory lock is numbered anywhere but in the registry', async () => {
  const elsewhere: string[] = [];
  for await (const file of glob('**/*.ts', { cwd: SOURCES })) {
    if (file === 'db/advisory-locks.ts') continue;
    const text = await readFile(`${SOURCES}/${file}`, 'utf8');
    if (/pg_(?:try_)?advisory\w*lock\w*/.test(text) && !text.includes('ADVISORY_LOCKS')) elsewhere.push(file);
    if (/7_304_150_\d+/.test(text)) elsewhere.push(file);
  }
  expect(elsewhere).toEqual([]);
});
