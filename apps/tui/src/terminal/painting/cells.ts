import { widthOf } from '../fit.ts';
import { applySgr, isSeeThrough, PLAIN, type Style } from './style.ts';

/** One place of the screen; the second place of a wide character has no text. */
export interface Cell {
  readonly text: string;
  readonly style: Style;
}

export interface Row {
  readonly cells: readonly Cell[];
  /** Whether every terminal agrees on how wide each character is. */
  readonly isSure: boolean;
}

const BLANK: Cell = { text: ' ', style: PLAIN };
const EMPTY: Cell = { text: '', style: PLAIN };
// oxlint-disable-next-line no-control-regex -- SGR sequences begin with ESC
const SGR = /\u001b\[([\d;]*)m/g;
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

export function isBlank({ text, style }: Cell): boolean {
  return text === ' ' && isSeeThrough(style);
}

/** What a line of text with SGR sequences puts into each of `columns` places. */
export function cellsOf(line: string, columns: number): Row {
  const cells: Cell[] = [];
  let isSure = true;
  let style = PLAIN;
  let from = 0;
  const put = (text: string) => {
    if (PRINTABLE_ASCII.test(text)) {
      for (const character of text) cells.push({ text: character, style });
      return;
    }
    for (const { segment } of graphemes.segment(text)) {
      const width = widthOf(segment);
      // Emoji, East Asian and combined characters are where terminals differ.
      if (width !== 1 || segment.length > 1) isSure = false;
      if (width === 0 || cells.length + width > columns) continue;
      cells.push({ text: segment, style });
      for (let place = 1; place < width; place += 1) cells.push({ ...EMPTY, style });
    }
  };
  for (const match of line.matchAll(SGR)) {
    put(line.slice(from, match.index));
    style = applySgr(style, match[1] ?? '');
    from = match.index + match[0].length;
  }
  put(line.slice(from));
  cells.length = Math.min(cells.length, columns);
  while (cells.length < columns) cells.push(BLANK);
  return { cells, isSure };
}

export function blankRow(columns: number): Row {
  return { cells: Array.from({ length: columns }, () => BLANK), isSure: true };
}
