import type { Tone } from '@portolan/console/tone';
import type { BadgeTone } from '@portolan/ui/badge';

const CLASSES: Readonly<Record<Tone, string>> = {
  plain: '',
  dim: 'text-muted',
  strong: 'font-semibold',
  title: 'font-semibold',
  accent: 'text-accent',
  ok: 'text-ok',
  warn: 'text-warn',
  bad: 'text-bad',
  selected: 'bg-selected',
  match: 'bg-match',
  production: 'text-bad font-semibold',
  bar: 'text-muted',
};

/** Returns the classes that show what a piece of text means. */
export function toneClass(tone: Tone): string {
  return CLASSES[tone];
}

/** Returns the tone of a badge for a state, and null for text that is none. */
export function badgeTone(tone: Tone): BadgeTone | null {
  return tone === 'ok' || tone === 'warn' || tone === 'bad' ? tone : null;
}
