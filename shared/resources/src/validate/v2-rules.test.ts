import { describe, expect, test } from 'vitest';
import { errorsOf, missingRows, titleOf } from './rows/row.ts';
import { v2Invalid, v2Valid } from './rows/v2-rows.ts';

describe.each(Object.entries(v2Valid))('%s accepts', (_section, rows) => {
  const named = rows.map((row) => [titleOf(...row), row] as const);
  test.each(named)('%s', (_title, [kind, spec]) => {
    expect(errorsOf(kind, spec, 'v2')).toEqual([]);
  });
});

describe.each(Object.entries(v2Invalid))('%s refuses', (_section, rows) => {
  const named = rows.map((row) => [titleOf(row[0], row[1]), row] as const);
  test.each(named)('%s', (_title, [kind, spec, ...errors]) => {
    expect([...errorsOf(kind, spec, 'v2')].toSorted()).toEqual(errors.toSorted());
  });
});

test('every limit and every rule has a row that breaks it', () => {
  expect(missingRows(Object.values(v2Invalid).flat(), 'v2')).toEqual([]);
});
