import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FieldType, FieldValue, Filter, Term } from './filter.ts';
import { formatFilter } from './format.ts';
import { compileFilter, type FilterSubject } from './compile-filter.ts';
import { parseFilter } from './parse.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const types = new Map<string, FieldType>([
  ['name', 'text'],
  ['status', 'text'],
  ['groups', 'text'],
  ['p95', 'duration'],
  ['rps', 'number'],
  ['age', 'time'],
  ['label.*', 'text'],
]);
type Row = Readonly<Record<string, FieldValue>>;
const subject: FilterSubject<Row> = {
  value: (row, field) => row[field],
  type: (field) => types.get(field) ?? 'text',
  texts: (row) => [String(row['name']), String(row['status'])],
};
const row: Row = {
  name: 'orders-api',
  status: 'failing',
  groups: ['crew', 'pilots'],
  p95: 620,
  rps: 1500,
  age: '2026-11-21T11:00:00Z',
  'label.team': 'pay',
};

function isMatch(text: string): boolean {
  const result = parseFilter(text, types);
  if (!result.ok) throw new Error(result.error.message);
  return compileFilter(result.filter, subject, NOW)(row);
}

describe('a filter', () => {
  test.each([
    ['orders', true],
    ['ORDERS !legacy', true],
    ['orders legacy', false],
    ['"orders-api"', true],
    ['/^orders-(api|web)$/', true],
    ['!/^orders/', false],
    ['status=failing,drift', true],
    ['status!=failing,drift', false],
    ['status!=synced', true],
    ['name:api', true],
    ['name=api', false],
    ['groups=pilots', true],
    ['groups:cre', true],
    ['!groups=crew', false],
    ['p95>500ms', true],
    ['p95>1s', false],
    ['rps>=1.5k', true],
    ['rps<1k', false],
    ['age<2h', true],
    ['age>2h', false],
    ['age>now-2h', true],
    ['age<2026-11-21', false],
    ['label.team=pay', true],
    ['label.team=*', true],
    ['label.owner=*', false],
    ['label.owner!=*', true],
    ['name~^ord', true],
    ['', true],
  ])('%s → %s', (text, expected) => expect(isMatch(text)).toBe(expected));

  test.each([
    ['nope=1', 'no field "nope"', 0],
    ['name>3', 'holds text', 5],
    ['rps>fast', 'needs a value like 500', 4],
    ['name=', 'a value is missing', 5],
    ['/(/', 'not a valid regular expression', 0],
    ['/abc', 'closing "/"', 0],
    ['"abc', 'closing quote', 0],
    ['orders ! x', '"!" must stand before', 7],
    ['"a"b', 'a space is missing', 3],
  ])('points at the mistake in %s', (text, message, from) => {
    const result = parseFilter(text, types);
    expect(result).toMatchObject({ ok: false, error: { from } });
    expect(result.ok ? '' : result.error.message).toContain(message);
  });

  test('any text parses or names a place inside it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        const result = parseFilter(text);
        if (result.ok) return;
        expect(result.error.from).toBeGreaterThanOrEqual(0);
        expect(result.error.from).toBeLessThanOrEqual(text.length);
      }),
    );
  });

  test('written out and parsed again it is the same', () => {
    fc.assert(
      fc.property(fc.array(anyTerm, { maxLength: 6 }), (terms) => {
        const text = formatFilter({ terms });
        const result = parseFilter(text);
        expect(result.ok && withoutSpans(result.filter)).toEqual(withoutSpans({ terms }));
      }),
    );
  });
});

const span = { from: 0, to: 0 };
const words = fc.string({ minLength: 1, maxLength: 12 });
const anyTerm: fc.Arbitrary<Term> = fc.oneof(
  fc.record({ kind: fc.constant('word'), negated: fc.boolean(), text: words, span: fc.constant(span) }),
  fc.record({
    kind: fc.constant('field'),
    negated: fc.boolean(),
    field: fc.constantFrom('name', 'label.team', 'p95'),
    op: fc.constantFrom(':', '=', '!=', '>', '<='),
    values: fc.array(
      fc.oneof(
        fc.constant({ type: 'any' } as const),
        words.map((text) => ({ type: 'text', text }) as const),
        fc.nat().map((number) => ({ type: 'number', number, text: String(number) }) as const),
      ),
      { minLength: 1, maxLength: 3 },
    ),
    span: fc.constant(span),
  }),
) as fc.Arbitrary<Term>;

function withoutSpans(filter: Filter): unknown {
  return filter.terms.map((term) => ({ ...term, span: null }));
}
