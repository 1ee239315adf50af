import type { Plan } from '@portolan/console/actions/action';
import { cellOf, type Cell } from '@portolan/console/kinds/block';
import { clsx } from 'clsx';
import { shown } from '../data/headings.ts';
import { toneClass } from '../details/tones.ts';

/** What a plan changes and for whom; lines of a difference are marked by their sign as well as their colour. */
export function PlanView({ plan }: { readonly plan: Plan }) {
  const { words, difference } = split(plan.lines);
  return (
    <div className="flex flex-col gap-3">
      {words.length > 0 && (
        <ul className="flex flex-col gap-1">
          {words.map((line, at) => {
            const { text, tone } = cellOf(line);
            // oxlint-disable-next-line react/no-array-index-key -- the lines of a plan never change
            return text === '' ? null : (
              <li key={at} className={clsx('wrap-anywhere', toneClass(tone))}>
                {shown(text)}
              </li>
            );
          })}
        </ul>
      )}
      {difference.length > 0 && (
        <div
          role="region"
          aria-label="Difference"
          tabIndex={0}
          className="max-h-80 overflow-auto rounded-md border border-line bg-sunken py-2 font-mono text-sm/5"
        >
          {difference.map((line, at) => {
            const { text, tone } = cellOf(line);
            return (
              <div
                // oxlint-disable-next-line react/no-array-index-key -- as above
                key={at}
                className={clsx(
                  'min-h-5 px-3 whitespace-pre-wrap wrap-anywhere',
                  text.startsWith('+ ') && 'bg-ok-soft',
                  text.startsWith('- ') && 'bg-bad-soft',
                  toneClass(tone),
                )}
              >
                {/* Spaces lay out YAML: they stay. */}
                {text.startsWith('  ')
                  ? `${' '.repeat(text.length - text.trimStart().length)}${shown(text.trimStart())}`
                  : shown(text)}
              </div>
            );
          })}
        </div>
      )}
    </div>
  );
}

/** Sentences come first in a plan, then the difference: from its first line with a sign on, and the name above it. */
function split(lines: readonly Cell[]): {
  readonly words: readonly Cell[];
  readonly difference: readonly Cell[];
} {
  const first = lines.findIndex((line) => /^[+-] /.test(cellOf(line).text));
  if (first < 0) return { words: lines, difference: [] };
  let from = first;
  while (from > 0 && isOfDifference(lines[from - 1])) from -= 1;
  return { words: lines.slice(0, from), difference: lines.slice(from) };
}

function isOfDifference(line: Cell | undefined): boolean {
  if (line === undefined) return false;
  const { text, tone } = cellOf(line);
  return tone === 'strong' || text.startsWith('  ');
}
