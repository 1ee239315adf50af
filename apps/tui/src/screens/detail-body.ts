import { explain } from '@portolan/console/failure';
import type { Block } from '@portolan/console/kinds/block';
import { counted, inText } from '@portolan/console/kinds/format';
import type { Kind, Tab } from '@portolan/console/kinds/kind';
import type { Body } from './body.ts';
import { formatBlocks } from '../terminal/blocks.ts';
import type { App } from '../state/app.ts';
import type { DetailView } from '../state/views.ts';
import { clip, fit, widthOf } from '../terminal/fit.ts';

/** One object: its tabs, and what the chosen one holds. */
export function detailBody(
  app: App,
  view: DetailView,
  { width, height }: { width: number; height: number },
): Body {
  const { theme } = app.preferences;
  const bar = tabBar(app, view, width);
  const lines = detailLines(app, { ...view, row: undefined }, width - 4);
  const room = Math.max(1, height - bar.length - 1);
  const from = Math.min(view.scroll, Math.max(0, lines.length - room));
  const shown = lines.slice(from, from + room).map((line) => `  ${line}`);
  const left = lines.length - from - room;
  const more =
    left > 0 ? theme.paint('dim', fit(` ${theme.glyphs.down} ${counted(left, 'more line')}`, width)) : '';
  return { lines: [...bar, more, ...shown] };
}

/** Returns the names of the tabs by their numbers, on as many lines as they take. */
function tabBar(app: App, view: DetailView, width: number): readonly string[] {
  const { theme } = app.preferences;
  const lines: string[] = [];
  let used = width;
  const tabs = tabsOf(app, view);
  tabs.forEach((tab, at) => {
    // Nine have keys of their own, and the last one has 0.
    const key = at < 9 ? `${at + 1} ` : at === tabs.length - 1 ? '0 ' : '';
    const cell = ` ${key}${tab.title} `;
    const isNext = used + widthOf(cell) + 1 > width - 1;
    const painted = theme.paint(at === view.tab ? 'selected' : 'dim', cell);
    if (isNext) lines.push(` ${painted}`);
    else lines.push(`${lines.pop() ?? ''} ${painted}`);
    used = (isNext ? 0 : used) + widthOf(cell) + 1;
  });
  return lines.length === 0 ? [''] : lines;
}

/** How far a detail can be scrolled. */
export function scrollMax(app: App, view: DetailView): number {
  const { width, height } = app.size;
  const room = Math.max(1, height - 3 - tabBar(app, view, width).length);
  return Math.max(0, detailLines(app, { ...view, row: undefined }, width - 4).length - room);
}

export function tabsOf(app: App, view: Pick<DetailView, 'kind' | 'id'>): readonly Tab[] {
  const { row, loaded } = find(app, view.kind, view.id, undefined);
  return row === null || row === undefined
    ? []
    : view.kind.tabs(row, loaded, app.now(), app.lists.of(view.kind).ratesOf(view.id));
}

/** Returns the lines of one tab of an object's detail. */
export function detailLines(
  app: App,
  of: { kind: Kind; id: string; tab: number; row: unknown },
  width: number,
): readonly string[] {
  const { theme } = app.preferences;
  const { row, loaded, isGone } = find(app, of.kind, of.id, of.row);
  if (isGone)
    return [theme.paint('warn', clip(`This ${inText(of.kind.singular)} is no longer there.`, width))];
  if (row === null || row === undefined) return [theme.paint('dim', 'loading …')];
  const tabs = of.kind.tabs(row, loaded, app.now(), app.lists.of(of.kind).ratesOf(of.id));
  const tab = tabs[of.tab] ?? tabs[0];
  return tab ? formatBlocks([...tab.blocks, ...readBlocks(app, of, tab)], width, theme) : [];
}

/** What a tab reads by itself; while it does, or cannot, that is said in its place. */
function readBlocks(app: App, of: { kind: Kind; id: string }, tab: Tab): readonly Block[] {
  if (!tab.read) return [];
  const { blocks, error } = app.details.tab(of.kind, of.id, tab);
  if (error === null) return blocks ?? [{ type: 'note', tone: 'dim', text: 'loading …' }];
  const { message, fix } = explain(error);
  return [
    { type: 'note', tone: 'bad', text: message },
    { type: 'note', tone: 'plain', text: fix ?? 'R tries again.' },
    ...(blocks ?? []),
  ];
}

function find(app: App, kind: Kind, id: string, row: unknown) {
  const store = app.lists.of(kind);
  const listed = row ?? store.rows.find((one) => kind.id(one) === id);
  const detail = app.details.get(kind, id, listed);
  const isGone =
    detail.isGone || (listed === undefined && store.status.state === 'ready' && store.status.isComplete);
  return { row: listed ?? detail.row, loaded: detail.loaded, isGone };
}
