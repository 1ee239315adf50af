import { cellText, type Column, type Kind } from '../kinds/kind.ts';
import { fit, widthOf } from '../term/fit.ts';
import { safeText } from '../term/safe-text.ts';
import type { Theme } from '../term/theme.ts';

/** A list as aligned columns, for people; `wide` shows the columns that are hidden otherwise. */
export function formatTable<T>(
  kind: Kind<T>,
  rows: readonly T[],
  options: { wide: boolean; theme: Theme; now: number },
): string {
  const columns = kind.columns.filter((column) => options.wide || column.wide !== true);
  const texts = rows.map((row) => columns.map((column) => safeText(cellText(column, row, options.now))));
  const widths = columns.map((column, at) =>
    texts.reduce((widest, cells) => Math.max(widest, widthOf(cells[at] ?? '')), column.title.length),
  );
  const line = (cell: (column: Column<T>, at: number) => string) => columns.map(cell).join('  ').trimEnd();
  const head = line((column, at) =>
    options.theme.paint('strong', fit(column.title, widths[at] ?? 0, side(column))),
  );
  const body = rows.map((row, index) =>
    line((column, at) => {
      const text = fit(texts[index]?.[at] ?? '', widths[at] ?? 0, side(column));
      return options.theme.paint(column.tone?.(row) ?? 'plain', text);
    }),
  );
  return [head, ...body].join('\n');
}

function side<T>(column: Column<T>): 'left' | 'right' {
  return column.right === true ? 'right' : 'left';
}
