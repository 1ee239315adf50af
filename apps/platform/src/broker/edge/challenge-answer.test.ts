import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Directory } from '../directory.ts';
import { challengeAnswer } from './challenge-answer.ts';
import { parseRequestHead } from './message-head.ts';

const host = 'api.example.com';
const token = 'LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0';
const keyAuthorization = `${token}.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI`;
const path = `/.well-known/acme-challenge/${token}`;

const directory = new Directory();
directory.apply({ type: 'hosts', hosts: [], removed: [], challenges: [{ host, token, keyAuthorization }] });

function answer(target: string, name: string, method = 'GET'): string | null {
  const head = parseRequestHead(`${method} ${target} HTTP/1.1\r\nHost: ${name}\r\n\r\n`);
  return challengeAnswer(head, directory)?.toString() ?? null;
}

test('answers a challenge for exactly its host and token, whatever the port and case of the host', () => {
  for (const name of [host, `${host}:80`, host.toUpperCase()])
    expect(answer(path, name)?.split('\r\n\r\n')[1]).toBe(keyAuthorization);
});

test.each([
  ['another host', path, 'other.example.com'],
  ['a parent', path, 'example.com'],
  ['no token', '/.well-known/acme-challenge/', host],
  ['another token', `${path}x`, host],
  ['a query', `${path}?x=1`, host],
  ['a trailing slash', `${path}/`, host],
  ['a path that climbs', `/.well-known/acme-challenge/x/../${token}`, host],
  ['an encoded letter', path.replace('L', '%4C'), host],
  ['a doubled slash', `/${path}`, host],
  ['another case', path.toLowerCase(), host],
])('answers nothing for %s', (_name, target, name) => {
  expect(answer(target, name)).toBe(null);
});

test('answers nothing for another method', () => {
  expect(answer(path, host, 'POST')).toBe(null);
});

test('answers nothing for any other token', () => {
  const other = fc.stringMatching(/^[A-Za-z0-9_-]{1,80}$/).filter((text) => text !== token);
  fc.assert(fc.property(other, (text) => answer(`/.well-known/acme-challenge/${text}`, host) === null));
});

test('ends with the order', () => {
  const ended = new Directory();
  ended.apply({ type: 'hosts', hosts: [], removed: [], challenges: [{ host, token, keyAuthorization }] });
  ended.apply({ type: 'hosts', hosts: [], removed: [] });
  expect(ended.findChallenge(host, token)).toBe(keyAuthorization);
  ended.apply({ type: 'hosts', hosts: [], removed: [], challenges: [] });
  expect(ended.findChallenge(host, token)).toBe(null);
});
