import { audit } from '@portolan/console/kinds/audit';
import { expect, test } from 'vitest';
import { replaceTerms, termsAbout } from './filter-terms.ts';

test.each([
  ['', 'actor', 'actor="ada"', 'actor="ada"'],
  ['key actor=x at>now-2h', 'actor', 'actor="ada"', 'key at>now-2h actor="ada"'],
  ['key actor=x actor!=y', 'actor', '', 'key'],
  ['key', 'actor', '', 'key'],
])('of %j the terms about %s become %j: %j', (filter, field, term, expected) => {
  expect(replaceTerms(audit, filter, field, term)).toBe(expected);
});

test('terms about a field are found', () => {
  expect(termsAbout(audit, 'key at>now-24h actor=x', 'at')).toBe('at>now-24h');
  expect(termsAbout(audit, 'key', 'at')).toBe('');
});
