import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ROOT } from '../architecture/source-tree.ts';

const run = promisify(execFile);
const script = (name: string, ...args: readonly string[]) =>
  run(process.execPath, [join(ROOT, 'scripts', name), ...args], { cwd: ROOT, maxBuffer: 64 * 1024 * 1024 });

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portolan-release-test-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const sbom = z.object({
  bomFormat: z.literal('CycloneDX'),
  serialNumber: z
    .string()
    .regex(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
  components: z.array(
    z.object({
      purl: z.string(),
      name: z.string(),
      version: z.string(),
      hashes: z.array(z.object({ content: z.string().regex(/^[0-9a-f]{128}$/) })).optional(),
    }),
  ),
});
const provenance = z.object({
  _type: z.literal('https://in-toto.io/Statement/v1'),
  predicateType: z.literal('https://slsa.dev/provenance/v1'),
  subject: z.array(z.object({ name: z.string(), digest: z.object({ sha256: z.string() }) })),
});
const readJson = async (file: string): Promise<unknown> => JSON.parse(await readFile(file, 'utf8'));

describe('a release', () => {
  it('is the same in two builds, with its digests, materials and provenance', async () => {
    const { stdout } = await script(
      'release.ts',
      '--only',
      'chart-agent,chart-platform',
      '--out',
      directory,
      '--twice',
    );
    expect(stdout).toMatch(/Two builds of [0-9a-f]{12} are equal: 3 files\./);
    const files = await readdir(directory);
    const find = (pattern: RegExp) => join(directory, files.find((name) => pattern.test(name)) ?? '');
    const { subject } = provenance.parse(await readJson(find(/\.intoto\.json$/)));
    const sums = await readFile(join(directory, 'SHA256SUMS'), 'utf8');
    expect(subject.map(({ name, digest }) => `${digest.sha256}  ${name}\n`).join('')).toBe(sums);
    await run('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: directory });

    const { components } = sbom.parse(await readJson(find(/\.cdx\.json$/)));
    const names = components.map(({ purl }) => purl);
    expect(names).toContain(`pkg:npm/%40hono/node-server@${await versionOf('@hono/node-server')}`);
    expect(new Set(names).size).toBe(names.length);
    // What only builds and tests is not shipped.
    expect(names.some((name) => name.startsWith('pkg:npm/vitest@'))).toBe(false);
  });

  it('refuses an archive that it does not know', async () => {
    await expect(script('release.ts', '--only', 'other')).rejects.toMatchObject({ code: 2 });
  });
});

async function versionOf(name: string): Promise<string> {
  const file = join(ROOT, 'node_modules', name, 'package.json');
  return z.object({ version: z.string() }).parse(await readJson(file)).version;
}

it('packs equal content to equal bytes, whatever the times, modes and order of files', async () => {
  // Loaded by its path: scripts are no package.
  const { packDirectory } = z
    .object({ packDirectory: z.custom<(from: string, to: string, options: object) => void>() })
    .parse(await import(join(ROOT, 'scripts/release/archive.ts')));
  const archives: Buffer[] = [];
  for (const [at, names] of [
    ['b', 'a'],
    ['a', 'b'],
  ].entries()) {
    const content = join(directory, String(at));
    await mkdir(join(content, 'in'), { recursive: true });
    for (const name of names) {
      await writeFile(join(content, 'in', name), name, { mode: at === 0 ? 0o600 : 0o644 });
      await utimes(join(content, 'in', name), at * 1000, at * 1000);
    }
    packDirectory(content, join(directory, `${at}.tar.gz`), { prefix: 'x', epoch: 1_700_000_000 });
    archives.push(await readFile(join(directory, `${at}.tar.gz`)));
  }
  expect(archives[0]?.equals(archives[1] ?? Buffer.alloc(0))).toBe(true);
  const { stdout } = await run('tar', ['-tzf', join(directory, '0.tar.gz')]);
  expect(stdout.trim().split('\n')).toEqual(['x/', 'x/in/', 'x/in/a', 'x/in/b']);
});

describe('vulnerabilities', () => {
  const entry = (id: string, affected: object) => ({ id, summary: id, affected: [affected] });
  const of = (name: string, events: object[], versions: string[] = []) => ({
    package: { ecosystem: 'npm', name },
    versions,
    ranges: [{ type: 'SEMVER', events }],
  });

  it('of the lockfile are found by ranges and versions, and fail only for what is shipped', async () => {
    const version = await versionOf('hono');
    const database = join(directory, 'osv');
    await mkdir(database);
    const entries = [
      entry('OSV-1', of('hono', [{ introduced: '0' }, { fixed: '99.0.0' }])),
      entry('OSV-2', of('hono', [{ introduced: '0' }, { fixed: version }])),
      entry('OSV-3', of('hono', [{ introduced: '0' }, { last_affected: version }])),
      entry('OSV-4', of('hono', [], [version])),
      entry('OSV-5', { package: { ecosystem: 'PyPI', name: 'hono' }, versions: [version] }),
      { ...entry('OSV-6', of('hono', [{ introduced: '0' }])), withdrawn: '2026-01-01T00:00:00Z' },
    ];
    for (const one of entries) await writeFile(join(database, `${one.id}.json`), JSON.stringify(one));
    const failed = await script('dependency-check.ts', '--osv', database, '--json').catch(
      (error: unknown) => error,
    );
    expect(failed).toMatchObject({ code: 1 });
    const found = z
      .array(z.object({ id: z.string(), fixed: z.string().nullable() }))
      .parse(JSON.parse(z.object({ stdout: z.string() }).parse(failed).stdout));
    expect(found).toEqual([
      expect.objectContaining({ id: 'OSV-1', fixed: '99.0.0' }),
      expect.objectContaining({ id: 'OSV-3', fixed: null }),
      expect.objectContaining({ id: 'OSV-4', fixed: null }),
    ]);

    const lines = join(directory, 'development.ndjson');
    await writeFile(lines, `${JSON.stringify(entry('OSV-7', of('vitest', [{ introduced: '0' }])))}\n`);
    expect((await script('dependency-check.ts', '--osv', lines)).stdout).toContain('OSV-7');
  });

  it.each([
    ['1.0.0-alpha', '1.0.0-alpha.1'],
    ['1.0.0-alpha.1', '1.0.0-alpha.beta'],
    ['1.0.0-beta.2', '1.0.0-beta.11'],
    ['1.0.0-rc.1', '1.0.0'],
    ['1.0.0', '1.0.1'],
    ['1.9.0', '1.10.0'],
    ['0', '0.0.1'],
  ])('are compared by versions: %s is before %s (https://semver.org/#spec-item-11)', async (a, b) => {
    const { compareVersions } = z
      .object({ compareVersions: z.custom<(a: string, b: string) => number>() })
      .parse(await import(join(ROOT, 'scripts/release/compare-versions.ts')));
    expect(compareVersions(a, b)).toBeLessThan(0);
    expect(compareVersions(b, a)).toBeGreaterThan(0);
    expect(compareVersions(a, a)).toBe(0);
  });
});

describe('versions', () => {
  it('are the same in every package and chart, and the changelog names them', async () => {
    const { version } = z.object({ version: z.string() }).parse(await readJson(join(ROOT, 'package.json')));
    const manifests = await run(
      'git',
      ['ls-files', 'apps/*/package.json', 'shared/*/package.json', 'test/package.json'],
      { cwd: ROOT },
    );
    for (const file of manifests.stdout.trim().split('\n'))
      expect([file, await readJson(join(ROOT, file))]).toMatchObject([file, { version }]);
    for (const app of ['agent', 'platform']) {
      const chart = await readFile(join(ROOT, 'apps', app, 'chart/Chart.yaml'), 'utf8');
      expect(chart).toContain(`\nversion: ${version}\n`);
      expect(chart).toContain(`\nappVersion: ${version}\n`);
    }
    expect(await readFile(join(ROOT, 'CHANGELOG.md'), 'utf8')).toContain(`## ${version}`);
  });
});
