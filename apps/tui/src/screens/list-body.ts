import { explain } from '../failure.ts';
import type { Body, Target } from '../kit/frame.ts';
import { placeColumns, type PlacedColumn } from '../kit/list-layout.ts';
import { columnsWidth, headLine, rowLine, wordsOf } from '../kit/list-lines.ts';
import { savedFilters } from '../commands/places.ts';
import { FilterPrompt } from '../overlays/filter-prompt.ts';
import type { App } from '../store/app.ts';
import { formatSort, parseFor } from '../store/arrange.ts';
import type { ListView } from '../store/views.ts';
import { clip, fit, widthOf } from '../term/fit.ts';
import { detailLines } from './detail-body.ts';

const PREVIEW_FROM_WIDTH = 120;

/** A list of any kind: its bar, its head, the rows in sight, and the detail of the one under the cursor beside them. */
export function listBody(
  app: App,
  view: ListView,
  { width, height }: { width: number; height: number },
): Body {
  const { theme } = app;
  const { rows, at } = app.rows(view);
  const hasPreview = app.isPreviewOn && width >= PREVIEW_FROM_WIDTH && rows.length > 0;
  const listWidth = hasPreview ? Math.floor(width * 0.6) : width;
  const bar = filterBar(app, view, width);
  const room = Math.max(1, height - 2);
  if (rows.length === 0) return { lines: [bar.line, '', ...emptyLines(app, view, width)], ...bar.cursor };
  const columns = columnsOf(app, view, rows, listWidth);
  const hasGraph = view.kind.counter !== undefined && listWidth >= 76;
  const head = headLine(columns, view.sort, { theme, width: listWidth, hasGraph });
  const from = windowFrom(at, rows.length, room);
  const parsed = parseFor(view.kind, view.filter);
  const style = { theme, now: app.now(), width: listWidth, words: parsed.ok ? wordsOf(parsed.filter) : [] };
  const store = app.lists.for(view);
  const shown = rows.slice(from, from + room).map((row, offset) => {
    const id = view.kind.id(row);
    const state = { isHere: from + offset === at, isMarked: view.marks.has(id) };
    return rowLine(columns, row, state, hasGraph ? { ...style, rates: store.ratesOf(id) } : style);
  });
  const lines = [head, ...shown];
  const targets: Target[] = [
    null,
    { type: 'column', spans: spansOf(columns) },
    ...shown.map((_, offset): Target => ({ type: 'row', at: from + offset })),
  ];
  if (!hasPreview) return { lines: [bar.line, ...lines], targets, ...bar.cursor };
  const side = theme.paint('dim', ` ${theme.glyphs.side} `);
  const rested =
    app.movingFrom === null ? undefined : app.lists.arranged(view, app.now()).index.get(app.movingFrom);
  const preview = previewLines(app, view, rows[rested ?? at], width - listWidth - 3);
  const joined = Array.from(
    { length: Math.max(lines.length, Math.min(room + 1, preview.length)) },
    (_, line) => (lines[line] ?? ' '.repeat(listWidth)) + side + (preview[line] ?? ''),
  );
  return { lines: [bar.line, ...joined], targets, ...bar.cursor };
}

/** How many rows fit on a screen of the list, for paging. */
export function pageSize(app: App): number {
  return Math.max(1, app.size.height - 5);
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
  const chosen = app.config.views[view.kind.name]?.columns;
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

function previewLines(app: App, view: ListView, row: unknown, width: number): readonly string[] {
  const id = view.kind.id(row);
  const title = app.theme.paint('title', clip(view.kind.label(row), width));
  return [title, ...detailLines(app, { kind: view.kind, id, tab: 0, row }, width)];
}

/** What is filtered and how it is sorted, and how much of how many is seen. */
function filterBar(
  app: App,
  view: ListView,
  width: number,
): { line: string; cursor: { cursor?: { x: number; y: number } } } {
  const { theme } = app;
  const store = app.lists.for(view);
  const { rows } = app.rows(view);
  const { status } = store;
  const counts =
    status.readAt === 0 ? '' : `${rows.length} of ${status.total}${status.isComplete ? '' : '+'}`;
  const marked = view.marks.size === 0 ? '' : ` · ${view.marks.size} marked`;
  const busy = status.state === 'loading' ? 'loading … ' : status.state === 'failed' ? 'stale · ' : '';
  const arrow = view.sort.descending ? theme.glyphs.down : theme.glyphs.up;
  const right = ` ${busy}${counts} · sort ${formatSort(view.sort).replace('-', '')} ${arrow}${marked} `;
  const prompt = app.overlay instanceof FilterPrompt ? app.overlay : null;
  const room = Math.max(0, width - widthOf(right) - 3);
  const parsed = parseFor(view.kind, view.filter);
  const problem = parsed.ok ? '' : `  ${theme.glyphs.bad} ${parsed.error.message}`;
  if (prompt === null && view.filter === '') {
    return {
      line: theme.paint('dim', fit(`   / to filter${savedHint(app)}`, room + 3)) + theme.paint('dim', right),
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

/** The bookmarked filters of the list, by the key that brings them back. */
function savedHint(app: App): string {
  return savedFilters(app)
    .slice(0, 9)
    .map((filter, at) => `  ${at + 1} ${clip(filter, 24)}`)
    .join('');
}

/** Says which of the reasons for an empty list it is, and what to do. */
function emptyLines(app: App, view: ListView, width: number): readonly string[] {
  const { theme } = app;
  const { status } = app.lists.for(view);
  const say = (tone: 'dim' | 'bad' | 'plain', text: string) => theme.paint(tone, clip(`   ${text}`, width));
  if (status.state === 'failed') {
    const { message, fix } = explain(status.error);
    return [
      say('bad', message),
      ...(fix === undefined ? [] : [say('plain', fix)]),
      say('dim', 'R tries again'),
    ];
  }
  if (status.readAt === 0) return [say('dim', 'loading …')];
  if (status.total > 0)
    return [
      say('plain', `None of ${status.total} ${view.kind.title} matches this filter.`),
      say('dim', 'esc clears it'),
    ];
  return [say('plain', view.kind.empty)];
}
