import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normaliseHost } from './hosts.ts';
import { cleanPath, joinPaths, routingPath, stripPathPrefix } from './path.ts';

describe('cleanPath', () => {
  it.each<[string, string | null]>([
    ['/a/b', '/a/b'],
    ['/a/b/', '/a/b/'],
    ['', '/'],
    ['a', '/a'],
    ['/./a', '/a'],
    ['/a/../b', '/b'],
    ['/a/..', '/'],
    ['/a/b/..', '/a/'],
    ['/../../etc', '/etc'],
    ['//a///b', '/a/b'],
    ['/..foo/.bar', '/..foo/.bar'],
    ['/%2e%2e/a', '/a'],
    ['/a%2fb', '/a%2Fb'],
    ['/%7Euser', '/~user'],
    ['/%', null],
    ['/%4', null],
    ['/%zz', null],
    ['/a%00b', '/a%00b'],
  ])('%s becomes %s', (raw, expected) => {
    expect(cleanPath(raw)).toBe(expected);
  });

  it('changes nothing the second time', () => {
    const segment = fc.constantFrom('a', '..', '.', '', '%2e', '%2F', '%C3%A9', '..x');
    fc.assert(
      fc.property(fc.array(segment), (segments) => {
        const once = cleanPath(`/${segments.join('/')}`) ?? '';
        expect(cleanPath(once)).toBe(once);
        expect(once.split('/')).not.toContain('..');
      }),
    );
  });
});

it.each<[string, string]>([
  ['/a%20b', '/a b'],
  ['/%C3%A9', '/é'],
  ['/%2F%3F%25', '/%2F%3F%25'],
  ['/%00%7F', '/%00%7F'],
  ['/%FF%C3%A9', '/%FF%C3%A9'],
])('routingPath(%s) is %s', (clean, expected) => {
  expect(routingPath(clean)).toBe(expected);
});

describe('stripPathPrefix', () => {
  it.each<[string, string, string | null]>([
    ['/stores/petstore/x', '/stores/petstore', '/x'],
    ['/stores/petstore', '/stores/petstore', '/'],
    ['/stores/petstorex', '/stores/petstore', null],
    ['/a%20b/c', '/a b', '/c'],
    ['/%C3%A9/c', '/é', '/c'],
    ['/x', '', '/x'],
    ['/x', '/', '/x'],
  ])('of %s by %s is %s', (path, prefix, expected) => {
    expect(stripPathPrefix(path, prefix)).toBe(expected);
  });

  it('undoes composition', () => {
    const segment = fc.stringMatching(/^[a-zA-Z0-9 é_~-]{1,6}$/);
    fc.assert(
      fc.property(
        fc.array(segment, { maxLength: 3 }),
        fc.array(segment, { minLength: 1, maxLength: 3 }),
        (prefix, rest) => {
          const composed = joinPaths(prefix.join('/'));
          const tail = cleanPath(encodeURI(`/${rest.join('/')}`)) ?? '';
          const full = cleanPath(encodeURI(`${composed}/${rest.join('/')}`)) ?? '';
          expect(stripPathPrefix(full, composed)).toBe(tail);
        },
      ),
    );
  });
});

it.each<[string[], string]>([
  [['/stores', '/petstore'], '/stores/petstore'],
  [['/stores/', 'petstore/', '/v2'], '/stores/petstore/v2'],
  [['/', '/'], ''],
  [[''], ''],
])('joinPaths(%j) is %s', (parts, expected) => {
  expect(joinPaths(...parts)).toBe(expected);
});

it.each<[string, string]>([
  ['A.Test:80', 'a.test'],
  ['a.test.', 'a.test'],
  ['[::1]:443', '::1'],
  ['::1', '::1'],
  ['a.test.:8080', 'a.test'],
])('normaliseHost(%s) is %s', (host, expected) => {
  expect(normaliseHost(host)).toBe(expected);
});
