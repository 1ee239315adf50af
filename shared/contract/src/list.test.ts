import { expect, test } from 'vitest';
import { name } from './list.ts';

test.each([
  'علی\u200cرضا',
  'क्\u200dष',
  'क्\u200cष',
  '👩\u200d✈\ufe0f crew',
  '👩🏽\u200d🚀',
  'Søren',
  '航空',
  "O'Brien",
])('%j is a name', (text) => {
  expect(name.safeParse(text).success).toBe(true);
});

test.each([
  'a\u200cb',
  'a\u200db',
  'cr\u200bew',
  'crew\u202e',
  '\u2066crew',
  'a\ufe0f',
  'cr\u00adew',
  'crew\u200d',
  'pаypal',
])('%j is refused', (text) => {
  expect(name.safeParse(text).success).toBe(false);
});
