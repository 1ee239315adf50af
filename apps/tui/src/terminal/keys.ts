import { dictionary } from '@portolan/contract/dictionary';
import type { Key } from 'ink';

const NAMED = {
  upArrow: 'up',
  downArrow: 'down',
  leftArrow: 'left',
  rightArrow: 'right',
  pageUp: 'pgup',
  pageDown: 'pgdn',
  home: 'home',
  end: 'end',
  return: 'enter',
  escape: 'esc',
  backspace: 'backspace',
  delete: 'delete',
} as const satisfies Partial<Record<keyof Key, string>>;

const CONTROLS = dictionary<string>({
  '\t': 'tab',
  '\r': 'enter',
  '\n': 'enter',
  '\r\n': 'enter',
  '\u001b': 'esc',
  '\u007f': 'backspace',
  '\b': 'backspace',
});

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Returns the keys of one report of Ink by the names commands are bound to; a burst of typed text is one key each. */
export function keyNames(input: string, key: Key): readonly string[] {
  if (key.eventType === 'release') return [];
  if (key.tab) return [key.shift ? 'shift-tab' : 'tab'];
  for (const [flag, name] of Object.entries(NAMED)) {
    if (!key[flag as keyof typeof NAMED]) continue;
    if (name === 'esc') return ['esc'];
    return [key.meta ? `alt-${name}` : key.ctrl ? `ctrl-${name}` : name];
  }
  if (input === '') return [];
  if (key.ctrl && input.length === 1) return [`ctrl-${input.toLowerCase()}`];
  if (key.meta) return [`alt-${input}`];
  // Over a slow line several keys arrive in one chunk, control keys among the letters.
  return Array.from(graphemes.segment(input), ({ segment }) => nameOf(segment));
}

function nameOf(segment: string): string {
  if (segment === ' ') return 'space';
  if (segment >= ' ' && segment !== '\u007f') return segment;
  return CONTROLS[segment] ?? `ctrl-${String.fromCharCode(segment.charCodeAt(0) + 96)}`;
}
