import type { ChangeEvent } from '@portolan/contract/events';
import type { Kind, Session } from '../kinds/kind.ts';
import { filterRows, formatSort, parseFor, sortRows, type Sort } from './sort-rows.ts';
import type { Busy } from './busy.ts';
import { ListStore } from './list-store.ts';

const FROZEN_MS = 800;

/** Which rows of a kind are wanted, and in which order. */
export interface ListSelection {
  readonly kind: Kind;
  readonly filter: string;
  readonly sort: Sort;
}

interface Arranged {
  readonly store: ListStore;
  readonly version: number;
  readonly filter: string;
  readonly sort: string;
  readonly rows: readonly unknown[];
  /** Where each object is in `rows`. */
  readonly index: Pick<ReadonlyMap<string, number>, 'get'>;
}

/** All rows of a store in one order; filters come and go over it. */
interface Sorted {
  readonly store: ListStore;
  readonly version: number;
  readonly sort: string;
  readonly rows: readonly unknown[];
}

/** Every list this session has looked at, and the order its rows are in. */
export class Lists {
  readonly #from: { session: Session; busy: Busy; changed: () => void };
  readonly #stores = new Map<string, ListStore>();
  readonly #arranged = new Map<Kind, Arranged>();
  readonly #sorted = new Map<Kind, Sorted>();
  #movedAt = 0;
  #isPaused = false;

  constructor(from: { session: Session; busy: Busy; changed: () => void }) {
    this.#from = from;
  }

  /** All rows of a kind. */
  of(kind: Kind): ListStore {
    return this.#store(kind, kind.name, {});
  }

  /** The store a view reads: all rows, or what the platform selects where there are too many to hold. */
  for(view: ListSelection): ListStore {
    const all = this.of(view.kind);
    const isPlain = view.filter === '' && formatSort(view.sort) === view.kind.sort;
    if (isPlain || all.status.state === 'loading' || all.status.isComplete || all.status.total === 0)
      return all;
    const sort = formatSort(view.sort);
    if (!parseFor(view.kind, view.filter).ok) return all;
    return this.#store(view.kind, `${view.kind.name} ${sort} ${view.filter}`, {
      sort,
      ...(view.filter === '' ? {} : { filter: view.filter }),
    });
  }

  /** The rows of a view in their order; the order holds still while the cursor moves. */
  arranged(view: ListSelection, now: number): Arranged {
    const store = this.for(view);
    const sort = formatSort(view.sort);
    const known = this.#arranged.get(view.kind);
    const isSame = known?.store === store && known.filter === view.filter && known.sort === sort;
    if (known && isSame && (known.version === store.version || this.#isPaused)) return known;
    const parsed = parseFor(view.kind, view.filter);
    const filter = parsed.ok ? parsed.filter : { terms: [] };
    const ordered = filterRows(view.kind, this.#sort(view, store), { filter, now });
    const rows =
      known && isSame && now - this.#movedAt < FROZEN_MS
        ? keepOrder(view.kind, known.rows, ordered)
        : ordered;
    const index = new Index(view.kind, rows);
    const arranged: Arranged = { store, version: store.version, filter: view.filter, sort, rows, index };
    this.#arranged.set(view.kind, arranged);
    return arranged;
  }

  /** Tells that the cursor moved: rows must not jump under it. */
  moved(now: number): void {
    this.#movedAt = now;
  }

  pause(isPaused: boolean): void {
    this.#isPaused = isPaused;
  }

  onChange(change: ChangeEvent): void {
    for (const store of this.#stores.values())
      if (store.kind.topics.includes(change.topic)) store.onChange(change);
  }

  /** Only lists on screen poll. */
  show(visible: ReadonlySet<Kind>): void {
    for (const store of this.#stores.values()) store.setVisible(visible.has(store.kind));
  }

  refreshAll(): void {
    for (const store of this.#stores.values()) void store.refresh();
  }

  close(): void {
    for (const store of this.#stores.values()) store.close();
  }

  #sort(view: ListSelection, store: ListStore): readonly unknown[] {
    const { version } = store;
    const sort = formatSort(view.sort);
    const known = this.#sorted.get(view.kind);
    if (known?.store === store && known.version === version && known.sort === sort) return known.rows;
    const rows = sortRows(view.kind, store.rows, view.sort);
    this.#sorted.set(view.kind, { store, version, sort, rows });
    return rows;
  }

  #store(kind: Kind, key: string, query: { filter?: string; sort?: string }): ListStore {
    const known = this.#stores.get(key);
    if (known) return known;
    const store = new ListStore(kind, query, this.#from);
    this.#stores.set(key, store);
    void store.refresh();
    return store;
  }
}

/** Where each object is among rows. While a filter is typed nobody asks twice, so that it is looked up only from then on. */
class Index {
  readonly #kind: Kind;
  readonly #rows: readonly unknown[];
  #places: ReadonlyMap<string, number> | null | undefined;

  constructor(kind: Kind, rows: readonly unknown[]) {
    this.#kind = kind;
    this.#rows = rows;
  }

  get(id: string): number | undefined {
    if (id === '') return undefined;
    if (this.#places === undefined) {
      this.#places = null;
      const place = this.#rows.findIndex((row) => this.#kind.id(row) === id);
      return place < 0 ? undefined : place;
    }
    this.#places ??= new Map(this.#rows.map((row, at) => [this.#kind.id(row), at]));
    return this.#places.get(id);
  }
}

/** The new rows where the old ones were; what is new comes last until the cursor rests. */
function keepOrder(kind: Kind, before: readonly unknown[], after: readonly unknown[]): readonly unknown[] {
  const fresh = new Map(after.map((row) => [kind.id(row), row]));
  const kept = before.flatMap((row) => {
    const id = kind.id(row);
    const update = fresh.get(id);
    fresh.delete(id);
    return update === undefined ? [] : [update];
  });
  return [...kept, ...fresh.values()];
}
