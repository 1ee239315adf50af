import { describe, expect, test } from 'vitest';
import { errorsOf, missingRows, titleOf } from './rows/row.ts';
import { v3Invalid } from './rows/v3-invalid-rows.ts';
import { v3Valid } from './rows/v3-valid-rows.ts';

describe.each(Object.entries(v3Valid))('%s accepts', (_section, rows) => {
  const named = rows.map((row) => [titleOf(...row), row] as const);
  test.each(named)('%s', (_title, [kind, spec]) => {
    expect(errorsOf(kind, spec, 'v3')).toEqual([]);
  });
});

describe.each(Object.entries(v3Invalid))('%s refuses', (_section, rows) => {
  const named = rows.map((row) => [titleOf(row[0], row[1]), row] as const);
  test.each(named)('%s', (_title, [kind, spec, ...errors]) => {
    expect([...errorsOf(kind, spec, 'v3')].toSorted()).toEqual(errors.toSorted());
  });
});

test('every limit and every rule has a row that breaks it', () => {
  expect(missingRows(Object.values(v3Invalid).flat(), 'v3')).toEqual([]);
});
