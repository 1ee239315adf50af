import { expect, test } from 'vitest';
import { ownPage } from './device-sign-in.ts';

test.each([
  ['https://p.example/oidc/device?user_code=AB-CD', 'https://p.example/oidc/device?user_code=AB-CD'],
  ['https://elsewhere.example/oidc/device', 'https://p.example/oidc/device'],
  ['http://127.0.0.1:9/oidc/device', 'https://p.example/oidc/device'],
])('%s is opened at the address of the platform', (named, opened) => {
  expect(ownPage('https://p.example', named)).toBe(opened);
});

test.each([
  'file:///etc/passwd',
  String.raw`\\\\evil\\share\\payload.exe`,
  '/Applications/Calculator.app',
  '--version',
  'ms-msdt:/id',
  'javascript:alert(1)',
  '\u001b]0;title\u0007',
])('%j is never opened', (named) => {
  expect(() => ownPage('https://p.example', named)).toThrow('not a web page');
});
