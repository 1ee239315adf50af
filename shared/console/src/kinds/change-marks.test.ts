import { expect, test } from 'vitest';
import { describeChange, marksOf } from './change-marks.ts';

const change = (at: string) => ({
  at,
  action: 'apply',
  target: 'API air/flights',
  by: 'ada@example.com',
  revision: 7,
  touches: true,
});

test('marks the steps in which something changed, each once, within the chart', () => {
  const changes = ['09:59:59', '10:00:00', '10:03:10', '10:03:50', '10:29:59', '10:30:00'].map((time) =>
    change(`2030-01-01T${time}.000Z`),
  );
  const chart = { from: Date.parse('2030-01-01T10:00:00Z'), stepMs: 60_000, count: 30 };
  expect(marksOf(changes, chart)).toEqual([0, 3, 29]);
});

test('describes a change in one line', () => {
  const line = describeChange(change('2030-01-01T10:00:00.000Z'));
  expect(line).toContain('apply: API air/flights, by ada@example.com (revision 7)');
  expect(
    describeChange({ ...change('2030-01-01T10:00:00.000Z'), action: 'report', revision: null }),
  ).toContain('changed in the cluster: API air/flights, by ada@example.com');
});
