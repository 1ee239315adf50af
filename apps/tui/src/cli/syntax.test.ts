import * as fc from 'fast-check';
import { parseFilter } from '@portolan/contract/filter/parse';
import { describe, expect, test } from 'vitest';
import { findKind } from './find-kind.ts';
import { fillTemplate } from './json-path.ts';
import { selectorFilter } from './selector-filter.ts';
import { mergePatch } from './merge-patch.ts';
import { readTargets } from './targets.ts';
import { readSeconds } from './read-seconds.ts';

describe('label selectors', () => {
  test.each([
    ['team=pay', 'label.team="pay"'],
    ['team==pay', 'label.team="pay"'],
    ['team!=pay,tier', '!label.team="pay" label.tier=*'],
    ['team in (pay, web)', 'label.team="pay","web"'],
    ['team notin (pay),!tier', '!label.team="pay" !label.tier=*'],
    ['app.kubernetes.io/name=web', 'label.app.kubernetes.io/name="web"'],
  ])('%s', (selector, filter) => {
    expect(selectorFilter(selector)).toBe(filter);
    expect(parseFilter(filter)).toMatchObject({ ok: true });
  });

  test.each(['=pay', 'team=p q', 'team within (a)', ''])('refuses %j', (selector) => {
    expect(() => selectorFilter(selector)).toThrow(/is not a label selector/);
  });
});

describe('JSONPath templates', () => {
  const list = {
    kind: 'List',
    items: [
      { metadata: { name: 'a', labels: { 'app.kubernetes.io/name': 'web' } }, spec: { groups: ['x', 'y'] } },
      { metadata: { name: 'b' }, spec: { groups: [] } },
    ],
  };
  test.each([
    ['{.items[*].metadata.name}', 'a b'],
    ['.items[0].metadata.name', 'a'],
    ['{.items[-1:].metadata.name}', 'b'],
    ['{range .items[*]}{.metadata.name}{"\\t"}{.spec.groups[0]}{"\\n"}{end}', 'a\tx\nb\t\n'],
    ['{.items[0].spec.groups}', '["x","y"]'],
    ['kind is {.kind}!', 'kind is List!'],
    ['{.items[0].metadata.labels.app\\.kubernetes\\.io/name}', 'web'],
    ['{.items[?(@.metadata.name=="b")].metadata.name}', 'b'],
    ['{.nothing.there}', ''],
    ['{.}', JSON.stringify(list)],
  ])('%s', (template, text) => expect(fillTemplate(template, list)).toBe(text));

  test.each(['{range .items[*]}{.metadata.name}', '{.items', '{end}'])('refuses %s', (template) => {
    expect(() => fillTemplate(template, list)).toThrow(/is not a JSONPath/);
  });

  test('a filter cannot reach JavaScript', () => {
    const template = '{.items[?(@.constructor.constructor("throw new Error(1)")())].metadata.name}';
    expect(() => fillTemplate(template, list)).toThrow(/is not a JSONPath/);
  });
});

describe('kinds', () => {
  test.each([
    ['users', 'user'],
    ['USER', 'user'],
    ['us', 'user'],
    ['API', 'api'],
    ['apiaccesses', 'APIAccess'],
    ['APIAccess', 'APIAccess'],
    ['apiaccess.hub.traefik.io', 'APIAccess'],
    ['ing', 'Ingress'],
    ['Unheard', 'Unheard'],
  ])('%s is %s', (word, what) => expect(findKind(word).what).toBe(what));

  test.each([
    [
      ['users,groups'],
      [
        ['user', []],
        ['group', []],
      ],
    ],
    [['api', 'flights', 'tickets'], [['api', ['flights', 'tickets']]]],
    [
      ['api/flights', 'user/a@b.c'],
      [
        ['api', ['flights']],
        ['user', ['a@b.c']],
      ],
    ],
  ])('%j', (words, wanted) => {
    expect(readTargets(words).map(({ what, names }) => [what, names])).toEqual(wanted);
  });

  test.each([
    [['usrs'], /Did|There is no kind "usrs"/],
    [['constructor'], /There is no kind "constructor"/],
    [['__proto__'], /There is no kind "__proto__"/],
    [['api/flights', 'tickets'], /is not KIND\/NAME/],
    [['users,groups', 'x'], /several kinds at once/],
  ])('refuses %j', (words, message) => expect(() => readTargets(words)).toThrow(message));
});

describe('merge patches (RFC 7386, appendix A)', () => {
  test.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
    [['a', 'b'], ['c'], ['c']],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  ])('%j and %j', (target, patch, result) => expect(mergePatch(target, patch)).toEqual(result));

  test('applied twice it changes nothing more', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (target, patch) => {
        const once = mergePatch(target, patch);
        expect(mergePatch(once, patch)).toEqual(once);
      }),
    );
  });
});

test.each([
  ['90s', 90],
  ['10m', 600],
  ['2h', 7200],
  ['30d', 2_592_000],
  ['2', 172_800],
])('%s is %d seconds where a number is in days', (text, seconds) => {
  expect(readSeconds(text, 'expires', 'd')).toBe(seconds);
});

test.each(['', '0', '-1d', '1y', 'soon'])('%j is no time', (text) => {
  expect(() => readSeconds(text, 'expires', 'd')).toThrow(/--expires cannot be/);
});
