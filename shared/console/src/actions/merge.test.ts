import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compare, mergeInto } from './merge.ts';

const leaf = fc.oneof(
  fc.integer(),
  fc.string({ maxLength: 3 }),
  fc.boolean(),
  fc.array(fc.integer(), { maxLength: 2 }),
);
const object = fc.dictionary(
  fc.constantFrom('a', 'b', 'c'),
  fc.oneof(leaf, fc.dictionary(fc.constantFrom('x', 'y'), leaf, { minKeys: 1 })),
);

test('who alone changed something gets all of it', () => {
  fc.assert(
    fc.property(object, object, (base, changed) => {
      expect(compare(base, changed, base).every((one) => one.choice === 'mine')).toBe(true);
      expect(mergeInto(base, compare(base, base, changed))).toEqual(base);
      expect(mergeInto(changed, compare(base, base, changed))).toEqual(changed);
    }),
  );
});

test('what only one side changed is kept, and what both changed differently is asked', () => {
  const base = { email: 'a@x', company: 'Old', groups: ['crew'], name: { first: 'A', last: 'B' } };
  const mine = { ...base, company: 'Mine', groups: ['crew', 'staff'] };
  const theirs = { ...base, company: 'Theirs', name: { first: 'A', last: 'C' } };
  const differences = compare(base, mine, theirs);
  expect(differences.map(({ path, choice }) => [path.join('.'), choice])).toEqual([
    ['company', null],
    ['groups', 'mine'],
    ['name.last', 'theirs'],
  ]);
  const decided = differences.map((one) => ({ ...one, choice: one.choice ?? ('mine' as const) }));
  expect(mergeInto(theirs, decided)).toEqual({ ...mine, name: theirs.name });
});

test('a removed value is removed, and a key named __proto__ harms nobody', () => {
  expect(mergeInto({ a: 1, b: 2 }, compare({ a: 1, b: 2 }, { b: 2 }, { a: 1, b: 2 }))).toEqual({ b: 2 });
  const evil: unknown = JSON.parse('{"__proto__": {"polluted": true}}');
  mergeInto({}, compare({}, evil, {}));
  expect({}).not.toHaveProperty('polluted');
});
