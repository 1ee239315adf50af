import { expect, test } from 'vitest';
import { colourLevel, isUnicode } from './environment.ts';

test.each([
  [{}, true, 1],
  [{}, false, 0],
  [{ NO_COLOR: '1', FORCE_COLOR: '3' }, true, 0],
  [{ NO_COLOR: '' }, true, 1],
  [{ TERM: 'dumb', FORCE_COLOR: '1' }, true, 0],
  [{ FORCE_COLOR: '' }, false, 0],
  [{ FORCE_COLOR: 'false' }, true, 0],
  [{ FORCE_COLOR: '0' }, true, 0],
  [{ FORCE_COLOR: '1' }, false, 1],
  [{ FORCE_COLOR: 'true' }, false, 1],
  [{ FORCE_COLOR: '3' }, false, 3],
  [{ CLICOLOR: '0' }, true, 0],
  [{ CLICOLOR: '0', CLICOLOR_FORCE: '1' }, true, 1],
  [{ CLICOLOR_FORCE: '0' }, false, 0],
  [{ CLICOLOR_FORCE: '1' }, false, 1],
  [{ TERM: 'xterm-256color' }, true, 2],
  [{ COLORTERM: 'truecolor' }, true, 3],
] as const)('%j on a terminal %s is colour level %i', (env, isTty, level) =>
  expect(colourLevel(env, isTty)).toBe(level),
);

test.each([
  [{}, true],
  [{ LANG: 'C.UTF-8' }, true],
  [{ LANG: 'C' }, false],
  [{ LANG: 'en_GB.UTF-8', LC_CTYPE: 'C' }, false],
  [{ LC_ALL: 'POSIX', LANG: 'en_GB.UTF-8' }, false],
  [{ LANG: 'de_DE.ISO-8859-15' }, false],
  [{ LANG: 'C.UTF-8', TERM: 'linux' }, false],
] as const)('%j shows glyphs: %s', (env, is) => expect(isUnicode(env)).toBe(is));
