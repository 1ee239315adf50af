import { isBlank, type Cell, type Row } from './cells.ts';
import { changeStyle, isSameStyle, isSeeThrough, PLAIN, type Style } from './style.ts';

/** Moving over this many unchanged places costs more than writing them again. */
const GAP_MAX = 6;
/** Erasing and moving on costs about as much as this many spaces. */
const ERASE_FROM = 10;

/** What turns one row of the screen into another, with as few bytes as can be; '' when they look the same. */
export function updateRow(before: Row, after: Row, row: number): string {
  if (!before.isSure || !after.isSure) return rewriteRow(after, row);
  const { cells } = after;
  let out = '';
  let style = PLAIN;
  for (const { from, to } of changedRuns(before.cells, cells)) {
    const isTail = to === cells.length || blankFrom(cells, to);
    const end = isTail ? lastShown(cells, from, to) : to;
    out += `\u001b[${row + 1};${from + 1}H`;
    const written = write(cells, from, end, style);
    out += written.text;
    ({ style } = written);
    if (isTail && end < to) {
      // What is erased takes the colour that is set.
      if (!isSeeThrough(style)) {
        out += changeStyle(style, PLAIN);
        style = PLAIN;
      }
      out += '\u001b[K';
      break;
    }
  }
  return out + changeStyle(style, PLAIN);
}

/** Returns the whole row anew, each character put where it belongs: whatever width a terminal gives the one before it. */
function rewriteRow({ cells }: Row, row: number): string {
  let out = `\u001b[${row + 1};1H\u001b[K`;
  let style = PLAIN;
  const end = lastShown(cells, 0, cells.length);
  let from = 0;
  for (let at = 0; at < end; at += 1) {
    const { text } = cells[at] ?? { text: '' };
    if (text.length === 1 && text < '\u007f') continue;
    const next = cells.findIndex((cell, place) => place > at && cell.text !== '');
    const to = next < 0 ? end : Math.min(next, end);
    const written = write(cells, from, to, style);
    out += written.text;
    ({ style } = written);
    if (to < end) out += `\u001b[${to + 1}G`;
    from = to;
    at = to - 1;
  }
  const written = write(cells, from, end, style);
  return out + written.text + changeStyle(written.style, PLAIN);
}

interface Run {
  readonly from: number;
  readonly to: number;
}

/** Where the rows differ; differences close to each other are one. */
function changedRuns(before: readonly Cell[], after: readonly Cell[]): readonly Run[] {
  const runs: { from: number; to: number }[] = [];
  after.forEach((cell, at) => {
    const old = before[at];
    if (old !== undefined && looksSame(old, cell)) return;
    const last = runs.at(-1);
    if (last && at - last.to <= GAP_MAX) last.to = at + 1;
    else runs.push({ from: at, to: at + 1 });
  });
  return runs;
}

function looksSame(a: Cell, b: Cell): boolean {
  return (a.text === b.text && isSameStyle(a.style, b.style)) || (isBlank(a) && isBlank(b));
}

function blankFrom(cells: readonly Cell[], from: number): boolean {
  return cells.every((cell, at) => at < from || isBlank(cell));
}

function lastShown(cells: readonly Cell[], from: number, to: number): number {
  let end = to;
  for (let cell = cells[end - 1]; end > from && cell && isBlank(cell); cell = cells[end - 1]) end -= 1;
  return end;
}

function write(
  cells: readonly Cell[],
  from: number,
  to: number,
  started: Style,
): { readonly text: string; readonly style: Style } {
  let text = '';
  let style = started;
  for (let at = from; at < to; at += 1) {
    const cell = cells[at];
    if (!cell) break;
    const blanks = isBlank(cell) ? blanksFrom(cells, at, to) : 0;
    const wanted = blanks === 0 ? cell.style : isSeeThrough(style) ? style : PLAIN;
    text += changeStyle(style, wanted);
    style = wanted;
    if (blanks >= ERASE_FROM) text += `\u001b[${blanks}X\u001b[${blanks}C`;
    else text += blanks > 0 ? ' '.repeat(blanks) : cell.text;
    at += Math.max(0, blanks - 1);
  }
  return { text, style };
}

function blanksFrom(cells: readonly Cell[], from: number, to: number): number {
  let at = from;
  for (let cell = cells[at]; at < to && cell && isBlank(cell); cell = cells[at]) at += 1;
  return at - from;
}
