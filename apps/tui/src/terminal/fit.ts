import stringWidth from 'string-width';
import { safeText } from '@portolan/console/safe-text';

/** One column each, on every terminal that is not set to show ambiguous characters wide: letters and our own glyphs. */
const NARROW =
  /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u017f\u2013\u2026\u203a\u2191\u2193\u2500-\u25a8\u25b2\u25b8\u25cb\u25cf\u2713\u2717]*$/;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Columns a text takes on the terminal. */
export function widthOf(text: string): number {
  return NARROW.test(text) ? text.length : stringWidth(text);
}

/** The text made safe and exactly `width` columns wide. */
export function fit(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const clipped = clip(text, width);
  const gap = ' '.repeat(Math.max(0, width - widthOf(clipped)));
  return align === 'right' ? gap + clipped : clipped + gap;
}

/** The text made safe and at most `width` columns wide; what is cut off shows as an ellipsis. */
export function clip(text: string, width: number): string {
  const safe = safeText(text);
  if (widthOf(safe) <= width) return safe;
  if (width <= 0) return '';
  let kept = '';
  let used = 0;
  for (const { segment } of graphemes.segment(safe)) {
    const next = widthOf(segment);
    if (used + next > width - 1) break;
    kept += segment;
    used += next;
  }
  return `${kept}…`;
}

/** Breaks a text into lines of at most `width` columns, at spaces where there are any. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    const safe = safeText(paragraph);
    if (widthOf(safe) <= width) {
      lines.push(safe);
      continue;
    }
    let line = '';
    for (const word of safe.split(' ')) {
      if (line !== '' && widthOf(line) + 1 + widthOf(word) > width) {
        lines.push(line);
        line = '';
      }
      let rest = line === '' ? word : `${line} ${word}`;
      while (rest.length > width && widthOf(rest) > width) {
        lines.push(rest.slice(0, width));
        rest = rest.slice(width);
      }
      line = rest;
    }
    lines.push(line);
  }
  return lines;
}
