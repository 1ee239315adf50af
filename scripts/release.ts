import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { packDirectory } from './release/archive.ts';
import { readLockedPackages, readLockfile } from './release/lockfile.ts';
import { makeProvenance, sha256Of, type Artifact } from './release/provenance.ts';
import { makeSbom } from './release/sbom.ts';

// Makes the files of a release (docs/release.md): `npm run release -- --out DIR [--twice] [--only NAME,…]`.
// Archives of programs, charts and sources, their digests, a bill of materials and a statement of how they were made.
const root = join(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'dist-release' },
    only: { type: 'string' },
    twice: { type: 'boolean' },
    builder: { type: 'string', default: 'https://portolan.dev/builders/local' },
  },
});

const git = (...args: readonly string[]): string =>
  execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 512 * 1024 * 1024 }).trim();
const commit = git('rev-parse', 'HEAD');
const epoch = Number(process.env['SOURCE_DATE_EPOCH'] ?? git('show', '-s', '--format=%ct', 'HEAD'));
const lockfile = readLockfile(root);
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly version: string;
};

/** What fills the directory of each archive. */
const ARCHIVES: Readonly<Record<string, (directory: string) => void>> = {
  agent: (directory) => makeProgram('agent', directory),
  platform: (directory) => makeProgram('platform', directory),
  'chart-agent': (directory) => checkOut('apps/agent/chart', directory),
  'chart-platform': (directory) => checkOut('apps/platform/chart', directory),
  sources: (directory) => checkOut('.', directory),
};

const wanted = values.only?.split(',') ?? Object.keys(ARCHIVES);
const unknown = wanted.filter((name) => ARCHIVES[name] === undefined);
if (unknown.length > 0) {
  console.error(`There is no archive ${unknown.join(', ')}. Use: ${Object.keys(ARCHIVES).join(', ')}.`);
  process.exit(2);
}
if (git('status', '--porcelain') !== '')
  console.error('warning: the working tree has changes that the commit does not have.');
const out = resolve(values.out);
const first = build(out);
if (values.twice === true) compare(first, buildAgain());

/** Builds the archives into a directory, with what describes them; returns their digests. */
function build(directory: string): readonly Artifact[] {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const artifacts = wanted.map((name) => pack(name, directory));
  const sbom = `portolan-${version}.cdx.json`;
  const committedAt = new Date(epoch * 1000).toISOString();
  const bom = json(makeSbom(readLockedPackages(lockfile), { version, committedAt, lockfile }));
  writeFileSync(join(directory, sbom), bom);
  const all = [...artifacts, { name: sbom, sha256: sha256Of(bom) }];
  writeFileSync(
    join(directory, 'SHA256SUMS'),
    all.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join(''),
  );
  const source = { commit, version, lockfile, node: process.version, builder: values.builder };
  writeFileSync(join(directory, `portolan-${version}.intoto.json`), json(makeProvenance(all, source)));
  for (const { name, sha256 } of all) console.log(`${sha256}  ${name}`);
  return all;
}

function pack(name: string, directory: string): Artifact {
  const scratch = mkdtempSync(join(tmpdir(), 'portolan-release-'));
  try {
    const content = join(scratch, 'content');
    ARCHIVES[name]?.(content);
    const title = `portolan-${name}-${version}`;
    const file = join(directory, `${title}.tar.gz`);
    packDirectory(content, file, { prefix: title, epoch });
    return { name: `${title}.tar.gz`, sha256: sha256Of(readFileSync(file)) };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The program for Linux on the processor of this machine; `npm_config_cpu` names another. */
function makeProgram(app: 'agent' | 'platform', directory: string): void {
  execFileSync(process.execPath, [join(root, 'scripts/image-tree.ts'), app, directory], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
}

/** Writes the files of the commit below a path: what is not committed is in no release. */
function checkOut(path: string, directory: string): void {
  mkdirSync(directory, { recursive: true });
  const tree = path === '.' ? 'HEAD' : `HEAD:${path}`;
  const tar = execFileSync('git', ['archive', '--format=tar', tree], {
    cwd: root,
    maxBuffer: 512 * 1024 * 1024,
  });
  execFileSync('tar', ['--extract', `--directory=${directory}`], { input: tar });
}

function buildAgain(): readonly Artifact[] {
  const scratch = mkdtempSync(join(tmpdir(), 'portolan-again-'));
  try {
    return build(join(scratch, 'release'));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function compare(one: readonly Artifact[], other: readonly Artifact[]): void {
  const differing = one.filter(
    ({ name, sha256 }) => !other.some((each) => each.name === name && each.sha256 === sha256),
  );
  for (const { name } of differing) console.error(`${name} differs between two builds of the same commit.`);
  if (differing.length > 0) process.exitCode = 1;
  else console.log(`Two builds of ${commit.slice(0, 12)} are equal: ${one.length} files.`);
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
