import { expect, test } from 'vitest';
import { sentence } from './action.ts';

test.each([
  ['api', [{ name: 'flights' }], 'Deleted API flights.'],
  ['api', [{ name: 'flights' }, { name: 'crew' }], 'Deleted 2 APIs.'],
  ['api', [{ name: 'flights', done: 'kept', note: 'It is in use.' }], 'API flights: kept. It is in use.'],
  [
    'password-link',
    [{ name: 'link', of: 'ada@example.com' }],
    'Deleted password link link of ada@example.com.',
  ],
  ['key', [], 'Nothing to do.'],
])('the result for %s %j is a sentence', (noun, outcomes, expected) => {
  expect(sentence({ done: 'deleted', noun }, outcomes)).toBe(expected);
});
