import * as fc from 'fast-check';
import type { Schema } from '@portolan/resources/crds/custom-resource-definition';

/** Texts at the edges of what rules and formats take. */
export const texts = {
  path: [
    '/',
    '/a',
    '/a/b',
    'a',
    '',
    '/a/../b',
    '/a/..',
    '/..',
    '/..a',
    '/../',
    '/a/..b/c',
    '/%2e%2e/',
    '/ü',
    '//a',
    '/a b',
    ' /a',
    '/a\n/..',
    '/..\n',
  ],
  url: [
    'https://a.example/x',
    'http://a',
    'http://',
    'a',
    '',
    '/a',
    '//a',
    'a:b',
    'a://b c',
    'https://a b',
    'https://[::1]:80/',
    'https://[::1',
    'https://a:port',
    'https://a:99999',
    'https://u:p@h/',
    'https://u p@h/',
    'https://h/%zz',
    'https://h/%41',
    'ldap://h',
    'ldaps://h:636',
    'LDAP://h',
    'mailto:a@b',
    '*',
    '?a',
    '#a',
    'https://h/a b',
    'https://h?q=a b',
    'https://h/\u0001',
    'https://ü.example',
    'HTTPS://A',
    'https:/a',
    'https:a',
    '1http://a',
    'h-t+t.p://a',
    ':a',
    'https://h/#f g',
    'https://%41.example',
    'https://h%20x/',
    'https://[fe80::1%25en0]/',
    'https://[fe80::1%en0]/',
    'https://a:',
    'https://a:-1',
    'https://<a>',
    'https://a"b',
    'https://user@',
    'https://h\\x',
    'https://h/\\x',
    'https://h/%',
    'https://h?%',
    'https://[a]/',
    'ftp://h',
    'https://a^b',
    'https://a;b',
    "https://a'b",
    'https://a{b',
    'https://h#%zz',
    'https://h/a%2fb c',
    'https://h/a%2Fb',
    'https://h/?a=1&a=2&b=%zz&c;d=1&=e&f',
    'https://h/?q=a+b',
    'https://h/ü',
    'https://h/a?b?c',
    'http://a:b:c/',
    'pg://a:1,b:2/',
    'http://[::1%25e%20n]/',
    'http://[1.2.3.4]/',
    'https://h/[x]',
    'https://h/!a',
    'https://h/p?x=%41#f',
    'http://a/?x#y',
    'http:// /',
  ],
  duration: [
    '1s',
    '1m',
    '1h',
    '60m',
    '61m',
    '1h0m0.000000001s',
    '0s',
    '0',
    '-1s',
    '+1s',
    '999ms',
    '1000ms',
    '1.5s',
    '.5s',
    '1.s',
    '1',
    's',
    '',
    'soon',
    '1 h',
    '1d',
    '1 day',
    '2 weeks',
    '1w',
    '1us',
    '1µs',
    '1μs',
    '1ns',
    '9999h',
    '9999h1ns',
    '2562047h47m16.854775807s',
    '2562047h47m16.854775808s',
    '-2562047h47m16.854775808s',
    '1h1h',
    '1H',
    ' 1s',
    '1s ',
    '1e3s',
    '1minute',
    '1 min',
    '1hours',
    '1sec',
    '1m0s',
    '١s',
    '0.9999999999s',
    '1s1',
    '1.1.1s',
    '1 hour 2 minutes',
    '3h 5m',
    '999999999999999999999s',
    '1month',
    '1 ms',
    '1 millisecond',
    '1dd',
    '1 Day',
    '0.1d',
    '-1 day',
    '1year',
  ],
  semver: [
    '1.2.3',
    'v1.2.3',
    '1.2',
    '01.2.3',
    '1.2.3-',
    '1.2.3-a.b',
    '1.2.3-01',
    '1.2.3+b',
    '1.2.3+',
    'V1.2.3',
    '1.2.3 ',
    '1.2.3\n',
    '1.2.3-ü',
    `1.2.3-${'a'.repeat(94)}`,
    `1.2.3-${'a'.repeat(95)}`,
    '',
  ],
  domain: [
    'a.example',
    'A.example',
    'a',
    'a..b',
    '-a.b',
    'a-.b',
    'xn--bcher-kva.example',
    '*.a.example',
    'a.example.',
    `${'a'.repeat(63)}.b`,
    `${'a'.repeat(64)}.b`,
    'a.b\n',
    'bücher.example',
    `${'a.'.repeat(126)}b`,
    `${'a.'.repeat(127)}b`,
    '1.2.3.4',
    '',
  ],
  time: [
    '2026-01-01T00:00:00Z',
    '2026-01-01',
    '2026-13-01T00:00:00Z',
    '2026-02-30T00:00:00Z',
    '2026-01-01T00:00:00+01:00',
    '2026-01-01 00:00:00Z',
    '2026-01-01T00:00:00',
    '2026-01-01T00:00:00.123456789Z',
    '2026-01-01t00:00:00z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T23:59:60Z',
    '',
    'now',
    '0000-01-01T00:00:00Z',
    '2026-1-1T00:00:00Z',
    '2026-01-01T00:00:00+24:00',
    '2026-01-01T00:00Z',
    '2026-01-01T00:00:00,5Z',
  ],
} as const satisfies Record<string, readonly string[]>;
const plain = [
  '',
  'a',
  'b',
  ' ',
  'ü',
  '😀',
  'a\nb',
  '\u0000',
  '"',
  '\\',
  '<&>',
  '\u2028',
  '\u007f',
  'null',
  '0',
  'true',
  'Authorization',
  'e\u0301',
  '\ufeff',
  '\u200b',
];

