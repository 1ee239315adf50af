import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isFresh, recordInputs } from './inputs.js';

const SOURCES = ['examples/airline/upstreams/main.ts', 'examples/transit/upstreams/main.ts'];
const AN_HOUR_AGO = new Date(Date.now() - 3_600_000);

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'portolan-inputs-'));
  for (const path of [
    ...SOURCES,
    'examples/dist/airline.mjs',
    'examples/dist/transit.mjs',
    'examples/texts/a.txt',
  ]) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), `// ${path}\n`);
    utimesSync(join(root, path), AN_HOUR_AGO, AN_HOUR_AGO);
  }
  utimesSync(join(root, 'examples/texts'), AN_HOUR_AGO, AN_HOUR_AGO);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const record = (startedAt = Date.now()) =>
  recordInputs(join(root, 'examples/dist/inputs.json'), [...SOURCES, 'examples/texts/'], { startedAt, root });

test('a bundle is fresh while its sources are what it was made of, whatever their times', () => {
  expect(isFresh('examples', root)).toBe(false);
  record();
  expect(isFresh('examples', root)).toBe(true);
  utimesSync(join(root, SOURCES[0] ?? ''), new Date(), new Date());
  expect(isFresh('examples', root)).toBe(true);
});

test.each([
  [
    'another content of the same length',
    () => writeFileSync(join(root, SOURCES[0] ?? ''), '// EXAMPLES/airline/upstreams/main.ts\n'),
  ],
  ['a missing source', () => rmSync(join(root, SOURCES[1] ?? ''))],
  ['a new file in a directory that is copied', () => writeFileSync(join(root, 'examples/texts/b.txt'), '')],
  ['a missing bundle', () => rmSync(join(root, 'examples/dist/transit.mjs'))],
  [
    'a record that cannot be read',
    () => writeFileSync(join(root, 'examples/dist/inputs.json'), '{"examples'),
  ],
])('%s makes it stale', (_what, change) => {
  record();
  change();
  expect(isFresh('examples', root)).toBe(false);
});

test('a source that changed while the bundle was made makes it stale', () => {
  record(AN_HOUR_AGO.getTime() - 1);
  expect(isFresh('examples', root)).toBe(false);
});

test('an installation without sources keeps the bundle it came with', () => {
  for (const folder of ['airline', 'transit']) rmSync(join(root, 'examples', folder), { recursive: true });
  expect(isFresh('examples', root)).toBe(true);
});
