import { cellOf } from '@portolan/console/kinds/block';
import { diffObjects } from '@portolan/console/kinds/manifest-diff';
import type { Io } from '../terminal/io.ts';
import { plainTheme } from './terminal.ts';

/** What changes between two objects, as lines with `+` and `-`. */
export function diffLines(io: Io, before: unknown, after: unknown): readonly string[] {
  const theme = plainTheme(io);
  return diffObjects(before, after).map((cell) => theme.paint(cellOf(cell).tone, cellOf(cell).text));
}
