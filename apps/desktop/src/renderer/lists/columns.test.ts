import { apis } from '@portolan/console/kinds/apis';
import { expect, test } from 'vitest';
import { chosenColumns, fitting, layOut, widthOf } from './columns.ts';

const all = layOut(chosenColumns(apis, undefined), [], 0);

test('everything is shown where there is room', () => {
  expect(fitting(all, widthOf(all))).toEqual(all);
});

test('a narrow list leaves out what matters least, one after the other, and never what has to stay', () => {
  const narrow = fitting(all, widthOf(all) - 1);
  const highest = Math.max(...all.map(({ column }) => column.drop ?? 0));
  expect(narrow).toHaveLength(all.length - 1);
  expect(narrow.every(({ column }) => column.drop !== highest)).toBe(true);
  expect(fitting(all, 0).map(({ column }) => column.id)).toEqual(
    all.filter(({ column }) => column.drop === undefined).map(({ column }) => column.id),
  );
});
