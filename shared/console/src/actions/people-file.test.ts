import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { User } from '@portolan/contract/users';
import { formatGroups, formatUsers, parseGroups, parseUsers, PEOPLE_FORMATS } from './people-file.ts';

const name = fc
  .string({
    unit: fc.constantFrom(...'a,B,",\',=,;,:,-,+,@, ,é,航,#,&,|,n,o,0,1'.split(','), ','),
    minLength: 1,
    maxLength: 20,
  })
  .map((text) => text.trim())
  .filter((text) => text !== '' && !/^'[=+\-@]/.test(text));
const user = fc.record({
  email: fc.integer({ min: 0 }).map((id) => `user${id}@example.com`),
  firstName: fc.oneof(fc.constant(''), name),
  lastName: fc.oneof(fc.constant(''), name),
  company: fc.oneof(fc.constant(''), name),
  groups: fc.uniqueArray(
    name.filter((text) => !text.includes(';')),
    { maxLength: 3 },
  ),
  state: fc.constantFrom('active' as const, 'disabled' as const),
});

test.each(PEOPLE_FORMATS)('what is exported as %s is what is imported', (format) => {
  fc.assert(
    fc.property(fc.uniqueArray(user, { minLength: 1, selector: (one) => one.email }), (users) => {
      const read = parseUsers(formatUsers(users as unknown as User[], format), format);
      // An empty cell of CSV leaves groups as they are.
      const shown = users.map((one) =>
        format === 'csv' && one.groups.length === 0 ? { ...one, groups: undefined } : one,
      );
      expect(read.map((one) => ({ groups: undefined, ...one }))).toEqual(shown);
    }),
  );
});

test.each(PEOPLE_FORMATS)('groups survive %s', (format) => {
  const groups = [{ name: 'crew' }, { name: 'a/b,c d' }, { name: 'no' }, { name: '=1+1' }];
  expect(parseGroups(formatGroups(groups, format), format)).toEqual(groups);
});

test('a spreadsheet does not run a cell that begins like a formula', () => {
  expect(formatGroups([{ name: '=cmd|x' }], 'csv')).toBe('name\n"\'=cmd|x"\n');
});

test('titles of columns are read as people write them', () => {
  const csv = '\ufeffE-mail;First name;Groups\nada@example.com;Ada;crew\n';
  expect(parseUsers(csv, 'csv')).toMatchObject([
    { email: 'ada@example.com', firstName: 'Ada', groups: ['crew'] },
  ]);
});

test('the list of `get users -o yaml` is read as well', () => {
  const yaml =
    'kind: List\nitems:\n  - id: usr_1\n    email: ada@example.com\n    groups:\n      - crew\n    keys: 3\n';
  expect(parseUsers(yaml, 'yaml')).toMatchObject([{ email: 'ada@example.com', groups: ['crew'] }]);
});

test.each([
  ['email\nada@example.com\nnobody\n', 'csv', 'line 3: email:'],
  ['email,shoe\na@example.com,42\n', 'csv', 'Unknown column "shoe"'],
  ['email\n', 'csv', 'The file contains no entries.'],
  ['email\na@example.com\nA@example.com\n', 'csv', 'Users 1 and 2 have the same e-mail address'],
  ['- email: a@example.com\n  state: gone\n', 'yaml', 'entry 1: state:'],
  ['- email: a@example.com\n  group: crew\n', 'yaml', 'Unrecognized key: "group"'],
  ['- email: [a\n', 'yaml', 'Nothing was imported'],
] as const)('%j is refused', (content, format, message) => {
  let said = '';
  try {
    parseUsers(content, format);
  } catch (error) {
    said = `${(error as Error).message} ${(error as { fix?: string }).fix ?? ''}`;
  }
  expect(said).toContain(message);
});
