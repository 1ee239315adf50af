import { expect, test } from 'vitest';
import { lastMinutes } from './minutes.ts';

test('leaves a gap where no minute point is, and the minute that is not over out', () => {
  const now = Date.parse('2026-11-21T12:03:30Z');
  const points = ['12:00', '12:02', '12:03'].map((time) => `2026-11-21T${time}:00Z`);
  const minutes = lastMinutes(points, (point) => point, { now, count: 4 });
  expect(minutes.map((point) => point?.slice(11, 16) ?? null)).toEqual([null, '12:00', null, '12:02']);
});
