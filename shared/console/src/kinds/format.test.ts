import { expect, test } from 'vitest';
import { formatAge, formatUntil } from './format.ts';

const DAY = 86_400_000;

test.each([
  [30 * DAY - 500, 'in 30d'],
  [30 * DAY, 'in 30d'],
  [7 * DAY - 60_000, 'in 7d'],
  [DAY - 1000, 'in 1d'],
  [23 * 3_600_000, 'in 23h'],
  [90_000, 'in 2m'],
  [45_000, 'in 45s'],
  [0, 'expired'],
  [-1, 'expired'],
])('%i ms from now reads %s', (ms, text) => {
  expect(formatUntil(new Date(DAY * 365 + ms).toISOString(), DAY * 365)).toBe(text);
});

test('an age is not rounded up', () => {
  expect(formatAge(new Date(0).toISOString(), 30 * DAY - 1)).toBe('29d');
});
