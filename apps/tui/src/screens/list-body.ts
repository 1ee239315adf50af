import { findKindByName } from '@portolan/console/kinds/all-kinds';
import { explain } from '@portolan/console/failure';
import type { Body, Target } from './body.ts';
import { placeColumns, type PlacedColumn } from './place-columns.ts';
import { columnsWidth, headLine, rowLine, wordsOf } from './list-lines.ts';
import { FilterPrompt } from '../overlays/filter-prompt.ts';
import type { App } from '../state/app.ts';
import { formatSort, parseFor } from '@portolan/console/lists/sort-rows';
import { scopeTerms, scopeText } from '@portolan/console/lists/scope';
import type { ListView } from '../state/views.ts';
import { clip, fit, widthOf, wrap } from '../terminal/fit.ts';
import { previewLines, splitRoom } from './preview.ts';
import { wrappedRows } from './wrapped-rows.ts';

/** Returns a list of any kind: its bar, its head, the rows in sight, and the detail of the one under the cursor beside them. */
export function listBody(
  app: App,
  view: ListView,
  { width, height }: { width: number; height: number },
): Body {
  const { theme } = app.preferences;
  const { rows, at } = app.navigation.rows(view);
  const bar = filterBar(app, view, width);
  if (rows.length === 0) return { lines: [bar.line, '', ...emptyLines(app, view, width)], ...bar.cursor };
  const split = splitRoom(app, { width, height: height - 1 });
  const rested =
    app.navigation.movingFrom === null
      ? undefined
      : app.navigation.seen(view).index.get(app.navigation.movingFrom);
  const preview = split.preview ? previewLines(app, view, rows[rested ?? at], split.preview) : [];
  if (!split.list) return { lines: [bar.line, ...preview], ...bar.cursor };
  const list = tableLines(app, view, split.list);
  const targets: Target[] = [null, ...list.targets];
  if (!split.preview) return { lines: [bar.line, ...list.lines], targets, ...bar.cursor };
  if (split.side === 'below') {
    const filled = Array.from({ length: split.list.height }, (_, line) => list.lines[line] ?? '');
    const rule = theme.paint('dim', theme.glyphs.rule.repeat(width));
    return { lines: [bar.line, ...filled, rule, ...preview], targets, ...bar.cursor };
  }
  const side = theme.paint('dim', ` ${theme.glyphs.side} `);
  const blank = ' '.repeat(split.list.width);
  const joined = Array.from(
    { length: Math.max(list.lines.length, preview.length) },
    (_, line) => (list.lines[line] ?? blank) + side + (preview[line] ?? ''),
  );
  return { lines: [bar.line, ...joined], targets, ...bar.cursor };
}

/** Returns the head and the rows in sight, and where a click on them leads. */
function tableLines(
  app: App,
  view: ListView,
  { width, height }: { width: number; height: number },
): { readonly lines: readonly string[]; readonly targets: readonly Target[] } {
  const { theme } = app.preferences;
  const { rows, at } = app.navigation.rows(view);
  const room = Math.max(1, height - 1);
  const columns = columnsOf(app, view, rows, width);
  const hasGraph = view.kind.counter !== undefined && width >= 76;
  const head = headLine(columns, view.sort, { theme, width, hasGraph });
  const from = windowFrom(at, rows.length, room);
  const parsed = parseFor(view.kind, `${view.filter} ${view.highlight}`);
  const style = { theme, now: app.now(), width, words: parsed.ok ? wordsOf(parsed.filter) : [] };
  if (view.isWrapped) return wrappedRows(app, view, { columns, head, style, room });
  const store = app.lists.for(app.navigation.scoped(view));
  const shown = rows.slice(from, from + room).map((row, offset) => {
    const id = view.kind.id(row);
    const state = { isHere: from + offset === at, isMarked: view.marks.has(id) };
    return rowLine(columns, row, state, hasGraph ? { ...style, rates: store.ratesOf(id) } : style);
  });
  const targets: Target[] = [
    { type: 'column', spans: spansOf(columns) },
    ...shown.map((_, offset): Target => ({ type: 'row', at: from + offset })),
  ];
  return { lines: [head, ...shown], targets };
}

/** How many rows fit on a screen of the list, for paging. */
export function pageSize(app: App): number {
  const { list } = splitRoom(app, { width: app.size.width, height: app.size.height - 3 });
  return Math.max(1, (list?.height ?? app.size.height) - 2);
}

/** The cursor stays in the middle half of the window, so that what comes next is always in sight. */
function windowFrom(at: number, count: number, room: number): number {
  return Math.max(0, Math.min(at - Math.floor(room / 2), count - room));
}

function columnsOf(
  app: App,
  view: ListView,
  rows: readonly unknown[],
  width: number,
): readonly PlacedColumn[] {
  const chosen = app.preferences.config.views[view.kind.name]?.columns;
  return placeColumns(view.kind, rows, {
    width: columnsWidth(view.kind, width),
    isWide: view.isWide,
    now: app.now(),
    chosen,
  });
}