/** Texts that a schema's limits, formats and rules may care about. */
export function stringsFor(schema: Schema): fc.Arbitrary<string> {
  const { enum: allowed, maxLength } = schema;
  const pools: fc.Arbitrary<string>[] = [fc.constantFrom(...textsFor(schema)), fc.constantFrom(...plain)];
  if (maxLength !== undefined && maxLength <= 5000) {
    const unit = fc.constantFrom('x', 'ü', '😀', '/');
    const length = fc.constantFrom(maxLength, maxLength + 1);
    pools.push(fc.tuple(unit, length).map(([text, count]) => text.repeat(count)));
  }
  if (allowed === undefined)
    return fc.oneof({ weight: 5, arbitrary: pools[0] ?? fc.constant('') }, ...pools.slice(1));
  const listed = fc.constantFrom(...allowed.filter((item) => typeof item === 'string'));
  return fc.oneof({ weight: 8, arbitrary: listed }, ...pools);
}

function textsFor(schema: Schema): readonly string[] {
  const rules = JSON.stringify([schema['x-kubernetes-validations'], schema.pattern]);
  if (schema.format === 'duration') return texts.duration;
  if (schema.format === 'date-time') return texts.time;
  if (rules.includes('isURL')) return texts.url;
  if (rules.includes('startsWith')) return texts.path;
  if (rules.includes('61}')) return texts.domain;
  if (rules.includes('v?')) return texts.semver;
  return ['a', 'b', 'default', ...plain];
}

/** Numbers around the limits of a schema and of Go's types. */
export function numbersFor(schema: Schema): fc.Arbitrary<number> {
  const { minimum = 0, maximum = 65_535 } = schema;
  const edges = [minimum, minimum - 1, maximum, maximum + 1, 0, -1, 1, 80, 0.5, 1e21, -1e21, 1e300];
  return fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 1000 }) },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        ...edges,
        2 ** 31 - 1,
        2 ** 31,
        -(2 ** 31) - 1,
        2 ** 53 - 1,
        2 ** 62,
        2 ** 63,
      ),
    },
  );
}

/** Anything JSON can say. */
export const wild: fc.Arbitrary<unknown> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.constantFrom(0, 1, -1, 1.5, 2 ** 63, 1e100),
  fc.constantFrom(...plain),
  fc.constantFrom<unknown>([], {}, [null], { a: null }, [[]], ['a', 'a'], [{}], { name: 'a' }, [
    { name: 'a' },
    { name: 'a' },
  ]),
  fc.integer({ min: 2, max: 60 }).map(nested),
);

function nested(depth: number): unknown {
  let value: unknown = 'deep';
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? { a: value } : [value];
  return value;
}
