import { SECRET_PREFIXES } from '@portolan/contract/secret-prefixes';
import { expect, it } from 'vitest';
import { redactText } from './redaction.ts';

const SECRET = 'q7-planted_5';

it.each([
  ...Object.values(SECRET_PREFIXES).map((prefix) => `token was ${prefix}_${SECRET}, refused`),
  `Authorization: Bearer ${SECRET}`,
  `authorization: basic ${SECRET}`,
  `GET / HTTP/1.1\r\nAuthorization: Hawk id="1", mac="${SECRET}"\r\nHost: a`,
  `Set-Cookie: session=${SECRET}; Path=/`,
  `  x-api-key: ${SECRET}`,
  `{"clientSecret":"${SECRET}","a":1}`,
  `{ password: '${SECRET}' }`,
  `"key": "${SECRET}"`,
  `{"token":"a\\"${SECRET}"}`,
  `GET /callback?state=1&code=${SECRET}&x=1`,
  `GET /flights?api_key=${SECRET}`,
  `postgres://portolan:${SECRET}@db.example:5432/portolan`,
  `-----BEGIN PRIVATE KEY-----\n${SECRET}\n-----END PRIVATE KEY-----`,
  `-----BEGIN EC PRIVATE KEY-----\n${SECRET}`,
])('removes the secret from %j', (text) => {
  const redacted = redactText(text);
  expect(redacted).not.toContain(SECRET);
  expect(redacted).toContain('<redacted>');
});

it('removes given secrets wherever they are', () => {
  expect(redactText(`at x (${SECRET}:1:2)`, ['', SECRET])).toBe('at x (<redacted>:1:2)');
});

it.each([
  'TypeError: key.map is not a function',
  "Error: connect ECONNREFUSED { code: 'ECONNREFUSED' }",
  'http://127.0.0.1:4400/api/v1?limit=10',
  'the token of cluster local expired',
  'Authorization: \r\nHost: a',
])('leaves %j as it is', (text) => {
  expect(redactText(text)).toBe(text);
});
