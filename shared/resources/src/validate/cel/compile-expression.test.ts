import { describe, expect, test } from 'vitest';
import { compileExpression } from './compile-expression.ts';
import { escapeName, toDuration } from './to-cel.ts';

const self = {
  text: 'Hello-World',
  list: [3n, 1n, 2n],
  words: ['a', 'b', 'a'],
  doubles: [0.5, 1.5],
  timeout: toDuration(90_000_000_000n),
  __namespace__: 'shop',
  x__dash__y: true,
};

const rows: readonly (readonly [
  section: string,
  rows: readonly (readonly [expression: string, value: unknown])[],
])[] = [
  [
    'strings',
    [
      ['self.text.lowerAscii()', 'hello-world'],
      ['self.text.upperAscii()', 'HELLO-WORLD'],
      ['self.text.charAt(4)', 'o'],
      ["self.text.indexOf('o')", 4n],
      ["self.text.lastIndexOf('o')", 7n],
      ['self.text.substring(6)', 'World'],
      ["self.text.replace('l', 'L')", 'HeLLo-WorLd'],
      ["self.text.replace('l', 'L', 1)", 'HeLlo-World'],
      ["'abc'.reverse()", 'cba'],
      ["self.text.split('-')", ['Hello', 'World']],
      ["['a', 'b'].join('+')", 'a+b'],
      ["'  a '.trim()", 'a'],
      ['size(self.text)', 11n],
    ],
  ],
  [
    'regular expressions, in RE2 syntax',
    [
      ["self.text.matches('(?i)^hello')", true],
      ["matches(self.text, 'World$')", true],
      ["self.text.matches('o-W')", true],
      ["self.text.contains('.matches(')", false],
      ["self.text.find('[A-Z][a-z]+')", 'Hello'],
      ["self.text.find('[0-9]')", ''],
      ["self.text.findAll('[A-Z]')", ['H', 'W']],
      ["self.text.findAll('[a-z]', 2)", ['e', 'l']],
    ],
  ],
  [
    'lists',
    [
      ['self.list.isSorted()', false],
      ['[1, 2, 2].isSorted()', true],
      ['self.list.sum()', 6n],
      ['self.doubles.sum()', 2],
      ['self.list.min()', 1n],
      ['self.list.max()', 3n],
      ["self.words.indexOf('a')", 0n],
      ["self.words.lastIndexOf('a')", 2n],
      ["self.words.indexOf('z')", -1n],
      ['self.words.all(x, self.words.exists_one(y, x == y))', false],
      ["self.words.filter(x, x == 'a').map(x, x + x)", ['aa', 'aa']],
    ],
  ],
  [
    'URLs, as Go reads them',
    [
      ...[
        ['https://user:pass@example.com:80/path?query=val#fragment', true],
        ['/absolute-path', true],
        ['ldap://d', true],
        ['mailto:a@b', true],
        ['https://[::1]:80/', true],
        ['https://a/b c', true],
        ['https://a:b:c/', false],
        ['https://a:port/', false],
        ['../relative-path', false],
        ['example.com', false],
        ['https://a b/', false],
        ['https://[::g]/', false],
        ['https://a/%zz', false],
        ['https://a/\u0007', false],
        ['', false],
      ].map(([url, verdict]) => [`isURL(${JSON.stringify(url)})`, verdict] as const),
      ["url('https://u@example.com:80/p q?a=1&a=2').getHost()", 'example.com:80'],
      ["url('https://example.com:80/p q?a=1&a=2').getHostname()", 'example.com'],
      ["url('https://[::1]:80/').getHostname()", '::1'],
      ["url('https://example.com:80/p').getPort()", '80'],
      ["url('https://example.com/p').getPort()", ''],
      ["url('HTTPS://example.com/p').getScheme()", 'https'],
      ["url('https://example.com/p q').getEscapedPath()", '/p%20q'],
      ["url('https://example.com/?a=1&a=2').getQuery()['a']", ['1', '2']],
    ],
  ],
  [
    'durations',
    [
      ["self.timeout >= duration('1m')", true],
      ["self.timeout == duration('1m30s')", true],
      ["self.timeout > duration('1h')", false],
    ],
  ],
  [
    'escaped names, optionals and has',
    [
      ["self.__namespace__ == 'shop'", true],
      ['self.x__dash__y', true],
      ['has(self.nothing)', false],
      ['self.?nothing.orValue(7)', 7n],
    ],
  ],
];

describe.each(rows)('%s', (_section, expressions) => {
  test.each(expressions)('%s', (expression, value) => {
    expect(compileExpression(expression)(self)).toEqual(value);
  });
});

test('matches cannot be made slow', () => {
  const evaluate = compileExpression("self.matches('^(a+)+$')");
  const started = performance.now();
  expect(evaluate(`${'a'.repeat(20_000)}!`)).toBe(false);
  expect(performance.now() - started).toBeLessThan(2_000);
});

test('a rule that does not parse is an error at once', () => {
  expect(() => compileExpression('self.')).toThrow('Expected IDENTIFIER, got EOF');
});

test.each([
  ['namespace', '__namespace__'],
  ['x-kubernetes', 'x__dash__kubernetes'],
  ['a.b/c', 'a__dot__b__slash__c'],
  ['a__b', 'a__underscores__b'],
  ['plain', 'plain'],
])('a rule reaches %s as %s', (name, escaped) => {
  expect(escapeName(name)).toBe(escaped);
});
