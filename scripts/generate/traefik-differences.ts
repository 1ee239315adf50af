import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DELIBERATE } from '../../test/src/interop/traefik/deliberate.ts';
import type { Generator } from './registry.ts';

const PAGE = 'docs/gateway.md';
const BEGIN = '<!-- Generated from test/src/interop/traefik/deliberate.ts by `npm run gen`. -->';
const END = '<!-- End of the generated list. -->';

/** Writes the intended differences to Traefik into their section of docs/gateway.md. */
export const generateTraefikDifferences: Generator = async (root) => {
  const page = await readFile(join(root, PAGE), 'utf8');
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin === -1 || end < begin) throw new Error(`${PAGE} lacks "${BEGIN}" or "${END}" after it.`);
  const rows = DELIBERATE.map(({ title, reason }) => `- **${title}** ${reason}`);
  return new Map([
    [PAGE, `${page.slice(0, begin)}${[BEGIN, ...rows, END].join('\n')}${page.slice(end + END.length)}`],
  ]);
};
