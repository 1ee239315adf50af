import { expect, test } from 'vitest';
import { consolePath } from './open-host.ts';

test.each([
  ['/', '', 'acme', '/'],
  ['/w/acme/apis', '?q=x', 'acme', '/w/acme/apis?q=x'],
  ['/sign-in', '', 'acme', '/sign-in'],
  ['/apis', '?filter=a', 'acme', '/w/acme/apis?filter=a'],
  ['/apis', '', null, '/'],
])('%s%s in workspace %s is %s', (pathname, search, workspace, expected) => {
  expect(consolePath({ pathname, search }, workspace)).toBe(expected);
});
