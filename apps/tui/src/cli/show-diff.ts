import { cellOf, type Cell } from '@portolan/console/kinds/block';
import { diffObjects } from '@portolan/console/kinds/manifest-diff';
import { tell, type Io } from '../terminal/io.ts';
import { plainTheme } from './plain-theme.ts';

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

/** Writes the lines of a plan to standard error. */
export function tellCells(io: Io, cells: readonly Cell[]): void {
  const theme = plainTheme(io, 'stderr');
  for (const cell of cells) tell(io, theme.paint(cellOf(cell).tone, cellOf(cell).text));
}
