import type { Random } from '../chaos/fuzz/random.ts';

const ODD = [
  '\0',
  '\u2028',
  '\ud800',
  '￿',
  '"',
  "'",
  '`',
  '\\',
  '\n',
  '\t',
  '{',
  '[',
  '0',
  '-1',
  '1e400',
  '9007199254740993',
];
const LENGTH_MAX = 20_000;

/** Returns a text made of one or two of the given ones by a few changes. */
export function mutate(texts: readonly string[], words: readonly string[], random: Random): string {
  let text = random.pick(texts);
  for (let changes = 1 + random.below(6); changes > 0; changes -= 1)
    text = change(text, { texts, words, random });
  return text.slice(0, LENGTH_MAX);
}

interface Sources {
  readonly texts: readonly string[];
  readonly words: readonly string[];
  readonly random: Random;
}

function change(text: string, { texts, words, random }: Sources): string {
  const at = random.below(text.length + 1);
  const to = Math.min(text.length, at + 1 + random.below(random.chance(0.8) ? 12 : 400));
  const before = text.slice(0, at);
  switch (random.below(7)) {
    case 0:
      return before + text.slice(to);
    case 1:
      return before + text.slice(at, to).repeat(2 + random.below(4)) + text.slice(to);
    case 2:
      return before + random.pick(ODD) + text.slice(random.chance(0.5) ? at : to);
    case 3:
      return before + random.pick(words) + text.slice(random.chance(0.5) ? at : to);
    case 4: {
      const other = random.pick(texts);
      return before + other.slice(random.below(other.length + 1));
    }
    case 5:
      return before + String.fromCodePoint(random.below(0x11_0000)) + text.slice(to);
    default:
      return swapLines(text, random);
  }
}

function swapLines(text: string, random: Random): string {
  const lines = text.split('\n');
  const [a, b] = [random.below(lines.length), random.below(lines.length)];
  return lines
    .map((line, index) => (index === a ? (lines[b] ?? '') : index === b ? (lines[a] ?? '') : line))
    .join('\n');
}
