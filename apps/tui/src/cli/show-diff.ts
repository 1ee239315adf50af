import { cellOf } from '@portolan/console/kinds/block';
import { diffObjects } from '@portolan/console/kinds/manifest-diff';
import type { Io } from '../terminal/io.ts';
import { plainTheme } from './terminal.ts';

/** Returns what changes between two objects as lines with `+` and `-`, painted for the stream they are written to. */
export function diffLines(
  io: Io,
  before: unknown,
  after: unknown,
  stream: 'stdout' | 'stderr' = 'stdout',
): readonly string[] {
  const theme = plainTheme(io, stream);
  return diffObjects(before, after).map((cell) => theme.paint(cellOf(cell).tone, cellOf(cell).text));
}
