import { FilterPrompt } from '../overlays/filter-prompt.ts';
import { Picker } from '../overlays/picker.ts';
import { pageSize } from '../screens/list-body.ts';
import type { App, Command, SafeCommand } from '../state/app.ts';
import { formatSort } from '@portolan/console/lists/sort-rows';
import { detailView, type ListView } from '../state/views.ts';
import { scrollPreview } from './preview.ts';

/** Moving in lists, marking, filtering, sorting and choosing columns: the same for every kind. */
export const listCommands: readonly Command[] = [
  motion('list.down', 'Next row', ['down', 'j'], () => 1),
  motion('list.up', 'Previous row', ['up', 'k'], () => -1),
  motion('list.pageDown', 'Page down', ['pgdn', 'ctrl-d'], pageSize),
  motion('list.pageUp', 'Page up', ['pgup', 'ctrl-u'], (app) => -pageSize(app)),
  motion('list.top', 'First row', ['home', 'g g'], () => Number.NEGATIVE_INFINITY),
  motion('list.bottom', 'Last row', ['end', 'G'], () => Number.POSITIVE_INFINITY),
  {
    id: 'nav.open',
    title: 'Open the row',
    keys: ['enter', 'l', 'right'],
    where: 'list',
    hint: 'open',
    danger: 0,
    disabled: (app) =>
      app.navigation.view.type === 'list' && app.navigation.rows(app.navigation.view).rows.length === 0
        ? 'there is no row'
        : null,
    run: withList((app, view) => {
      const { rows, at } = app.navigation.rows(view);
      const row = rows[at];
      if (row === undefined) return;
      const tab = view.focus === 'preview' ? view.previewTab : 0;
      app.navigation.open({ ...detailView(view.kind, row), tab });
    }),
  },
  {
    id: 'filter.edit',
    title: 'Filter the list',
    keys: ['/'],
    where: 'list',
    hint: 'filter',
    danger: 0,
    run: withList((app, view) =>
      app.openOverlay(new FilterPrompt(view, app.navigation.filters[view.kind.name] ?? [])),
    ),
  },
  {
    id: 'sort.pick',
    title: 'Sort by a column',
    keys: ['s'],
    where: 'list',
    danger: 0,
    run: withList((app, view) => app.openOverlay(sortPicker(view))),
  },
  {
    id: 'sort.reverse',
    title: 'Reverse the order',
    keys: ['r'],
    where: 'list',
    danger: 0,
    run: withList((app, view) => sortBy(app, view, `${view.sort.descending ? '' : '-'}${view.sort.column}`)),
  },
  {
    id: 'columns.wide',
    title: 'All columns, or the usual ones',
    keys: ['w'],
    where: 'list',
    danger: 0,
    run: withList((app, view) => {
      const next = { ...view, isWide: !view.isWide };
      app.navigation.setView(next);
      app.preferences.saveView(next);
    }),
  },
  {
    id: 'columns.pick',
    title: 'Choose columns',
    keys: ['C'],
    where: 'list',
    danger: 0,
    run: withList((app, view) => app.openOverlay(columnPicker(app, view))),
  },
  {
    id: 'mark.toggle',
    title: 'Mark the row',
    keys: ['space'],
    where: 'list',
    danger: 0,
    run: withList((app, view) => {
      const { rows, at } = app.navigation.rows(view);
      const row = rows[at];
      if (row === undefined) return;
      const id = view.kind.id(row);
      const marks = new Set(view.marks);
      if (!marks.delete(id)) marks.add(id);
      app.navigation.setView({ ...view, marks, rangeFrom: id });
      moveBy(app, 1);
    }),
  },
  {
    id: 'mark.range',
    title: 'Mark from the last mark to here',
    keys: ['v'],
    where: 'list',
    danger: 0,
    run: withList((app, view) => {
      const { rows, at } = app.navigation.rows(view);
      const from = rows.findIndex((row) => view.kind.id(row) === view.rangeFrom);
      const start = from < 0 ? at : from;
      const ids = rows.slice(Math.min(start, at), Math.max(start, at) + 1).map((row) => view.kind.id(row));
      app.navigation.setView({ ...view, marks: new Set([...view.marks, ...ids]) });
    }),
  },
  {
    id: 'mark.clear',
    title: 'Clear all marks',
    keys: ['V'],
    where: 'list',
    danger: 0,
    run: withList((app, view) => app.navigation.setView({ ...view, marks: new Set(), rangeFrom: null })),
  },
  {
    id: 'list.follow',
    title: 'Stay on the first row, whatever comes in',
    keys: ['F'],
    where: 'list',
    danger: 0,
    run: withList((app, view) => app.navigation.setView({ ...view, cursor: null })),
  },
];

/** Moves the cursor; the object it lands on is what is remembered, so a live update cannot move it. */
export function moveBy(app: App, by: number): void {
  const { view } = app.navigation;
  if (view.type !== 'list') return;
  const { rows, at } = app.navigation.rows(view);
  if (rows.length === 0) return;
  const next = Math.min(rows.length - 1, Math.max(0, at + by));
  app.lists.moved(app.now());
  app.navigation.cursorMoves(view.kind.id(rows[at]));
  app.navigation.setView({ ...view, cursor: view.kind.id(rows[next]), previewScroll: 0 });
}

/** Sorts a list and remembers it for its kind. */
export function sortBy(app: App, view: ListView, sort: string): void {
  const next = { ...view, sort: { column: sort.replace(/^-/, ''), descending: sort.startsWith('-') } };
  app.navigation.setView(next);
  app.preferences.saveView(next);
}

function motion(id: string, title: string, keys: readonly string[], by: (app: App) => number): SafeCommand {
  return {
    id,
    title,
    keys,
    where: 'list',
    danger: 0,
    run(app) {
      if (!scrollPreview(app, by(app))) moveBy(app, by(app));
    },
  };
}

function withList(run: (app: App, view: ListView) => void): (app: App) => void {
  return (app) => {
    if (app.navigation.view.type === 'list') run(app, app.navigation.view);
  };
}

function sortPicker(view: ListView): Picker {
  const now = formatSort(view.sort);
  return new Picker({
    title: `Sort ${view.kind.title} by`,
    items: () =>
      view.kind.columns.flatMap((column) =>
        ['', '-'].map((sign) => ({
          label: `${column.title.toLowerCase()} ${sign === '' ? 'ascending' : 'descending'}`,
          note: now === sign + column.id ? 'now' : '',
          run: (app: App) => sortBy(app, view, sign + column.id),
        })),
      ),
  });
}

function columnPicker(app: App, view: ListView): Picker {
  const { kind } = view;
  const shown = () =>
    new Set(
      app.preferences.config.views[kind.name]?.columns ??
        kind.columns.filter((column) => column.wide !== true).map((column) => column.id),
    );
  return new Picker({
    title: `Columns of ${kind.title}`,
    items: () =>
      kind.columns.map((column) => ({
        label: `${shown().has(column.id) ? '[x]' : '[ ]'} ${column.title.toLowerCase()}`,
        note: column.id,
        run: () => {
          const next = shown();
          if (!next.delete(column.id)) next.add(column.id);
          const columns = kind.columns.map((one) => one.id).filter((id) => next.has(id));
          if (columns.length > 0)
            void app.preferences.configure((config) => ({
              ...config,
              views: { ...config.views, [kind.name]: { ...config.views[kind.name], columns } },
            }));
          return 'stay' as const;
        },
      })),
  });
}
