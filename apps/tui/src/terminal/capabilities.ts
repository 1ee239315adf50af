import type { ThemeName } from './theme.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** How much colour the terminal shows: 0 none, 1 sixteen, 2 256, 3 all. */
export function colourLevel(env: Environment, isTty: boolean): 0 | 1 | 2 | 3 {
  if (env['NO_COLOR'] || env['TERM'] === 'dumb') return 0;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced === '0' ? 0 : forced === '3' ? 3 : forced === '2' ? 2 : 1;
  if (!isTty) return 0;
  if (env['COLORTERM'] === 'truecolor' || env['COLORTERM'] === '24bit') return 3;
  return /256|kitty|alacritty|ghostty|wezterm/.test(env['TERM'] ?? '') ? 2 : 1;
}

/** Whether the terminal's background is light, as far as it says without being asked (`COLORFGBG`). */
export function guessTheme(env: Environment): ThemeName {
  const background = Number(env['COLORFGBG']?.split(';').at(-1));
  return background === 7 || background === 15 ? 'light' : 'dark';
}

/** Whether box characters and glyphs can be counted on. */
export function isUnicode(env: Environment): boolean {
  if (env['TERM'] === 'linux' || env['TERM'] === 'dumb') return false;
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || 'C.UTF-8';
  return /utf-?8/i.test(locale);
}
