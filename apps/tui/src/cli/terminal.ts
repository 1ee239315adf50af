import { createTheme, type Theme } from '../terminal/theme.ts';
import type { Io } from '../terminal/io.ts';

/** The theme of plain output: colours only on a terminal that wants them. */
export function plainTheme(io: Io): Theme {
  const { NO_COLOR, TERM, FORCE_COLOR } = io.env;
  const isColour = (io.stdout.isTTY || (FORCE_COLOR ?? '0') !== '0') && !NO_COLOR && TERM !== 'dumb';
  return createTheme('ansi16', { level: isColour ? 1 : 0, ascii: false });
}
