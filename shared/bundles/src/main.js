// `node shared/bundles/src/main.js [--all] PROGRAM…` makes the bundles of programs, as far as their sources have changed.
import { bundle, bundleStale } from './bundle.js';
import { PROGRAMS } from './programs.js';

const names = process.argv.slice(2).filter((argument) => argument !== '--all');
const unknown = names.filter((name) => !Object.hasOwn(PROGRAMS, name));
if (names.length === 0 || unknown.length > 0) {
  process.stderr.write(
    `usage: node shared/bundles/src/main.js [--all] ${Object.keys(PROGRAMS).join('|')} …\n`,
  );
  process.exit(2);
}
const wanted = /** @type {import('./programs.js').ProgramName[]} */ (names);
if (process.argv.includes('--all')) await Promise.all(wanted.map((name) => bundle(name)));
else await bundleStale(wanted);
