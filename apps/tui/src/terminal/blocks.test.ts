import { expect, test } from 'vitest';
import { formatBlocks } from './blocks.ts';
import { createTheme } from './theme.ts';

const theme = createTheme('none', { level: 0, ascii: true });
const chart = (values: readonly number[], marks: readonly number[], width: number) =>
  formatBlocks(
    [
      {
        type: 'spark',
        title: 'p99',
        values,
        caption: 'last 9',
        axis: { from: '-4 min', until: 'now', highest: '9' },
        marks,
      },
    ],
    width,
    theme,
  );

test('marks stand below the bars of the values they are of', () => {
  expect(chart([1, 1, 9, 9], [2], 14)).toEqual([
    'p99',
    '9       ######',
    '        ######',
    '        ######',
    '0 ======######',
    '        !',
    '  -4 min   now',
    '  last 9',
  ]);
  expect(chart([1, 1, 9, 9], [], 14).some((line) => line.includes('!'))).toBe(false);
});
