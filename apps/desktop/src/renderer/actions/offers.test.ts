import { allActions } from '@portolan/console/actions/all-actions';
import { allKinds } from '@portolan/console/kinds/all-kinds';
import { expect, test } from 'vitest';
import { offersOf, pagesOffering } from './offers.ts';

test('nothing that an administrator can do is missing in the console', () => {
  expect(allActions.filter((action) => pagesOffering(action).length === 0).map(({ id }) => id)).toEqual([]);
});

test.each(allKinds.map(({ name }) => name))('no action is offered twice on %s', (name) => {
  const ids = offersOf(name).map(({ action, title }) => `${action.id} ${title ?? ''}`);
  expect(new Set(ids).size).toBe(ids.length);
});
