import { cellText, type Column, type Kind } from '@portolan/console/kinds/kind';
import { widthOf } from '../terminal/fit.ts';
import { safeText } from '@portolan/console/safe-text';

export interface PlacedColumn {
  readonly column: Column<unknown>;
  readonly width: number;
}

const SAMPLE = 200;
const GAP = 2;
const SHRUNK_MIN = 5;

interface LayoutOptions {
  readonly width: number;
  readonly isWide: boolean;
  readonly now: number;
  readonly chosen?: readonly string[] | undefined;
}

const known = new WeakMap<
  readonly unknown[],
  { readonly key: string; readonly columns: readonly PlacedColumn[] }
>();

/**
 * Which columns fit and how wide each is: as wide as what it shows, the widest shrunk first, the last ones dropped
 * when even that is too much; columns marked wide come in where there is room, or when asked for.
 */
export function placeColumns(
  kind: Kind,
  rows: readonly unknown[],
  options: LayoutOptions,
): readonly PlacedColumn[] {
  const key = `${kind.name} ${options.width} ${options.isWide} ${options.chosen?.join(',') ?? ''}`;
  const last = known.get(rows);
  if (last?.key === key) return last.columns;
  const columns = place(kind, rows, options);
  known.set(rows, { key, columns });
  return columns;
}

const needed = new WeakMap<readonly unknown[], number>();

/** Returns the width at which every column of a list fits whole. */
export function naturalWidthOf(kind: Kind, rows: readonly unknown[], now: number): number {
  const last = needed.get(rows);
  if (last !== undefined) return last;
  const sample = rows.slice(0, SAMPLE);
  const width = sizeOf(kind.columns.map((column) => ({ column, width: naturalWidth(column, sample, now) })));
  needed.set(rows, width);
  return width;
}

function place(kind: Kind, rows: readonly unknown[], options: LayoutOptions): readonly PlacedColumn[] {
  const { chosen } = options;
  const candidates = chosen
    ? chosen.flatMap((id) => kind.columns.filter((column) => column.id === id))
    : kind.columns;
  const sample = rows.slice(0, SAMPLE);
  const natural = candidates.map((column) => ({ column, width: naturalWidth(column, sample, options.now) }));
  let placed: readonly PlacedColumn[] = natural.filter(
    ({ column }) => chosen !== undefined || options.isWide || column.wide !== true,
  );
  if (!options.isWide && chosen === undefined) placed = withRoomFor(natural, placed, options.width);
  placed = withoutDroppable(placed, options.width);
  while (placed.length > 1 && sizeOf(placed.map((one) => ({ ...one, width: least(one) }))) > options.width)
    placed = placed.slice(0, -1);
  return shrink(placed, options.width);
}

function naturalWidth(column: Column<unknown>, sample: readonly unknown[], now: number): number {
  const widest = sample.reduce<number>(
    (most, row) => Math.max(most, widthOf(safeText(cellText(column, row, now)))),
    column.title.length,
  );
  return Math.max(column.min ?? 0, Math.min(column.max ?? 200, widest));
}

/** Adds the wide columns, in their places, as long as all fits unshrunk. */
function withRoomFor(
  all: readonly PlacedColumn[],
  placed: readonly PlacedColumn[],
  width: number,
): readonly PlacedColumn[] {
  let shown = new Set(placed);
  for (const one of all) {
    if (shown.has(one)) continue;
    const more = new Set([...shown, one]);
    if (sizeOf([...more]) <= width) shown = more;
  }
  return all.filter((one) => shown.has(one));
}

/** Leaves out what matters least until the rest fits without being cut. */
function withoutDroppable(placed: readonly PlacedColumn[], width: number): readonly PlacedColumn[] {
  let left = placed;
  while (sizeOf(left) > width) {
    const next = left.reduce<PlacedColumn | null>(
      (worst, one) => ((one.column.drop ?? 0) > (worst?.column.drop ?? 0) ? one : worst),
      null,
    );
    if (next === null) break;
    left = left.filter((one) => one !== next);
  }
  return left;
}

function sizeOf(columns: readonly PlacedColumn[]): number {
  return columns.reduce((sum, one) => sum + one.width + GAP, -GAP);
}

function least({ column, width }: PlacedColumn): number {
  return Math.min(width, column.type === 'text' ? Math.max(SHRUNK_MIN, column.min ?? 0) : width);
}

function shrink(columns: readonly PlacedColumn[], width: number): readonly PlacedColumn[] {
  const widths = columns.map((one) => one.width);
  for (let over = sizeOf(columns) - width; over > 0; over -= 1) {
    let widest = -1;
    columns.forEach((one, at) => {
      const size = widths[at] ?? 0;
      if (size > least(one) && size > (widths[widest] ?? 0)) widest = at;
    });
    if (widest < 0) break;
    widths[widest] = (widths[widest] ?? 1) - 1;
  }
  return columns.map((one, at) => ({ column: one.column, width: widths[at] ?? one.width }));
}
