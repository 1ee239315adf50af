import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normaliseHost } from './hosts.ts';
import { cleanPath, encodePath, joinPaths, routingPath, splitPath, stripPathPrefix } from './path.ts';

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
    ['/{id}/a|b', '/%7Bid%7D/a%7Cb'],
    ['/a[0]', '/a[0]'],
    ['/a\u00e9', '/a%E9'],
    ['/a b', '/a%20b'],
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
  ['/%FF%C3%A9', '/%FFé'],
  ['/%F0%9F%98%80', '/😀'],
  ['/%ED%A0%80', '/%ED%A0%80'],
])('routingPath(%s) is %s', (clean, expected) => {
  expect(routingPath(clean)).toBe(expected);
});

it.each<[string, string]>([
  ['/my files', '/my%20files'],
  ['/café', '/caf%C3%A9'],
  ['/caf%c3%a9', '/caf%c3%a9'],
  ['/100%', '/100%25'],
  ['/show?code=#1', '/show%3Fcode=%231'],
  ['/отчёт', '/%D0%BE%D1%82%D1%87%D1%91%D1%82'],
])('encodePath(%s) is %s', (text, expected) => {
  expect(encodePath(text)).toBe(expected);
});

it('splitPath cuts where the decoded path is cut, never within an escape', () => {
  const segment = fc.constantFrom('a', '%2F', '%C3%A9', '%F0%9F%98%80', '%FF', '/', '%20');
  fc.assert(
    fc.property(fc.array(segment), fc.nat(12), (parts, length) => {
      const clean = `/${parts.join('')}`;
      const [head, tail] = splitPath(clean, length);
      expect(head + tail).toBe(clean);
      expect(routingPath(head) + routingPath(tail)).toBe(routingPath(clean));
      const wanted = Math.min(length, routingPath(clean).length);
      const isCutInEscape = routingPath(head).length > wanted;
      expect(routingPath(head).length).toBeGreaterThanOrEqual(wanted);
      if (isCutInEscape) expect(head).toMatch(/%[0-9A-F]{2}$/);
    }),
  );
});

describe('stripPathPrefix', () => {
  it.each<[string, string, string | null]>([
    ['/stores/petstore/x', '/stores/petstore', '/x'],
    ['/stores/petstore', '/stores/petstore', '/'],
    ['/stores/petstorex', '/stores/petstore', null],
    ['/a%20b/c', '/a b', '/c'],
    ['/%C3%A9/c', '/é', '/c'],
    ['/%7Bid%7D/c', '/{id}', '/c'],
    ['/%D0%BE/c', '/о', '/c'],
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
