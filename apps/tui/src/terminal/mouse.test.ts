import { PassThrough } from 'node:stream';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isBackgroundAsked } from './background.ts';
import { tapReports } from './mouse.ts';

/** What is left for keys of an input that arrives in these pieces, and what the terminal said. */
function tap(pieces: readonly string[]) {
  const tty = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: () => tty,
    ref: () => tty,
    unref: () => tty,
  });
  const said: unknown[] = [];
  const keys = tapReports(tty, {
    mouse: (report) => said.push(report),
    background: (isLight) => said.push(isLight ? 'light' : 'dark'),
  }) as unknown as PassThrough;
  for (const piece of pieces) tty.emit('data', piece);
  return { keys: String(keys.read() ?? ''), said };
}

test('reports are taken out of what is typed, wherever they are cut', () => {
  const input =
    'j\u001b[<0;5;7Mk\u001b]11;rgb:ffff/fafa/f0f0\u001b\\l\u001b[<64;1;1Mm\u001b]11;rgb:1e/1e/2e\u0007n';
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: input.length - 1 }), { maxLength: 6 }), (cuts) => {
      const places = [0, ...cuts.toSorted((a, b) => a - b), input.length];
      // An escape at the very end of a piece is the key: it is not held back.
      fc.pre(places.slice(1, -1).every((at) => input[at - 1] !== '\u001b' || input[at] === '\\'));
      // oxlint-disable-next-line no-control-regex -- the reports begin with ESC
      fc.pre(places.slice(1, -1).every((at) => !/\u001b[\][]1{0,2}<?$/.test(input.slice(0, at))));
      const { keys, said } = tap(places.slice(1).map((to, at) => input.slice(places[at], to)));
      expect(keys).toBe('jklmn');
      expect(said).toHaveLength(4);
      expect(said.filter((one) => typeof one === 'string')).toEqual(['light', 'dark']);
    }),
  );
});

test.each([
  ['auto', {}, true],
  ['dark', {}, false],
  ['auto', { NO_COLOR: '1' }, false],
  ['auto', { TERM: 'dumb' }, false],
  ['auto', { COLORFGBG: '0;15' }, false],
])('theme %s with %j is asked for: %s', (theme, env, isAsked) =>
  expect(isBackgroundAsked(theme, env)).toBe(isAsked),
);
