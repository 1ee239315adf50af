import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { RELIABILITY, SECURITY, type PromiseRow } from './promise-rows.ts';
import type { Generator } from './registry.ts';

/** Writes docs/promises.md; refuses a proof that does not exist, and a row with neither a proof nor a reason. */
export const generatePromiseTable: Generator = async (root) => {
  for (const { promise, proof, missing } of [...RELIABILITY, ...SECURITY]) {
    if (proof.length === 0 && missing === undefined)
      throw new Error(`"${promise}" has neither proof nor reason.`);
    for (const path of proof) await access(join(root, path));
  }
  const all = [...RELIABILITY, ...SECURITY];
  const shown = all.filter(({ proof, missing }) => proof.length > 0 && missing === undefined).length;
  const partly = all.filter(({ proof, missing }) => proof.length > 0 && missing !== undefined).length;
  return new Map([
    [
      'docs/promises.md',
      `<!-- Generated from scripts/generate/promise-rows.ts by \`npm run gen\`. Do not edit. -->
# Promises

What operators may rely on, and what shows it. Tests run in continuous integration and have no figure; a figure is that of the last run of
a program, with its date. ${shown} of ${all.length} promises are shown as written, ${partly} partly, ${all.length - shown - partly} not yet. What is missing is said in the last column.

## Reliability
${tableOf(RELIABILITY)}

## Security
${tableOf(SECURITY)}
`,
    ],
  ]);
};

function tableOf(rows: readonly PromiseRow[]): string {
  const lines = rows.map(({ promise, proof, figure = '–', missing = '–' }) => {
    const links = proof.map((path) => `[${path.split('/').at(-1) ?? path}](../${path})`).join(', ');
    return `| ${promise} | ${links === '' ? '–' : links} | ${figure} | ${missing} |`;
  });
  return ['| promise | shown by | last figure | missing |', '|---|---|---|---|', ...lines].join('\n');
}
