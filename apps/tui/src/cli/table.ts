import { cellText, type Column } from '@portolan/console/kinds/kind';
import { fit, widthOf } from '../terminal/fit.ts';
import { safeText } from '@portolan/console/safe-text';
import type { Theme } from '../terminal/theme.ts';

export interface TableOptions<T> {
  readonly columns: readonly Column<T>[];
  readonly theme: Theme;
  readonly now: number;
  readonly hasHead: boolean;
}

/** A list as aligned columns, for people; page by page, so that a long one need not be held. */
export class Table<T> {
  readonly #options: TableOptions<T>;
  readonly #widths: number[];
  #isBegun = false;

  constructor(options: TableOptions<T>) {
    this.#options = options;
    this.#widths = options.columns.map((column) => (options.hasHead ? widthOf(column.title) : 0));
  }

  /** Returns the lines of the next rows; columns only ever get wider. */
  add(rows: readonly T[]): readonly string[] {
    const { columns, theme, now, hasHead } = this.#options;
    const texts = rows.map((row) => columns.map((column) => safeText(cellText(column, row, now))));
    for (const cells of texts)
      for (const [at, cell] of cells.entries())
        this.#widths[at] = Math.max(this.#widths[at] ?? 0, widthOf(cell));
    const line = (cell: (column: Column<T>, at: number) => string) => columns.map(cell).join('  ').trimEnd();
    const padded = (text: string, column: Column<T>, at: number) =>
      fit(text, this.#widths[at] ?? 0, column.right === true ? 'right' : 'left');
    const head =
      this.#isBegun || !hasHead
        ? []
        : [line((column, at) => theme.paint('strong', padded(column.title, column, at)))];
    this.#isBegun = true;
    return [
      ...head,
      ...rows.map((row, index) =>
        line((column, at) =>
          theme.paint(column.tone?.(row) ?? 'plain', padded(texts[index]?.[at] ?? '', column, at)),
        ),
      ),
    ];
  }
}
