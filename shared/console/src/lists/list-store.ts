import type { ChangeEvent } from '@portolan/contract/events';
import { findRow, type Kind, type Query, type Session } from '../kinds/kind.ts';
import type { Busy } from './busy.ts';

const PAGE = 500;
/** Beyond this many rows the platform filters and sorts instead of the client. */
const ROWS_MAX = 10_000;
const COALESCE_MS = 100;
/** With more rows than this a small change is read by itself instead of the whole list again. */
const PATCH_FROM_ROWS = 1_000;
const PATCH_IDS_MAX = 20;
const RATES_MAX = 60;

export interface ListStatus {
  readonly state: 'loading' | 'ready' | 'failed';
  readonly error: unknown;
  /** When the rows were last known to be true; 0 before the first time. */
  readonly readAt: number;
  readonly total: number;
  readonly matched: number;
  /** Whether every row that matches is here. */
  readonly isComplete: boolean;
  /** What is missing from the rows, in one line; null when nothing is. */
  readonly note: string | null;
}

interface Reading {
  readonly at: number;
  readonly count: number;
  readonly rates: readonly number[];
}

/** The rows of one kind, kept as fresh as the platform's events and polling make them. */
export class ListStore<T = unknown> {
  readonly kind: Kind<T>;
  readonly #session: Session;
  readonly #query: Query;
  readonly #busy: Busy;
  readonly #changed: () => void;
  readonly #stop = new AbortController();
  readonly #readings = new Map<string, Reading>();
  #rows: readonly T[] = [];
  #status: ListStatus = {
    state: 'loading',
    error: null,
    readAt: 0,
    total: 0,
    matched: 0,
    isComplete: false,
    note: null,
  };
  #version = 0;
  #reading: Promise<void> | null = null;
  #isStale = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #poll: ReturnType<typeof setTimeout> | undefined;

  constructor(kind: Kind<T>, query: Query, from: { session: Session; busy: Busy; changed: () => void }) {
    this.kind = kind;
    this.#query = query;
    this.#session = from.session;
    this.#busy = from.busy;
    this.#changed = from.changed;
  }

  get rows(): readonly T[] {
    return this.#rows;
  }
  get status(): ListStatus {
    return this.#status;
  }
  /** Grows whenever the rows change. */
  get version(): number {
    return this.#version;
  }
  ratesOf(id: string): readonly number[] {
    return this.#readings.get(id)?.rates ?? [];
  }

  /** Reads everything again; while a reading is under way, once more after it. */
  refresh(): Promise<void> {
    if (this.#reading) {
      this.#isStale = true;
      return this.#reading.then(() => this.#reading ?? undefined);
    }
    this.#reading = this.#busy.track(this.#read()).finally(() => {
      this.#reading = null;
      if (!this.#isStale || this.#stop.signal.aborted) return;
      this.#isStale = false;
      void this.refresh();
    });
    return this.#reading;
  }

  /** Takes note of a change; several within a tenth of a second are read once. */
  onChange(change: ChangeEvent): void {
    const isSmall =
      this.#rows.length > PATCH_FROM_ROWS && change.ids.length > 0 && change.ids.length <= PATCH_IDS_MAX;
    if (isSmall && this.kind.find) {
      void this.#busy.track(this.#patch(change.ids));
      return;
    }
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.refresh();
    }, COALESCE_MS);
  }

  /** Polls while someone looks at it. */
  setVisible(isVisible: boolean): void {
    const { pollMs } = this.kind;
    if (isVisible && pollMs !== undefined) this.#poll ??= setInterval(() => void this.refresh(), pollMs);
    if (!isVisible) {
      clearInterval(this.#poll);
      this.#poll = undefined;
    }
  }

  close(): void {
    this.setVisible(false);
    clearTimeout(this.#timer);
    this.#stop.abort();
  }

  async #read(): Promise<void> {
    const { signal } = this.#stop;
    try {
      const rows: T[] = [];
      let cursor: string | undefined;
      for (;;) {
        const page = await this.kind.fetch(
          this.#session,
          { ...this.#query, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) },
          signal,
        );
        rows.push(...page.items);
        const isLast = page.next === null || rows.length >= ROWS_MAX;
        // A long list shows its first page at once and the rest when it is whole; a fresh one never shrinks.
        if (isLast || this.#rows.length === 0)
          this.#set(rows.slice(), {
            total: page.total,
            matched: page.matched,
            isComplete: page.next === null && page.isPart !== true,
            note: page.note ?? null,
          });
        if (isLast) return;
        cursor = page.next ?? undefined;
      }
    } catch (error) {
      if (signal.aborted) return;
      this.#status = { ...this.#status, state: 'failed', error };
      this.#changed();
    }
  }

  async #patch(ids: readonly string[]): Promise<void> {
    try {
      const found = await Promise.all(
        ids.map((id) => findRow(this.kind, this.#session, id, this.#stop.signal)),
      );
      const fresh = new Map(ids.map((id, at) => [id, found[at] ?? null]));
      const kept = this.#rows.flatMap((row) => {
        const id = this.kind.id(row);
        const update = fresh.get(id);
        fresh.delete(id);
        return update === undefined ? [row] : update === null ? [] : [update];
      });
      const added = [...fresh.values()].filter((row) => row !== null);
      const grown = kept.length + added.length - this.#rows.length;
      this.#set([...kept, ...added], {
        ...this.#status,
        total: this.#status.total + grown,
        matched: this.#status.matched + grown,
      });
    } catch {
      // The whole reading reports what is wrong, if it still is.
      void this.refresh();
    }
  }

  #set(rows: readonly T[], counts: Pick<ListStatus, 'total' | 'matched' | 'isComplete' | 'note'>): void {
    const now = Date.now();
    if (this.kind.counter) for (const row of rows) this.#measure(row, this.kind.counter(row), now);
    this.#rows = rows;
    const { total, matched, isComplete, note } = counts;
    this.#status = { state: 'ready', error: null, readAt: now, total, matched, isComplete, note };
    this.#version += 1;
    this.#changed();
  }

  #measure(row: T, count: number, now: number): void {
    const id = this.kind.id(row);
    const before = this.#readings.get(id);
    const seconds = before ? (now - before.at) / 1000 : 0;
    if (before && seconds < 0.5) return;
    const rates = before ? [...before.rates, Math.max(0, (count - before.count) / seconds)] : [];
    this.#readings.set(id, { at: now, count, rates: rates.slice(-RATES_MAX) });
  }
}
