import stringWidth from 'string-width';
import { safeText } from '@portolan/console/safe-text';

/** One column each, on every terminal that is not set to show ambiguous characters wide: letters and our own glyphs. */
const NARROW =
  /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u017f\u2013\u2026\u203a\u2191\u2193\u2500-\u25a8\u25b2\u25b8\u25cb\u25cf\u2713\u2717]*$/;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Returns the columns a text takes on the terminal. */
export function widthOf(text: string): number {
  return NARROW.test(text) ? text.length : stringWidth(text);
}

/** Returns the text made safe and exactly `width` columns wide. */
export function fit(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const clipped = clip(text, width);
  const gap = ' '.repeat(Math.max(0, width - widthOf(clipped)));
  return align === 'right' ? gap + clipped : clipped + gap;
}

/** Returns the text made safe and at most `width` columns wide; what is cut off shows as an ellipsis. */
export function clip(text: string, width: number): string {
  const safe = safeText(text);
  if (widthOf(safe) <= width) return safe;
  return width <= 0 ? '' : `${headOf(safe, width - 1)}…`;
}

/** Breaks a text into safe lines of at most `width` columns, at spaces where there are any, never within a grapheme. */
export function wrap(text: string, width: number): readonly string[] {
  return text.split('\n').flatMap((paragraph) => wrapLine(safeText(paragraph), width));
}

function wrapLine(text: string, width: number): readonly string[] {
  if (widthOf(text) <= width) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line);
      line = '';
    }
    let rest = line === '' ? word : `${line} ${word}`;
    while (widthOf(rest) > width) {
      // A character wider than the line has one of its own.
      const head = headOf(rest, width) || (graphemesOf(rest)[0] ?? rest);
      lines.push(head);
      rest = rest.slice(head.length);
    }
    line = rest;
  }
  return [...lines, line];
}

/** Returns the longest beginning of whole graphemes that is at most `width` columns wide. */
function headOf(text: string, width: number): string {
  let head = '';
  let used = 0;
  for (const segment of graphemesOf(text)) {
    used += widthOf(segment);
    if (used > width) break;
    head += segment;
  }
  return head;
}

/** Returns the characters of a text as a user counts them. */
export function graphemesOf(text: string): readonly string[] {
  return Array.from(graphemes.segment(text), ({ segment }) => segment);
}
