import { cellText } from '@portolan/console/kinds/kind';
import type { Target } from './body.ts';
import type { PlacedColumn } from './place-columns.ts';
import { rowLine, type RowStyle } from './list-lines.ts';
import type { App } from '../state/app.ts';
import type { ListView } from '../state/views.ts';
import { fit, wrap } from '../terminal/fit.ts';

const MARKER = 3;
const GAP = 2;

/** Rows whose last column goes on below where it is too long; the one under the cursor stays in sight whole. */
export function wrappedRows(
  app: App,
  view: ListView,
  of: {
    readonly columns: readonly PlacedColumn[];
    readonly head: string;
    readonly style: RowStyle;
    readonly room: number;
  },
): { readonly lines: readonly string[]; readonly targets: readonly Target[] } {
  const { rows, at } = app.navigation.rows(view);
  const { columns, room } = of;
  const linesOf = (place: number) => rowLines(app, view, { row: rows[place], isHere: place === at }, of);
  let from = at;
  let used = linesOf(at).length;
  // As much above the cursor as below it, for what comes next is in sight then.
  for (; from > 0; from -= 1) {
    const more = linesOf(from - 1).length;
    if (used + more > Math.ceil(room / 2)) break;
    used += more;
  }
  const lines: string[] = [];
  const targets: Target[] = [];
  for (let place = from; place < rows.length && lines.length < room; place += 1)
    for (const line of linesOf(place).slice(0, room - lines.length)) {
      lines.push(line);
      targets.push({ type: 'row', at: place });
    }
  const spans = columns.map(({ column, width }, place) => {
    const start = MARKER + columns.slice(0, place).reduce((sum, one) => sum + one.width + GAP, 0);
    return { from: start, to: start + width, id: column.id };
  });
  return { lines: [of.head, ...lines], targets: [{ type: 'column', spans }, ...targets] };
}

function rowLines(
  app: App,
  view: ListView,
  { row, isHere }: { readonly row: unknown; readonly isHere: boolean },
  { columns, style }: { readonly columns: readonly PlacedColumn[]; readonly style: RowStyle },
): readonly string[] {
  const last = columns.at(-1);
  const state = { isHere, isMarked: view.marks.has(view.kind.id(row)) };
  if (!last) return [rowLine(columns, row, state, style)];
  const indent = MARKER + columns.slice(0, -1).reduce((sum, one) => sum + one.width + GAP, 0);
  const [text = '', ...more] = wrap(
    cellText(last.column, row, style.now),
    Math.max(10, style.width - indent),
  );
  const cut = { column: { ...last.column, text: () => text }, width: style.width - indent };
  const tone = isHere ? 'selected' : 'plain';
  return [
    rowLine([...columns.slice(0, -1), cut], row, state, style),
    ...more.map((part) => app.preferences.theme.paint(tone, fit(' '.repeat(indent) + part, style.width))),
  ];
}
