import { structuredPatch } from 'diff';
import { isScalar, stringify } from 'yaml';
import { toned, type Cell } from './block.ts';
import { withoutNoise } from './manifest-noise.ts';

const FIRST = ['apiVersion', 'kind', 'metadata', 'name', 'namespace'];

/** Both sides in one order, so that a field that only moved is not a difference. */
function sortMapEntries(a: { readonly key: unknown }, b: { readonly key: unknown }): number {
  const [left, right] = [nameOf(a.key), nameOf(b.key)];
  const rank = (name: string) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
  return rank(left) - rank(right) || (left < right ? -1 : left > right ? 1 : 0);
}

function nameOf(key: unknown): string {
  return isScalar(key) ? String(key.value) : String(key);
}

/** What changes between two objects, as lines of YAML with `+` and `-`; empty when nothing does. */
export function diffObjects(before: unknown, after: unknown): readonly Cell[] {
  const [from, to] = [before, after].map((object) =>
    object === null || object === undefined ? '' : stringify(withoutNoise(object), { sortMapEntries }),
  );
  const patch = structuredPatch('', '', from ?? '', to ?? '', '', '', { context: 3 });
  return patch.hunks.flatMap((hunk, at) => [
    ...(at === 0 ? [] : [toned('dim', '  …')]),
    ...hunk.lines
      .filter((line) => !line.startsWith('\\'))
      .map((line) =>
        line.startsWith('+')
          ? toned('ok', `+ ${line.slice(1)}`)
          : line.startsWith('-')
            ? toned('bad', `- ${line.slice(1)}`)
            : toned('dim', `  ${line.slice(1)}`),
      ),
  ]);
}
