import * as fc from 'fast-check';
import { JSON_SCHEMA, load } from 'js-yaml';
import { expect, test } from 'vitest';
import { formatYaml } from './format-yaml.ts';
import { loadDocument } from './load-document.ts';

/** What sigs.k8s.io/yaml 1.6.0, by which kubectl reads manifests, makes of plain scalars. */
const words = (text: string): string[] => text.split(' ');
const KUBECTL: readonly (readonly [text: string, value: unknown])[] = [
  ...words('y Y yes Yes YES on On ON true TRUE').map((text) => [text, true] as const),
  ...words('n N no No NO off OFF false False').map((text) => [text, false] as const),
  ...words('~ null Null NULL').map((text) => [text, null] as const),
  ...words(
    'yEs tRue nULL _1 ._5 12:30 12:30:45 190:20:30.15 2024-01-01 1-2 1.2.3 2024-01-01T10:00:00Z 1e400 0x 0b 0b12 0xg ' +
      '0x1p4 0e 1e 1.e 1ee3 1a + -. -x . .. .e3 inf +inf Infinity NaN nan .iNf =',
  ).map((text) => [text, text] as const),
  ...Object.entries({
    '1_000': 1000,
    '1_': 1,
    '1__0': 10,
    '0_1': 1,
    '0b11': 3,
    '0b1_1': 3,
    '-0b11': -3,
    '+0b11': 3,
    '0x1F': 31,
    '0x1_F': 31,
    '+0x1F': 31,
    '-0x1f': -31,
    '0X1F': 31,
    '0o17': 15,
    '0O17': 15,
    '0o1_7': 15,
    '017': 15,
    '-017': -15,
    '00': 0,
    '089': 89,
    '1e3': 1000,
    '1E3': 1000,
    '1e+3': 1000,
    '1.5e3': 1500,
    '1.': 1,
    '1.e3': 1000,
    '.5': 0.5,
    '+.5': 0.5,
    '-.5': -0.5,
    '.5e3': 500,
    '1_0.5': 10.5,
    '1.5_0': 1.5,
    '1._5': 1.5,
    '01.5': 1.5,
    '0.0': 0,
    '+1': 1,
    '0.1e-2': 0.001,
    '18446744073709551616': 18446744073709551616,
  }),
];

test.each(KUBECTL)('%s is read as kubectl reads it', (text, value) => {
  expect(loadDocument(`v: ${text}\n`)).toEqual({ v: value });
});

const HOSTILE = [
  ...KUBECTL.map(([text]) => text),
  ...words(`<< ? # ' " \` @x %x !x &x *x {} [] { ] | > --- ... a:`),
  ...words(
    '\u009b31m \u202eabc a\u202e\\ \ufeffx \u2028 \u0085 \u007f \u0000 \u200b \u00ad علی\u200cرضا 👩\u200d✈️ İ 航',
  ),
  '',
  ' ',
  '- ',
  '# x',
  'x #y',
  'a: b',
  "it's",
  'multi\nline\n',
  '\n',
  ' \n',
  '  lead\n more',
  'tab\t',
  '\r\n',
  'x'.repeat(300),
  'word '.repeat(60),
];
const text = fc.oneof(fc.constantFrom(...HOSTILE), fc.string(), fc.string({ unit: 'grapheme' }));
const value = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.constantFrom(null, true, false, 0, 1, -1.5, 1e21, 2 ** 53),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(text, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

test('any value is read back as it was, as YAML 1.1 and as YAML 1.2', () => {
  fc.assert(
    fc.property(value, (given) => {
      const written = formatYaml({ given });
      expect(loadDocument(written)).toEqual({ given });
      expect(load(written, { schema: JSON_SCHEMA })).toEqual({ given });
    }),
    { numRuns: 2_000 },
  );
});

/** Characters that a terminal acts on, or that hide or reorder text: other than a line feed. */
function isUnsafe(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return code !== 0x0a;
  return (
    (code >= 0x7f && code < 0xa0) || (code >= 0x202a && code <= 0x202e) || code === 0x200e || code === 0x200f
  );
}

test('what is written holds no character that a terminal acts on or hides', () => {
  fc.assert(fc.property(value, (given) => !Array.from(formatYaml(given)).some(isUnsafe)));
});

test('plain words, versions and addresses stay readable; lists, maps and texts of several lines are blocks', () => {
  expect(
    formatYaml({
      apiVersion: 'v1',
      name: 'flights',
      cidr: '10.0.0.0/8',
      eu: 'no',
      list: ['1e3', 'plain'],
      text: 'a\nb\n',
      none: undefined,
    }),
  ).toBe(`apiVersion: v1
name: flights
cidr: 10.0.0.0/8
eu: 'no'
list:
  - '1e3'
  - plain
text: |
  a
  b
`);
});
