import { colourLevel, isUnicode } from '../terminal/environment.ts';
import type { Io } from '../terminal/io.ts';
import { createTheme, type Theme } from '../terminal/theme.ts';

/** Columns of text that goes nowhere near a terminal: nothing is wrapped. */
const UNWRAPPED = Number.MAX_SAFE_INTEGER;

/** Returns the theme of plain output: colours only where the stream that is written to shows them. */
export function plainTheme(io: Io, stream: 'stdout' | 'stderr' = 'stdout'): Theme {
  const level = colourLevel(io.env, io[stream].isTTY) === 0 ? 0 : 1;
  return createTheme('ansi16', { level, ascii: !isUnicode(io.env) });
}

/** Columns available on standard output; a pipe is never wrapped. */
export function outputWidth(io: Io): number {
  return io.stdout.isTTY ? io.stdout.columns : UNWRAPPED;
}
