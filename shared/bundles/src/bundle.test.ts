import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundle } from './bundle.js';
import { PROGRAMS, type ProgramName } from './programs.js';

describe.each(Object.keys(PROGRAMS) as ProgramName[])('the bundle of %s', (name) => {
  let folder: string;
  let imports: ReadonlySet<string>;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'portolan-bundle-'));
    imports = await bundle(name, folder);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const scripts = () =>
    readdirSync(folder)
      .filter((file) => file.endsWith('.mjs'))
      // Lines are kept short within texts too: a backslash at the end of a line continues one.
      .map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\\\n', ''));

  test('holds every entry, and every file that its code finds by its address', () => {
    for (const entry of Object.keys(PROGRAMS[name].entries))
      expect(existsSync(join(folder, `${entry}.mjs`))).toBe(true);
    const named = scripts().flatMap((text) =>
      [...text.matchAll(/new URL\(["'](\.\/[^"']+)["'], ?import\.meta\.url\)/g)].map(([, path = '']) => path),
    );
    const missing = named.filter((path) => !existsSync(join(folder, path)));
    expect(missing).toEqual([]);
    expect(scripts().some((text) => /import\.meta\.resolve\(["']@portolan/.test(text))).toBe(false);
  });

  test('imports packages only where they are named as external', () => {
    const packages = [...imports].filter((specifier) => !process.getBuiltinModule(specifier));
    const starts = PROGRAMS[name].external.map((pattern) => pattern.replace('/*', '/'));
    expect(packages.filter((path) => !starts.some((start) => path.startsWith(start)))).toEqual([]);
  });
});
