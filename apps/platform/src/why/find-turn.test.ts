import { array, assert, asyncProperty, boolean } from 'fast-check';
import { expect, it } from 'vitest';
import { findTurn } from './find-turn.ts';

/** Finds the turn among states, each of which is as the last one or not. */
function search(states: readonly boolean[], known?: number) {
  return findTurn(states.length, (index) => states[index] ?? true, known);
}

it.each([
  ['nothing differs', [true, true, true], null],
  ['there is one state', [true], null],
  ['the last change made the difference', [false, false, true], 2],
  ['the first one did', [false, true, true], 1],
  ['it came and went', [true, false, true, true, true, true, true, true, true, true], 2],
])('when %s', async (_name, states, index) => {
  expect((await search(states)).index).toBe(index);
});

it('is a state as the last one after one that is not, whatever the states', async () => {
  await assert(
    asyncProperty(array(boolean(), { maxLength: 200 }), async (before) => {
      const states = [...before, true];
      const { index } = await search(states);
      if (index === null) expect(states.length > 64 || states.every(Boolean)).toBe(true);
      else expect([states[index - 1], states[index]]).toEqual([false, true]);
    }),
  );
});

it('decides about as often as the logarithm of the number of states', async () => {
  const states = Array.from({ length: 1000 }, (_, index) => index >= 337);
  const { index, decided } = await search(states);
  expect(index).toBe(337);
  expect(decided).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(1000)) + 1);
  expect(await search(states, 300)).toMatchObject({ index: 337 });
});
