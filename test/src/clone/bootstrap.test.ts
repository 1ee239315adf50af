import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOT } from '../architecture/source-tree.ts';

const run = promisify(execFile);
const HONO = { version: '4.0.0', integrity: 'sha512-hono' };
const LOCKED = { '': { name: 'portolan' }, 'node_modules/hono': HONO };
const NEWER = new Date(2026, 1);
const OLDER = new Date(2026, 0);

/** `npm start` takes half a minute longer whenever it installs. */
describe('the first step of npm start', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'portolan-bootstrap-'));
    await mkdir(join(folder, 'scripts'));
    await mkdir(join(folder, 'node_modules'));
    await cp(join(ROOT, 'scripts/bootstrap.cjs'), join(folder, 'scripts/bootstrap.cjs'));
    // Stands in for npm on the machine: says that it was called.
    await writeFile(join(folder, 'npm.cjs'), "console.error('installed')");
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const write = async (name: string, text: string, time: Date) => {
    await writeFile(join(folder, name), text);
    await utimes(join(folder, name), time, time);
  };
  const start = async (locked: object, installed: string | null) => {
    await write('package-lock.json', JSON.stringify({ packages: locked }), NEWER);
    if (installed !== null) await write('node_modules/.package-lock.json', installed, OLDER);
    const env = { ...process.env, npm_execpath: join(folder, 'npm.cjs') };
    const { stderr } = await run(process.execPath, [join(folder, 'scripts/bootstrap.cjs')], { env });
    return stderr.includes('installed\n') ? 'installs' : 'goes on';
  };
  const asJson = (packages: object) => JSON.stringify({ packages });

  it.each([
    ['the lockfile was only written again', LOCKED, { 'node_modules/hono': HONO }, 'goes on'],
    [
      'an optional package is of another platform',
      { ...LOCKED, 'node_modules/fsevents': { version: '2.0.0', optional: true } },
      { 'node_modules/hono': HONO },
      'goes on',
    ],
    [
      'a package has another version',
      LOCKED,
      { 'node_modules/hono': { ...HONO, version: '3.9.0' } },
      'installs',
    ],
    [
      'a package has other content',
      LOCKED,
      { 'node_modules/hono': { ...HONO, integrity: 'sha512-x' } },
      'installs',
    ],
    ['a package is missing', LOCKED, {}, 'installs'],
    [
      'a package is no longer in the lockfile',
      LOCKED,
      { 'node_modules/hono': HONO, 'node_modules/left-pad': { version: '1.0.0' } },
      'installs',
    ],
  ])('where %s', async (_case, locked, installed, expected) => {
    expect(await start(locked, asJson(installed))).toBe(expected);
  });

  it('installs where nothing is installed, or the record of it was cut short', async () => {
    expect(await start(LOCKED, null)).toBe('installs');
    expect(await start(LOCKED, '{"packages":{"node_mod')).toBe('installs');
  });
});
