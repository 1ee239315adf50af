import { expect, test } from 'vitest';
import { allKinds } from './all-kinds.ts';
import { KIND_TITLES } from './kind-titles.ts';

test('titles are those of the kinds, in the same order', () => {
  expect(Object.entries(KIND_TITLES)).toEqual(allKinds.map(({ name, title }) => [name, title]));
});
