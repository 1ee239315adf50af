import type { Environment } from '@portolan/contexts/paths';
import type { ThemeName } from '@portolan/contexts/theme-names';

export type { Environment };

/**
 * Returns how much colour a stream shows: 0 none, 1 sixteen, 2 256, 3 all. NO_COLOR and TERM=dumb win over FORCE_COLOR and
 * CLICOLOR_FORCE, these over CLICOLOR=0 and over the stream; an empty variable is as good as none (no-color.org,
 * force-color.org, bixense.com/clicolors).
 */
export function colourLevel(env: Environment, isTty: boolean): 0 | 1 | 2 | 3 {
  if (env['NO_COLOR'] || env['TERM'] === 'dumb') return 0;
  const forced = env['FORCE_COLOR'] || (isSet(env['CLICOLOR_FORCE']) ? '1' : '');
  if (forced) return !isSet(forced) ? 0 : forced === '3' ? 3 : forced === '2' ? 2 : 1;
  if (!isTty || env['CLICOLOR'] === '0') return 0;
  if (env['COLORTERM'] === 'truecolor' || env['COLORTERM'] === '24bit') return 3;
  return /256|kitty|alacritty|ghostty|wezterm/.test(env['TERM'] ?? '') ? 2 : 1;
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false', 'no', 'off'].includes(value.toLowerCase());
}

/** Returns whether the terminal's background is light, as far as it says without being asked (`COLORFGBG`). */
export function guessTheme(env: Environment): ThemeName {
  const background = Number(env['COLORFGBG']?.split(';').at(-1));
  return background === 7 || background === 15 ? 'light' : 'dark';
}

/** Returns whether the locale (POSIX XBD 8.2) and the terminal show box characters and glyphs; without a locale they do. */
export function isUnicode(env: Environment): boolean {
  if (env['TERM'] === 'linux' || env['TERM'] === 'dumb') return false;
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || 'C.UTF-8';
  return /utf-?8/i.test(locale);
}
