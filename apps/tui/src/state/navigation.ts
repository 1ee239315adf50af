import type { Kind } from '@portolan/console/kinds/kind';
import { formatSort, parseFor } from '@portolan/console/lists/sort-rows';
import type { Details } from '@portolan/console/lists/details';
import type { Lists } from '@portolan/console/lists/lists';
import { EVERYTHING, scopedFilter, type Scope } from '@portolan/console/lists/scope';
import { withContext, type Seen } from './context-rows.ts';
import type { Preferences } from './preferences.ts';
import {
  amend,
  currentView,
  listView,
  newTrail,
  push,
  type ListView,
  type PreviewState,
  type Trail,
  type View,
} from './views.ts';

/** A cursor that has not moved for this long has arrived. */
const REST_MS = 80;
const FILTERS_MAX = 30;

export interface NavigationOptions {
  readonly lists: Lists;
  readonly details: () => Details;
  readonly preferences: Preferences;
  readonly now: () => number;
  readonly changed: () => void;
}

/** The tabs, the way through views in each of them, and which rows of a list are seen and selected. */
export class Navigation {
  readonly #options: NavigationOptions;
  trails: readonly Trail[] = [newTrail()];
  tab = 0;
  preview: PreviewState = { side: 'right', isOn: true, isZoomed: false };
  scope: Scope = EVERYTHING;
  /** The row the cursor left when it began to move, '' when it was on none; null while it rests. */
  movingFrom: string | null = null;
  /** Filters used before, by kind, the newest last. */
  readonly filters: Record<string, readonly string[]> = {};
  /** Rows around found ones, kept because they are drawn many times. */
  #around: { readonly key: string; readonly seen: Seen } | null = null;
  #rest: NodeJS.Timeout | undefined;

  constructor(options: NavigationOptions) {
    this.#options = options;
  }

  get trail(): Trail {
    return this.trails[this.tab] ?? newTrail();
  }
  get view(): View {
    return currentView(this.trail);
  }

  setTrail(trail: Trail): void {
    this.trails = this.trails.with(this.tab, trail);
    const { view } = this;
    const { lists, changed } = this.#options;
    lists.show(new Set(view.type === 'list' || view.type === 'detail' ? [view.kind] : []));
    changed();
  }

  /** Opens a view as a new step. */
  open(view: View): void {
    this.setTrail(push(this.trail, view));
  }

  openList(kind: Kind, filter = ''): void {
    const saved = this.#options.preferences.config.views[kind.name];
    this.open(listView(kind, { filter, sort: saved?.sort ?? kind.sort, isWide: saved?.wide ?? false }));
  }

  /** Changes the current view without a new step. */
  setView(view: View): void {
    this.setTrail(amend(this.trail, view));
  }

  /** Filters the current list; each letter may put another row under the cursor. */
  setFilter(filter: string): void {
    const { view } = this;
    if (view.type !== 'list') return;
    this.cursorMoves(view.cursor ?? '');
    this.setView({ ...view, filter });
  }

  rememberFilter(filter: string): void {
    const { view } = this;
    if (view.type !== 'list' || filter === '') return;
    const known = this.filters[view.kind.name] ?? [];
    this.filters[view.kind.name] = [...known.filter((one) => one !== filter), filter].slice(-FILTERS_MAX);
  }

  /** Notes that the cursor moves: until it rests the preview stays where it was and reads nothing. */
  cursorMoves(from: string): void {
    this.movingFrom ??= from;
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => {
      this.movingFrom = null;
      this.#options.changed();
    }, REST_MS);
  }

  /** Returns the rows of a list in their order, and the place of the cursor among them. */
  rows(view: ListView): { readonly rows: readonly unknown[]; readonly at: number } {
    const { rows, index } = this.seen(view);
    const at = view.cursor === null ? 0 : (index.get(view.cursor) ?? 0);
    return { rows, at };
  }

  /** Returns the rows of a list within the scope and around those its filter finds, and the place of each. */
  seen(view: ListView): Seen {
    const { lists, now } = this.#options;
    const scoped = this.scoped(view);
    if (view.context === 0 || view.filter === '') return lists.arranged(scoped, now());
    const { version } = lists.for(scoped);
    const key = [view.kind.name, version, scoped.filter, formatSort(view.sort), view.context].join(' ');
    if (this.#around?.key === key) return this.#around.seen;
    const found = lists.arranged(scoped, now());
    const all = lists.arranged(this.scoped({ ...view, filter: '' }), now());
    const seen = withContext(view.kind, { all: all.rows, found: found.rows }, view.context);
    this.#around = { key, seen };
    return seen;
  }

  /** Returns a list view with the scope added to its filter. */
  scoped(view: ListView): ListView {
    // A filter that cannot be parsed is left out, but the scope stays.
    const filter = parseFor(view.kind, view.filter).ok ? view.filter : '';
    return { ...view, filter: scopedFilter(this.scope, view.kind, filter) };
  }

  /** Returns the rows a command is for: the marked ones, or the one under the cursor, or the one in detail. */
  targets<T>(kind: Kind<T>): readonly T[] {
    const { view } = this;
    if (view.type === 'detail' && view.kind.name === kind.name) {
      const row = this.rowOf(view.kind, view.id);
      // The view's kind is the asked kind, so its rows are of its type.
      return row === null ? [] : [row as T];
    }
    if (view.type !== 'list' || view.kind.name !== kind.name) return [];
    const { rows, at } = this.rows(view);
    const { index } = this.seen(view);
    const marked = [...view.marks].flatMap((id) => index.get(id) ?? []).toSorted((a, b) => a - b);
    return (marked.length > 0 ? marked.map((place) => rows[place]) : rows.slice(at, at + 1)) as readonly T[];
  }

  /** Returns an object by its id, from the list or from its own reading; null when neither has it. */
  rowOf(kind: Kind, id: string): unknown {
    const listed = this.#options.lists.of(kind).rows.find((row) => kind.id(row) === id);
    return listed ?? this.#options.details().get(kind, id, undefined).row;
  }

  /** Reads the list again and puts its cursor on an object just created, so that the next key is about it. */
  async showCreated(kind: Kind, id: string): Promise<void> {
    await this.#options.lists.of(kind).refresh();
    const { view } = this;
    if (view.type === 'list' && view.kind === kind) this.setView({ ...view, cursor: id });
  }

  clearMarks(): void {
    const { view } = this;
    if (view.type === 'list' && view.marks.size > 0)
      this.setView({ ...view, marks: new Set(), rangeFrom: null });
  }

  close(): void {
    clearTimeout(this.#rest);
  }
}
