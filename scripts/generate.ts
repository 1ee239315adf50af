import { readFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { generators } from './generate/registry.ts';

// Writes every generated file of the repository; with --check it writes nothing and names the stale ones.
const root = join(import.meta.dirname, '..');
const isCheck = process.argv.includes('--check');
const stale: string[] = [];

for (const generator of generators) {
  for (const [path, text] of await generator(root)) {
    const target = join(root, path);
    const current = await readFile(target, 'utf8').catch(() => null);
    if (current === text) continue;
    stale.push(path);
    if (isCheck) continue;
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
  }
}

for (const path of stale) console.log(`${isCheck ? 'stale' : 'written'}: ${path}`);
if (isCheck && stale.length > 0) {
  console.error('Generated files are stale. Run: npm run gen');
  process.exitCode = 1;
}
