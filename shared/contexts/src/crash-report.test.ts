import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { reportCrash } from './crash-report.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portolan-crash-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a crash is kept for its owner alone, without what opens a door', async () => {
  const error = new Error(
    'authorization: Bearer abc.def, key ptl_0123456789abcdef, {"password":"hunter2"}, held-token, ' +
      'pts_0123456789abcdef pta_0123456789abcdef {"clientSecret": "s3cret-1", "key": "s3cret-2"} GET /x?token=s3cret-3',
  );
  const said = await reportCrash(error, {
    program: 'the terminal UI',
    stateDir: join(folder, 'state'),
    secrets: ['held-token', ''],
  });
  const [name = ''] = await readdir(join(folder, 'state'));
  const file = join(folder, 'state', name);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const kept = await readFile(file, 'utf8');
  for (const text of [said, kept]) expect(text).not.toMatch(/abc\.def|pt[lsa]_0|hunter2|held-token|s3cret/);
  expect(kept).toContain('crash-report.test.ts');
  expect(said).toContain(file);
});

test('where nothing can be kept the whole of it is said', async () => {
  const said = await reportCrash(new Error('broken'), {
    program: 'the terminal UI',
    stateDir: '/dev/null/none',
    secrets: [],
  });
  expect(said).toContain('the terminal UI failed: Error: broken');
});
