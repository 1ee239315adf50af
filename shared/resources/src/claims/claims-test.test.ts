import { describe, expect, it } from 'vitest';
import { claimAt, claimsTest } from './claims-test.ts';

const claims = {
  role: 'admin',
  age: 42,
  verified: true,
  groups: ['crew', 'pilots'],
  scope: 'read write',
  user: { team: { name: 'ops' } },
  'a.b': { c: 'dotted' },
};

describe('claims expressions', () => {
  it.each([
    ['Equals("role", "admin")', true],
    ['Equals(`role`, `user`)', false],
    ["Equals('age', '42')", true],
    ['Equals("verified", "true")', true],
    ['Equals("groups", "crew")', false],
    ['Equals("absent", "")', false],
    ['Prefix("role", "adm")', true],
    ['Prefix("role", "user")', false],
    ['Contains("groups", "crew")', true],
    ['Contains("groups", "cre")', false],
    ['Contains("role", "dmi")', true],
    ['SplitContains("scope", " ", "write")', true],
    ['SplitContains("scope", " ", "wri")', false],
    ['OneOf("role", "user", "admin")', true],
    ['OneOf("groups", "passengers", "pilots")', true],
    ['OneOf("absent", "x")', false],
    ['Equals("user.team.name", "ops")', true],
    ['Equals("a\\.b.c", "dotted")', true],
    ['Equals("a.b.c", "dotted")', false],
    ['Equals("__proto__.x", "1")', false],
    ['!Equals("role", "admin")', false],
    ['!!Equals("role", "admin")', true],
    ['Equals("role", "x") || Equals("role", "admin") && Equals("age", "42")', true],
    ['(Equals("role", "x") || Equals("role", "admin")) && !Equals("age", "42")', false],
    ['Equals("role", "say \\"admin\\"")', false],
  ])('%s is %s', (expression, expected) => {
    expect(claimsTest(expression)(claims)).toBe(expected);
  });

  it.each([
    ['Equals("a")', 'Equals takes 2 arguments, not 1'],
    ['Ohubf("a", "b")', 'unknown function "Ohubf"'],
    ['Equals("a", "b") &&', 'expected a function such as Equals but found the end'],
    [
      'Equals("a", "b") Equals("c", "d")',
      'expected "&&", "||" or the end but found "Equals" at character 18',
    ],
    ['(Equals("a", "b")', 'expected ")" but found the end'],
    ['Equals(a, "b")', 'expected a quoted string but found "a"'],
    ['Equals("a", "b', 'cannot read character 12'],
    ['!'.repeat(100) + 'Equals("a", "b")', 'nested deeper than 50'],
  ])('%s is refused', (expression, message) => {
    expect(() => claimsTest(expression)).toThrow(message);
  });

  it('passes everybody when there is none', () => {
    expect(claimsTest(null)({})).toBe(true);
    expect(claimsTest('  ')({})).toBe(true);
  });

  it('finds claims by path', () => {
    expect(claimAt(claims, 'user.team')).toEqual({ name: 'ops' });
    expect(claimAt(null, 'x')).toBeUndefined();
  });
});

describe('claims whose names have dots', () => {
  const claims = {
    'https://acme.test/groups': ['crew'],
    'acme.test': { role: 'ops' },
    'a.b': 'flat',
    a: { b: 'nested', c: 1 },
  };

  it.each([
    ['https://acme.test/groups', ['crew']],
    ['https://acme\\.test/groups', ['crew']],
    ['acme\\.test.role', 'ops'],
    ['a.b', 'flat'],
    ['a.c', 1],
  ])('%s is found as it is written', (path, expected) => {
    expect(claimAt(claims, path)).toEqual(expected);
  });

  it('are found by expressions', () => {
    expect(claimsTest('Contains(`https://acme.test/groups`, `crew`)')(claims)).toBe(true);
    expect(claimsTest('!Contains(`https://acme.test/groups`, `crew`)')(claims)).toBe(false);
  });
});
