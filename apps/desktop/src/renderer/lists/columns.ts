import { cellText, type Column, type Kind } from '@portolan/console/kinds/kind';
import { heading } from '../data/headings.ts';

const SAMPLE = 100;
const DEFAULT_MIN = 7;
const DEFAULT_MAX = 28;
/** Padding and the sign of the order, in characters. */
const EXTRA = 4;

/** A column with its width in characters; those that may grow share what is left. */
export interface Laid {
  readonly column: Column<unknown>;
  readonly title: string;
  readonly width: number;
  readonly grows: boolean;
}

/** Returns the columns a list shows: the chosen ones, or those the kind shows by default. */
export function chosenColumns(kind: Kind, chosen: string | undefined): readonly Column<unknown>[] {
  const ids = chosen?.split(',') ?? [];
  const found = ids.flatMap((id) => kind.columns.find((column) => column.id === id) ?? []);
  return found.length > 0 ? found : kind.columns.filter(({ wide }) => wide !== true);
}

/** Returns how wide columns are for some rows, within the bounds of each. */
export function layOut(
  columns: readonly Column<unknown>[],
  rows: readonly unknown[],
  now: number,
): readonly Laid[] {
  const sample = rows.slice(0, SAMPLE);
  return columns.map((column) => {
    const title = heading(column.title);
    const longest = Math.max(0, ...sample.map((row) => Math.min(200, cellText(column, row, now).length)));
    const max = column.max ?? (column.min === undefined ? DEFAULT_MAX : Math.max(60, column.min));
    const width = Math.min(max, Math.max(column.min ?? DEFAULT_MIN, longest, title.length)) + EXTRA;
    return { column, title, width, grows: column.right !== true && longest >= 12 };
  });
}

/** Returns the columns that fit into so many characters: those that matter least go first, as in a narrow terminal. */
export function fitting(columns: readonly Laid[], width: number): readonly Laid[] {
  let left = columns;
  const droppable = columns
    .filter(({ column }) => column.drop !== undefined)
    .toSorted((a, b) => (b.column.drop ?? 0) - (a.column.drop ?? 0));
  for (const one of droppable) {
    if (widthOf(left) <= width) break;
    left = left.filter((each) => each !== one);
  }
  return left;
}

/** Returns how many characters columns take together. */
export function widthOf(columns: readonly Laid[]): number {
  return columns.reduce((sum, { width }) => sum + width, 0);
}
