import type { App } from '../state/app.ts';
import type { ListView, PreviewState } from '../state/views.ts';
import { clip, fit } from '../terminal/fit.ts';
import { detailLines, tabsOf } from './detail-body.ts';
import { naturalWidthOf } from './place-columns.ts';

const BESIDE_FROM_WIDTH = 120;
/** Columns that the preview keeps beside a list of many columns. */
const PREVIEW_MIN = 56;
/** Marks and the cursor before each row. */
const LIST_MARGIN = 4;

interface Area {
  readonly width: number;
  readonly height: number;
}

/** How a list shares its room with the preview of the row under the cursor; null: it is not there. */
export interface Split {
  readonly list: Area | null;
  readonly preview: Area | null;
  readonly side: PreviewState['side'];
}

/** Beside the list it needs width; below it is only where it was asked for. */
export function isPreviewShown(app: App): boolean {
  const { isOn, side, isZoomed } = app.navigation.preview;
  return isZoomed || (isOn && (side === 'below' || app.size.width >= BESIDE_FROM_WIDTH));
}

export function splitRoom(app: App, { width, height }: Area): Split {
  const { side, isZoomed } = app.navigation.preview;
  if (!isPreviewShown(app)) return { list: { width, height }, preview: null, side };
  if (isZoomed) return { list: null, preview: { width, height }, side };
  if (side === 'below') {
    const rows = Math.max(4, Math.ceil(height * 0.45));
    return { list: { width, height: rows }, preview: { width, height: height - rows - 1 }, side };
  }
  // What the columns of the list need goes before a wide preview.
  const wanted = listWidthOf(app);
  const listWidth = Math.max(Math.floor(width * 0.6), Math.min(wanted, width - PREVIEW_MIN));
  return { list: { width: listWidth, height }, preview: { width: width - listWidth - 3, height }, side };
}

function listWidthOf(app: App): number {
  const { view } = app.navigation;
  if (view.type !== 'list') return 0;
  return LIST_MARGIN + naturalWidthOf(view.kind, app.navigation.rows(view).rows, app.now());
}

/** What the preview holds and how far it can be scrolled. */
export function previewRoom(app: App, view: ListView): { readonly scrollMax: number } {
  const { preview } = splitRoom(app, { width: app.size.width, height: app.size.height - 5 });
  const { rows, at } = app.navigation.rows(view);
  const row = rows[at];
  if (!preview || row === undefined) return { scrollMax: 0 };
  const { length } = linesOf(app, view, row, preview.width);
  return { scrollMax: Math.max(0, length - preview.height + 1) };
}

/** Returns the preview's lines: a title, which is its tabs while one reads in it, and what the tab holds. */
export function previewLines(app: App, view: ListView, row: unknown, area: Area): readonly string[] {
  const lines = linesOf(app, view, row, area.width);
  const room = Math.max(1, area.height - 1);
  const from = Math.min(view.previewScroll, Math.max(0, lines.length - room));
  return [titleLine(app, view, row, area.width), ...lines.slice(from, from + room)];
}

function linesOf(app: App, view: ListView, row: unknown, width: number): readonly string[] {
  return detailLines(app, { kind: view.kind, id: view.kind.id(row), tab: view.previewTab, row }, width);
}

function titleLine(app: App, view: ListView, row: unknown, width: number): string {
  const { theme } = app.preferences;
  const label = view.kind.label(row);
  if (view.focus !== 'preview') return theme.paint('title', clip(label, width));
  const tabs = tabsOf(app, { kind: view.kind, id: view.kind.id(row) });
  const names = tabs.map((tab, at) =>
    at === view.previewTab ? `[${at + 1} ${tab.title}]` : `${at + 1} ${tab.title}`,
  );
  const head = `${theme.glyphs.cursor} ${label}  ${names.join('  ')}`;
  return theme.paint('selected', fit(head, width));
}
