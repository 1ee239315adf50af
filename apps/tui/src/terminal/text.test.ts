import * as fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { clip, fit, graphemesOf, widthOf, wrap } from './fit.ts';
import { toAsciiCells } from '@portolan/console/ascii';
import { safeText } from '@portolan/console/safe-text';
import { createTheme } from './theme.ts';

describe('safeText', () => {
  test.each([
    ['\u001b]52;c;aGVsbG8=\u0007copied', 'copied'],
    ['\u001b]0;title\u001b\\shown', 'shown'],
    ['\u001b[31mred\u001b[0m', 'red'],
    ['\u009b31mred', 'red'],
    ['a\u202Ecba', 'acba'],
    ['two\nlines\tand tab', 'two lines and tab'],
    ['\u001bPq#0\u001b\\after', 'after'],
    ['bell\u0007', 'bell'],
    ['日本語 ok', '日本語 ok'],
  ])('%j shows as %j', (text, shown) => expect(safeText(text)).toBe(shown));

  test('whatever comes in, no control character comes out', () => {
    const hostile = fc.string({
      unit: fc.oneof(
        fc.constantFrom('\u001b', '[', ']', ';', '\u0007', '\u009b', 'm', '\\', '\u202e'),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      ),
    });
    fc.assert(
      fc.property(hostile, (text) => {
        // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
        expect(safeText(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
      }),
    );
  });
});

describe('widthOf', () => {
  test('what is counted by its length is as wide as that', () => {
    for (let code = 0x20; code < 0x3000; code += 1) {
      const text = String.fromCharCode(code);
      expect([text, widthOf(`a${text}`)]).toEqual([text, stringWidth(`a${text}`)]);
    }
  });
});

describe('fit', () => {
  test('is exactly as wide as asked, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 40 }), (text, width) => {
        expect(widthOf(fit(text, width))).toBe(width);
      }),
    );
  });

  test('says that something was cut off', () => expect(clip('abcdefgh', 5)).toBe('abcd…'));
});

test('wrapped lines keep within the width and lose no word', () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { maxLength: 20 }),
      fc.integer({ min: 12, max: 60 }),
      (words, width) => {
        const lines = wrap(words.join(' '), width);
        expect(lines.every((line) => widthOf(line) <= width)).toBe(true);
        expect(lines.join(' ').split(' ').filter(Boolean)).toEqual(words);
      },
    ),
  );
});

test('a line that fits keeps its indentation', () => expect(wrap('    - crew', 20)).toEqual(['    - crew']));

test('without colours nothing but the text is left', () => {
  const theme = createTheme('dark', { level: 0, ascii: true });
  expect(theme.paint('bad', 'plain')).toBe('plain');
  expect(theme.glyphs.cursor).toBe('>');
});

test('lines are as narrow as asked and break within no grapheme, whatever the script', () => {
  const texts = fc.array(fc.constantFrom('航', '🛫', 'e\u0301', '👩‍✈️', '🇫🇷', '각', 'กำ', 'a', ' '), {
    maxLength: 80,
  });
  fc.assert(
    fc.property(texts, fc.integer({ min: 2, max: 20 }), (parts, width) => {
      const text = parts.join('');
      const lines = wrap(text, width);
      expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(width);
      const graphemes = new Set(graphemesOf(safeText(text)));
      expect(lines.flatMap((line) => graphemesOf(line)).every((one) => graphemes.has(one))).toBe(true);
      expect(lines.join('').replaceAll(' ', '')).toBe(safeText(text).replaceAll(' ', ''));
    }),
  );
});

test('our own typography has an ASCII form of the same width', () => {
  const own = 'a… · – ↑↓ ● ▸ “Søren’s”';
  expect(toAsciiCells(own)).toBe('a. * - ^v o > "Søren\'s"');
});
