import { isUnicode } from '../terminal/capabilities.ts';
import { createTheme, type Theme } from '../terminal/theme.ts';
import type { Environment } from '../terminal/capabilities.ts';
import type { Io } from '../terminal/io.ts';

/** Columns of text that goes nowhere near a terminal: nothing is wrapped. */
const UNWRAPPED = Number.MAX_SAFE_INTEGER;

/** Returns the theme of plain output on a stream: coloured only on a terminal that supports it. */
export function plainTheme(io: Io, stream: 'stdout' | 'stderr' = 'stdout'): Theme {
  return createTheme('ansi16', { level: isColoured(io, stream) ? 1 : 0, ascii: !isUnicode(io.env) });
}

/** Columns available on standard output; a pipe is never wrapped. */
export function outputWidth(io: Io): number {
  return io.stdout.isTTY ? io.stdout.columns : UNWRAPPED;
}

/** By https://no-color.org, https://force-color.org and Node's own values of FORCE_COLOR (0 and false: no colour). */
function isColoured({ env, ...streams }: Io, stream: 'stdout' | 'stderr'): boolean {
  if (env['NO_COLOR']) return false;
  const forced = forcedColour(env);
  if (forced !== null) return forced;
  return streams[stream].isTTY && env['TERM'] !== 'dumb';
}

function forcedColour({ FORCE_COLOR }: Environment): boolean | null {
  if (FORCE_COLOR === undefined || FORCE_COLOR === '') return null;
  return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
}
