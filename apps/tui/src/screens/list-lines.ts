import type { Filter } from '@portolan/contract/filter/filter';
import { cellText, type Kind } from '@portolan/console/kinds/kind';
import type { Sort } from '@portolan/console/lists/sort-rows';
import { fit, widthOf } from '../terminal/fit.ts';
import type { Theme } from '../terminal/theme.ts';
import type { PlacedColumn } from './place-columns.ts';
import { sparkline } from '../terminal/spark.ts';

const GRAPH_WIDTH = 12;

export interface RowStyle {
  readonly theme: Theme;
  readonly now: number;
  readonly width: number;
  readonly words: readonly string[];
  /** Growth of the kind's counter, drawn after the columns. */
  readonly rates?: readonly number[];
}

/** Width left for columns after the marker and, for kinds that count something, the graph. */
export function columnsWidth(kind: Kind, width: number): number {
  return width - 4 - (kind.counter && width >= 76 ? GRAPH_WIDTH + 2 : 0);
}

/** Titles of the columns, with an arrow at the one that sorts. */
export function headLine(
  columns: readonly PlacedColumn[],
  sort: Sort,
  style: Pick<RowStyle, 'theme' | 'width'> & { hasGraph: boolean },
): string {
  const { theme } = style;
  const arrow = sort.descending ? theme.glyphs.down : theme.glyphs.up;
  const cells = columns.map(({ column, width }) => {
    const isSorting = column.id === sort.column;
    const title = isSorting && column.title.length + 1 <= width ? column.title + arrow : column.title;
    return fit(title, width, column.right === true ? 'right' : 'left');
  });
  if (style.hasGraph) cells.push(fit('B/s', GRAPH_WIDTH));
  return theme.paint('dim', fit(`   ${cells.join('  ')}`, style.width));
}

/** One row, exactly as wide as asked; the marker before it says where the cursor is without colour. */
export function rowLine(
  columns: readonly PlacedColumn[],
  row: unknown,
  state: { readonly isHere: boolean; readonly isMarked: boolean },
  style: RowStyle,
): string {
  const { theme } = style;
  const marker = `${state.isHere ? theme.glyphs.cursor : ' '}${state.isMarked ? theme.glyphs.mark : ' '} `;
  const cells = columns.map(({ column, width }) => {
    const text = fit(cellText(column, row, style.now), width, column.right === true ? 'right' : 'left');
    return { text, tone: column.tone?.(row) ?? 'plain' };
  });
  if (style.rates !== undefined)
    cells.push({
      text: fit(sparkline(style.rates, GRAPH_WIDTH, theme.glyphs.spark), GRAPH_WIDTH),
      tone: 'accent',
    });
  if (state.isHere) {
    return theme.paint('selected', fit(marker + cells.map(({ text }) => text).join('  '), style.width));
  }
  const used = 3 + cells.reduce((sum, { text }) => sum + widthOf(text) + 2, -2);
  const painted = cells.map(({ text, tone }) =>
    style.words.length > 0 && tone === 'plain'
      ? highlight(text, style.words, theme)
      : theme.paint(tone, text),
  );
  return marker + painted.join('  ') + ' '.repeat(Math.max(0, style.width - used));
}

/** Returns the words a filter looks for, to be shown where they were found. */
export function wordsOf(filter: Filter): readonly string[] {
  return filter.terms.flatMap((term) => {
    if (term.negated) return [];
    if (term.kind === 'word') return [term.text.toLowerCase()];
    if (term.kind === 'field' && (term.op === ':' || term.op === '=')) {
      return term.values.flatMap((value) => (value.type === 'text' ? [value.text.toLowerCase()] : []));
    }
    return [];
  });
}

function highlight(text: string, words: readonly string[], theme: Theme): string {
  const held = text.toLowerCase();
  const [found] = words
    .map((word) => ({ at: word === '' ? -1 : held.indexOf(word), length: word.length }))
    .filter(({ at }) => at >= 0)
    .toSorted((a, b) => a.at - b.at);
  if (!found) return text;
  const end = found.at + found.length;
  return (
    text.slice(0, found.at) +
    theme.paint('match', text.slice(found.at, end)) +
    highlight(text.slice(end), words, theme)
  );
}