function spansOf(columns: readonly PlacedColumn[]): { from: number; to: number; id: string }[] {
  let from = 3;
  return columns.map(({ column, width }) => {
    const span = { from, to: from + width, id: column.id };
    from += width + 2;
    return span;
  });
}

/** What is filtered and how it is sorted, and how much of how many is seen. */
function filterBar(
  app: App,
  view: ListView,
  width: number,
): { line: string; cursor: { cursor?: { x: number; y: number } } } {
  const { theme } = app.preferences;
  const store = app.lists.for(app.navigation.scoped(view));
  const { rows } = app.navigation.rows(view);
  const { status } = store;
  const counts =
    status.readAt === 0 ? '' : `${rows.length} of ${status.total}${status.isComplete ? '' : '+'}`;
  const missing = status.note === null ? '' : `${status.note} · `;
  const marked = view.marks.size === 0 ? '' : ` · ${view.marks.size} marked`;
  const busy = status.state === 'loading' ? 'loading … ' : status.state === 'failed' ? 'stale · ' : '';
  const arrow = view.sort.descending ? theme.glyphs.down : theme.glyphs.up;
  const around = view.context > 0 && view.filter !== '' ? `±${view.context} · ` : '';
  const scope =
    scopeTerms(app.navigation.scope, view.kind) === '' ? '' : `${scopeText(app.navigation.scope)} · `;
  const right = ` ${busy}${scope}${around}${missing}${counts} · sort ${formatSort(view.sort).replace('-', '')} ${arrow}${marked} `;
  const prompt = app.overlay instanceof FilterPrompt ? app.overlay : null;
  const room = Math.max(0, width - widthOf(right) - 3);
  const parsed = parseFor(view.kind, view.filter);
  const problem = parsed.ok ? '' : `  ${theme.glyphs.bad} ${parsed.error.message}`;
  if (prompt === null && view.filter === '') {
    const hint = view.highlight === '' ? `/ to filter${savedHint(app)}` : `& marks ${view.highlight}`;
    return {
      line: theme.paint('dim', fit(`   ${hint}`, room + 3)) + theme.paint('dim', right),
      cursor: {},
    };
  }
  const text = clip(view.filter, room);
  const rest = fit(problem, Math.max(0, room - widthOf(text)));
  const line =
    theme.paint('accent', ' / ') +
    theme.paint(parsed.ok ? 'strong' : 'warn', text) +
    theme.paint('bad', rest) +
    theme.paint('dim', right);
  if (prompt === null) return { line, cursor: {} };
  const x = 3 + widthOf(prompt.line.text.slice(0, prompt.line.cursor));
  return { line, cursor: { cursor: { x: Math.min(x, room + 2), y: 0 } } };
}

/** Returns the bookmarked filters of the list, by the key that brings them back. */
function savedHint(app: App): string {
  return savedFilters(app)
    .slice(0, 9)
    .map((filter, at) => `  ${at + 1} ${clip(filter, 24)}`)
    .join('');
}

/** Says which of the reasons for an empty list it is, and what to do. */
function emptyLines(app: App, view: ListView, width: number): readonly string[] {
  const { theme } = app.preferences;
  const { status } = app.lists.for(app.navigation.scoped(view));
  const say = (tone: 'dim' | 'bad' | 'plain', text: string) =>
    wrap(text, width - 6).map((line) => theme.paint(tone, `   ${line}`));
  if (status.state === 'failed') {
    const { message, fix } = explain(status.error);
    return [
      ...say('bad', message),
      ...(fix === undefined ? [] : say('plain', fix)),
      ...say('dim', 'R tries again'),
    ];
  }
  if (status.readAt === 0) return say('dim', 'loading …');
  if (status.total > 0)
    return [
      ...say('plain', noMatch(app, view, status.total)),
      ...say('dim', view.filter === '' ? 'S shows more again' : 'esc clears it'),
    ];
  return say('plain', view.kind.empty);
}

/** Returns the bookmarked filters of the current list, in the order of the bookmarks. */
export function savedFilters(app: App): readonly string[] {
  const { view } = app.navigation;
  if (view.type !== 'list') return [];
  return app.preferences.config.bookmarks.flatMap(({ locator }) => {
    const [head = '', ...filter] = locator.split(' ');
    return filter.length > 0 && findKindByName(head) === view.kind ? [filter.join(' ')] : [];
  });
}

/** Returns why nothing is shown of a list that is not empty: `No users match (0 of 32).` */
function noMatch(app: App, view: ListView, total: number): string {
  const name = view.kind.title.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());
  const scope =
    scopeTerms(app.navigation.scope, view.kind) === '' ? '' : ` within ${scopeText(app.navigation.scope)}`;
  return `No ${name} match${scope} (0 of ${total}).`;
}
