import { createUser, listUsers, type User } from '@portolan/contract/users';
import type { FieldType } from '@portolan/contract/filter/filter';
import { compileFilter } from '@portolan/contract/filter/compile-filter';
import { parseFilter } from '@portolan/contract/filter/parse';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestPlatform, type TestPlatform } from '../testing/platform.ts';

let portolan: TestPlatform;
let everyone: readonly User[];
beforeAll(async () => {
  portolan = await startTestPlatform();
  const people = [
    {
      email: 'ada@example.com',
      firstName: 'Ada',
      lastName: 'Lovelace',
      company: 'Engines',
      groups: ['ops', 'dev'],
    },
    { email: 'alan@example.com', firstName: 'Alan', lastName: 'Turing', company: '50%_off', groups: ['dev'] },
    { email: 'grace@navy.example', firstName: 'Grace', lastName: 'Hopper', company: '', groups: [] },
    { email: 'mary@example.org', firstName: "O'Mary", lastName: '\\"x', company: '12', groups: ['Ops'] },
  ];
  for (const body of people)
    await portolan.owner.call(createUser, { params: { workspace: 'default' }, body });
  everyone = (await list({})).items;
});
afterAll(() => portolan.close());

const list = (query: { filter?: string; sort?: string; limit?: number; cursor?: string }) =>
  portolan.owner.call(listUsers, { params: { workspace: 'default' }, query });

const types: Readonly<Record<string, FieldType>> = { keys: 'number', createdAt: 'time' };
const fields = ['email', 'name', 'company', 'groups', 'state', 'keys', 'createdAt'] as const;

function valueOf(user: User, field: string) {
  if (field === 'name') return `${user.firstName} ${user.lastName}`.trim();
  return user[field as 'email' | 'company' | 'groups' | 'state' | 'keys' | 'createdAt'];
}

/** What the client's matcher, written independently, thinks of the same filter. */
function matchedByClient(filter: string): string[] {
  const parsed = parseFilter(filter, new Map(fields.map((field) => [field, types[field] ?? 'text'])));
  if (!parsed.ok) throw new Error(parsed.error.message);
  const subject = {
    value: valueOf,
    type: (field: string) => types[field] ?? 'text',
    texts: (user: User) => [user.email, `${user.firstName} ${user.lastName}`.trim(), user.company],
  };
  return everyone.filter(compileFilter(parsed.filter, subject, Date.now())).map((user) => user.id);
}

const word = fc.constantFrom(
  'ada',
  'EXAMPLE',
  'o',
  '50%',
  '_off',
  '\\',
  '"Grace Hopper"',
  '12',
  '"O\'Mary"',
  '"\\"x"',
  'ops',
);
const term = fc.oneof(
  word,
  fc.constantFrom('/^a.a@/', '/[0-9]+/', String.raw`/\.org$/`),
  fc
    .tuple(
      fc.constantFrom('email', 'name', 'company', 'groups', 'state'),
      fc.constantFrom(':', '=', '!='),
      fc.array(word, { minLength: 1, maxLength: 2 }),
    )
    .map(([field, op, values]) => `${field}${op}${values.join(',')}`),
  fc
    .tuple(fc.constantFrom(...fields), fc.constantFrom(':', '=', '!='))
    .map(([field, op]) => `${field}${op}*`),
  fc
    .tuple(fc.constantFrom('>', '>=', '<', '=', '!='), fc.constantFrom('0', '1', '1k'))
    .map(([op, n]) => `keys${op}${n}`),
  fc
    .tuple(fc.constantFrom('>', '<'), fc.constantFrom('2h', 'now-2h', '2020-01-01'))
    .map(([op, t]) => `createdAt${op}${t}`),
);
const filters = fc
  .array(fc.tuple(fc.boolean(), term), { minLength: 1, maxLength: 3 })
  .map((terms) => terms.map(([negated, text]) => (negated ? `!${text}` : text)).join(' '));

test('finds in the database what the client finds', async () => {
  await fc.assert(
    fc.asyncProperty(filters, async (filter) => {
      const page = await list({ filter });
      expect(page.items.map((user) => user.id).toSorted()).toEqual(matchedByClient(filter).toSorted());
      expect(page).toMatchObject({ total: everyone.length, matched: page.items.length, next: null });
    }),
    { numRuns: 150 },
  );
});

test('pages through every order without missing or repeating one', async () => {
  for (const sort of ['email', '-email', 'keys', '-createdAt', 'externalId', '-externalId', 'company']) {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await list({ sort, limit: 1, ...(cursor ? { cursor } : {}) });
      seen.push(...page.items.map((user) => user.id));
      cursor = page.next ?? undefined;
    } while (cursor && seen.length < 10);
    expect(seen.toSorted()).toEqual(everyone.map((user) => user.id).toSorted());
  }
});

test.each([
  [{ filter: 'nope=1' }, /no field "nope"/],
  [{ filter: 'email="open' }, /closing quote/],
  [{ sort: 'passwordHash' }, /cannot be sorted/],
  [{ sort: 'constructor' }, /cannot be sorted/],
  [{ cursor: 'bm9wZQ' }, /cursor/],
  [
    {
      cursor: Buffer.from('{"sort":"-createdAt","key":"x","id":"y"}').toString('base64url'),
      sort: '-createdAt',
    },
    /cursor/,
  ],
  [{ limit: 501 }, /limit/],
])('refuses %j with a reason', async (query, reason) => {
  await expect(list(query)).rejects.toMatchObject({
    code: 'invalid-request',
    message: expect.stringMatching(reason),
  });
});
