import * as fc from 'fast-check';
import type { Rule } from '../model/rule.ts';

const text = fc.string({ minLength: 1, maxLength: 6 }).filter((value) => !value.includes('*'));
const matcher: fc.Arbitrary<Rule> = fc.oneof(
  fc.constantFrom('a.test', 'b.test', '::1').map((host): Rule => ({ kind: 'host', host })),
  fc.constantFrom('^a', 'b$', '[`"]').map((regex): Rule => ({ kind: 'hostRegexp', regex })),
  text.map((path): Rule => ({ kind: 'path', path: `/${path}` })),
  text.map((prefix): Rule => ({ kind: 'pathPrefix', prefix: `/${prefix}`, segments: false })),
  fc
    .constantFrom('/', '/a', '/a/', '/a/b')
    .map((prefix): Rule => ({ kind: 'pathPrefix', prefix, segments: true })),
  fc.constantFrom('/', '/a', '/a/b').map((path): Rule => ({ kind: 'path', path })),
  fc.constantFrom('GET', 'POST').map((method): Rule => ({ kind: 'method', method })),
  fc
    .tuple(fc.constantFrom('x-a', 'x-b'), text)
    .map(([name, value]): Rule => ({ kind: 'header', name, value })),
  fc.tuple(text, text).map(([name, value]): Rule => ({ kind: 'query', name, value })),
  fc.constantFrom('10.0.0.0/8', '::1').map((cidr): Rule => ({ kind: 'clientIp', cidr })),
);
const { rule } = fc.letrec<{ rule: Rule }>((tie) => ({
  rule: fc.oneof(
    { maxDepth: 4 },
    matcher,
    tie('rule').map((rule): Rule => ({ kind: 'not', rule })),
    fc
      .tuple(
        fc.constantFrom('and' as const, 'or' as const),
        fc.array(tie('rule'), { minLength: 2, maxLength: 3 }),
      )
      .map(([kind, rules]): Rule => ({ kind, rules })),
  ),
}));

/** Rules of every kind, nested, for property tests. */
export const anyRule: fc.Arbitrary<Rule> = rule;
