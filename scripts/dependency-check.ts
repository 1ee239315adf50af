import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readLockedPackages, readLockfile, type LockedPackage } from './release/lockfile.ts';
import { findVulnerabilities, readDatabase } from './release/osv.ts';

// Checks the packages of the lockfile without a network:
//   npm run dependency-check -- --osv PATH   vulnerabilities by a copy of the OSV database (npm ecosystem); exit code 1 if any is shipped
//   npm run dependency-check -- --ages       since when this repository uses each version, by its history
const root = join(import.meta.dirname, '..');
const DAY_SECONDS = 86_400;
const { values } = parseArgs({
  options: { osv: { type: 'string' }, ages: { type: 'boolean' }, json: { type: 'boolean' } },
});
const packages = readLockedPackages(readLockfile(root));
if (values.osv === undefined && values.ages !== true) {
  console.error('usage: npm run dependency-check -- --osv PATH | --ages [--json]');
  process.exitCode = 2;
}
if (values.osv !== undefined) reportVulnerabilities(values.osv);
if (values.ages === true) reportAges();

function reportVulnerabilities(path: string): void {
  const entries = readDatabase(path);
  const found = findVulnerabilities(packages, entries);
  if (values.json === true) console.log(JSON.stringify(found));
  else {
    for (const { id, package: name, version, severity, summary, fixed, isDevelopment } of found)
      console.log(
        `${id}  ${severity}  ${name}@${version}${isDevelopment ? ' (development)' : ''}: ${summary}; ${fixed === null ? 'no fix yet' : `fixed in ${fixed}`}`,
      );
    console.log(
      `${packages.length} packages against ${entries.length} entries: ${found.length} vulnerabilities.`,
    );
  }
  if (found.some(({ isDevelopment }) => !isDevelopment)) process.exitCode = 1;
}

function reportAges(): void {
  const since = firstUses();
  const now = Math.floor(Date.now() / 1000);
  const days = (seconds: number) => Math.floor((now - seconds) / DAY_SECONDS);
  const ages = packages
    .filter(({ isDevelopment }) => !isDevelopment)
    .map(({ name, version }) => ({ name, version, days: days(since.get(`${name}@${version}`) ?? now) }))
    .toSorted((a, b) => b.days - a.days || (a.name < b.name ? -1 : 1));
  if (values.json === true) console.log(JSON.stringify(ages));
  else
    for (const { name, version, days: age } of ages)
      console.log(`${String(age).padStart(5)} days  ${name}@${version}`);
}

/** Returns when the lockfile first named each version, in seconds since 1970. */
function firstUses(): ReadonlyMap<string, number> {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  const commits = git('log', '--reverse', '--format=%H %ct', '--', 'package-lock.json').trim().split('\n');
  const found = new Map<string, number>();
  for (const line of commits) {
    const [hash = '', time = '0'] = line.split(' ');
    for (const { name, version } of lockedAt(git('show', `${hash}:package-lock.json`))) {
      const key = `${name}@${version}`;
      if (!found.has(key)) found.set(key, Number(time));
    }
  }
  return found;
}

/** A lockfile of another time may have another shape. */
function lockedAt(text: string): readonly LockedPackage[] {
  try {
    return readLockedPackages(text);
  } catch {
    return [];
  }
}
