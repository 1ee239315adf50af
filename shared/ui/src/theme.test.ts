import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('tokens.css', import.meta.url), 'utf8');

/** Reads `--name: light-dark(#light, #dark)` of the first `:root` block, which holds the normal contrast. */
function readTokens(): ReadonlyMap<string, readonly [string, string]> {
  const [block = ''] = /:root \{[^}]*\}/.exec(css) ?? [];
  const found = [...block.matchAll(/--([\w-]+): (?:light-dark\((#\w{6}), (#\w{6})\)|(#\w{6}));/g)];
  return new Map(
    found.map(([, name = '', light, dark, both]): [string, [string, string]] => [
      name,
      [light ?? both ?? '', dark ?? both ?? ''],
    ]),
  );
}

/** Returns the relative luminance of a colour (WCAG 2.2, definition of relative luminance). */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

const GROUNDS = ['bg', 'panel', 'raised', 'sunken', 'hover', 'selected'];
const TEXT_PAIRS = [
  ...['text', 'muted', 'faint'].flatMap((text) => GROUNDS.map((ground) => [text, ground] as const)),
  ...['accent', 'ok', 'warn', 'bad'].flatMap((text) =>
    ['bg', 'panel', 'raised', 'sunken', 'hover', `${text}-soft`].map((ground) => [text, ground] as const),
  ),
  ['accent-ink', 'accent-strong'] as const,
  ['accent-ink', 'bad-strong'] as const,
  ['text', 'match'] as const,
];
/** Outlines of controls and marks of charts (WCAG 2.2 §1.4.11). */
const SHAPE_PAIRS = ['line-strong', 'focus', 'series-1', 'series-2', 'series-3', 'series-4'].flatMap(
  (shape) => ['bg', 'panel', 'raised'].map((ground) => [shape, ground] as const),
);

describe('theme.css', () => {
  const tokens = readTokens();
  const colour = (name: string, scheme: 0 | 1) => {
    const found = tokens.get(name)?.[scheme];
    if (found === undefined || found === '') throw new Error(`--${name} is not a colour of the theme`);
    return found;
  };
  const tooFaint = (pairs: readonly (readonly [string, string])[], least: number) =>
    pairs.flatMap(([front, ground]) =>
      ([0, 1] as const)
        .map((scheme) => ({ scheme, ratio: contrast(colour(front, scheme), colour(ground, scheme)) }))
        .filter(({ ratio }) => ratio < least)
        .map(
          ({ scheme, ratio }) => `${front} on ${ground}, ${scheme ? 'dark' : 'light'}: ${ratio.toFixed(2)}`,
        ),
    );

  it('has a contrast of 4.5:1 for text', () => expect(tooFaint(TEXT_PAIRS, 4.5)).toEqual([]));
  it('has a contrast of 3:1 for shapes', () => expect(tooFaint(SHAPE_PAIRS, 3)).toEqual([]));
});
