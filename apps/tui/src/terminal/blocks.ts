import { cellOf, toned, type Block, type Cell } from '@portolan/console/kinds/block';
import { clip, fit, widthOf, wrap } from './fit.ts';
import { safeText } from '@portolan/console/safe-text';
import type { Theme } from './theme.ts';
import { barChart, sparkline } from './spark.ts';

const LABEL_MAX = 18;
const SPARK_CAPTION = 42;

type ToneText = ReturnType<typeof cellOf>;

/** Details as lines of at most `width` columns. */
export function formatBlocks(blocks: readonly Block[], width: number, theme: Theme): readonly string[] {
  return blocks.flatMap((block, at) => [...(at === 0 ? [] : ['']), ...formatBlock(block, width, theme)]);
}

function formatBlock(block: Block, width: number, theme: Theme): readonly string[] {
  switch (block.type) {
    case 'fields':
      return [...heading(block.title, theme), ...fields(block.rows, width, theme)];
    case 'table':
      return [...heading(block.title, theme), ...table(block, width, theme)];
    case 'spark':
      if (block.axis !== undefined) return [...heading(block.title, theme), ...chart(block, width, theme)];
      return [
        ...heading(block.title, theme),
        theme.paint(
          'accent',
          sparkline(block.values, Math.max(10, width - SPARK_CAPTION), theme.glyphs.spark),
        ) + theme.paint('dim', clip(`  ${block.caption}`, SPARK_CAPTION)),
      ];
    case 'text':
      return [...heading(block.title, theme), ...block.lines.map((line) => clip(line, width))];
    case 'cells': {
      const lines = block.lines.length === 0 ? [toned('dim', block.empty)] : block.lines;
      return [
        ...heading(block.title, theme),
        ...lines.map((cell) => theme.paint(cellOf(cell).tone, clip(cellOf(cell).text, width))),
      ];
    }
    case 'note':
    default:
      return wrap(block.text, width).map((line) => theme.paint(block.tone, line));
  }
}

type Spark = Extract<Block, { type: 'spark' }>;

const CHART_ROWS = 4;
/** Where there is no screen to fill, in what `describe` prints. */
const CHART_WIDTH_MAX = 160;

/** Bars over the whole width, with the highest value above and the time below. */
function chart({ values, axis, caption, marks = [] }: Spark, width: number, theme: Theme): readonly string[] {
  const { from = '', until = '', highest = '' } = axis ?? {};
  const margin = Math.max(widthOf(highest), 1) + 1;
  const room = Math.max(10, Math.min(width, CHART_WIDTH_MAX) - margin);
  const rows = barChart(values, { width: room, rows: CHART_ROWS }, theme.glyphs.spark);
  const drawn = Math.max(...rows.map(widthOf));
  const labels = [highest, ...Array.from({ length: CHART_ROWS - 2 }, () => ''), '0'];
  const between = Math.max(1, drawn - widthOf(from) - widthOf(until));
  return [
    ...rows.map(
      (row, at) =>
        theme.paint('dim', (labels[at] ?? '').padStart(margin - 1)) + ' ' + theme.paint('accent', row),
    ),
    ...(marks.length === 0
      ? []
      : [
          `${' '.repeat(margin)}${theme.paint('warn', markRow(marks, values.length, room, theme.glyphs.warn))}`,
        ]),
    theme.paint('dim', clip(`${' '.repeat(margin)}${from}${' '.repeat(between)}${until}`, width)),
    theme.paint('dim', clip(`${' '.repeat(margin)}${caption}`, width)),
  ];
}

/** Returns a row with a mark below the bars at which something changed. */
function markRow(marks: readonly number[], count: number, room: number, mark: string): string {
  const shown = Math.min(count, room);
  const columns = Math.max(1, Math.floor(room / Math.max(1, shown)));
  const places = new Set(marks.map((at) => at - (count - shown)));
  return Array.from({ length: shown }, (_, at) => (places.has(at) ? mark : ' ').padEnd(columns))
    .join('')
    .trimEnd();
}

function heading(title: string | undefined, theme: Theme): readonly string[] {
  return title === undefined ? [] : [theme.paint('strong', title)];
}

function fields(rows: readonly (readonly [string, Cell])[], width: number, theme: Theme): readonly string[] {
  const label = Math.min(LABEL_MAX, Math.max(0, ...rows.map(([name]) => widthOf(safeText(name)))));
  return rows.flatMap(([name, cell]) => {
    const { text, tone } = cellOf(cell);
    const lines = wrap(text, Math.max(10, width - label - 2));
    return lines.map(
      (line, at) => `${theme.paint('dim', fit(at === 0 ? name : '', label))}  ${theme.paint(tone, line)}`,
    );
  });
}

function table(block: Extract<Block, { type: 'table' }>, width: number, theme: Theme): readonly string[] {
  if (block.rows.length === 0) return [theme.paint('dim', clip(block.empty, width))];
  const cells = block.rows.map((row) => row.map(cellOf));
  const widths = block.head.map((title, at) =>
    cells.reduce((widest, row) => Math.max(widest, widthOf(safeText(row[at]?.text ?? ''))), widthOf(title)),
  );
  shrink(widths, width);
  const head = block.head.map((title, at) => fit(title, widths[at] ?? 0)).join('  ');
  return [theme.paint('dim', head), ...cells.flatMap((row) => tableRow(row, widths, theme))];
}

/** One row of a table; the last column goes on below where it is too long, for that is where sentences are. */
function tableRow(row: readonly ToneText[], widths: readonly number[], theme: Theme): readonly string[] {
  const last = row.length - 1;
  const parts = wrap(row[last]?.text ?? '', Math.max(10, widths[last] ?? 0));
  const cellAt = (at: number, line: number) =>
    at === last ? (parts[line] ?? '') : line === 0 ? row[at]?.text : '';
  return (parts.length === 0 ? [''] : parts).map((_, line) =>
    row.map(({ tone }, at) => theme.paint(tone, fit(cellAt(at, line) ?? '', widths[at] ?? 0))).join('  '),
  );
}

/** Takes columns from the widest until the table fits. */
function shrink(widths: number[], width: number): void {
  const gaps = 2 * (widths.length - 1);
  for (let over = widths.reduce((sum, one) => sum + one, gaps) - width; over > 0; over -= 1) {
    const widest = widths.indexOf(Math.max(...widths));
    const size = widths[widest] ?? 0;
    if (size <= 4) return;
    widths[widest] = size - 1;
  }
}
