import { clip, graphemesOf, widthOf } from '../terminal/fit.ts';

/** A line of text being edited, and where the cursor is in it (in UTF-16 units, always between graphemes). */
export interface Line {
  readonly text: string;
  readonly cursor: number;
}

export function lineOf(text: string): Line {
  return { text, cursor: text.length };
}

/** Readline's editing keys; null for a key that is none of them. */
export function editLine(line: Line, key: string): Line | null {
  const { text, cursor } = line;
  switch (key) {
    case 'left':
    case 'ctrl-b':
      return { text, cursor: before(text, cursor) };
    case 'right':
    case 'ctrl-f':
      return { text, cursor: after(text, cursor) };
    case 'home':
    case 'ctrl-a':
      return { text, cursor: 0 };
    case 'end':
    case 'ctrl-e':
      return { text, cursor: text.length };
    case 'alt-b':
      return { text, cursor: wordBefore(text, cursor) };
    case 'alt-f':
      return { text, cursor: wordAfter(text, cursor) };
    case 'backspace':
      return cut(text, before(text, cursor), cursor);
    case 'delete':
    case 'ctrl-d':
      return cut(text, cursor, after(text, cursor));
    case 'ctrl-u':
      return cut(text, 0, cursor);
    case 'ctrl-k':
      return cut(text, cursor, text.length);
    case 'ctrl-w':
    case 'alt-backspace':
      return cut(text, wordBefore(text, cursor), cursor);
    case 'space':
      return insert(line, ' ');
    default:
      return isText(key) ? insert(line, key) : null;
  }
}

/** Puts text in at the cursor; line breaks become spaces. */
export function insert({ text, cursor }: Line, added: string): Line {
  const flat = added.replace(/[\r\n\t]+/g, ' ');
  return { text: text.slice(0, cursor) + flat + text.slice(cursor), cursor: cursor + flat.length };
}

/** Key names of more than one grapheme (`enter`, `ctrl-x`) are no text. */
function isText(key: string): boolean {
  return key >= ' ' && graphemesOf(key).length === 1;
}

function cut(text: string, from: number, to: number): Line {
  return { text: text.slice(0, from) + text.slice(to), cursor: from };
}

function before(text: string, cursor: number): number {
  return cursor - (graphemesOf(text.slice(0, cursor)).at(-1)?.length ?? 0);
}

function after(text: string, cursor: number): number {
  return cursor + (graphemesOf(text.slice(cursor))[0]?.length ?? 0);
}

function wordBefore(text: string, cursor: number): number {
  return text.slice(0, cursor).trimEnd().search(/\S+$/) === -1
    ? 0
    : text.slice(0, cursor).trimEnd().search(/\S+$/);
}

function wordAfter(text: string, cursor: number): number {
  const match = /^\s*\S+/.exec(text.slice(cursor));
  return cursor + (match ? match[0].length : 0);
}

/** Returns what of a line shows in a field of `width` columns, and the column of the cursor, which is always in sight. */
export function lineWindow(
  { text, cursor }: Line,
  width: number,
): { readonly text: string; readonly x: number } {
  const left = text.slice(0, cursor);
  if (widthOf(text) < width || (cursor < text.length && widthOf(left) < width - 1))
    return { text: clip(text, width), x: widthOf(left) };
  const isAtEnd = cursor === text.length;
  // A quarter of the field stays for what follows the cursor.
  const room = width - (isAtEnd ? 2 : 2 + Math.min(Math.floor(width / 4), widthOf(text.slice(cursor))));
  const shown: string[] = [];
  let used = 0;
  for (const grapheme of graphemesOf(left).toReversed()) {
    used += widthOf(grapheme);
    if (used > room) break;
    shown.unshift(grapheme);
  }
  const head = `…${shown.join('')}`;
  return { text: head + clip(text.slice(cursor), width - widthOf(head)), x: widthOf(head) };
}
