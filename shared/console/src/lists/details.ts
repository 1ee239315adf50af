import { PlatformError } from '@portolan/contract/client';
import type { Topic } from '@portolan/contract/events';
import { inText } from '../kinds/format.ts';
import { findRow, type Kind, type Session, type Tab } from '../kinds/kind.ts';
import { TabReadings, type TabReading } from './tab-readings.ts';
import type { Busy } from './busy.ts';

export interface Detail {
  readonly row: unknown;
  /** Null until the first reading is there. */
  readonly loaded: unknown;
  readonly isGone: boolean;
}

/** What details show beyond their row, for the few objects looked at last. */
export class Details {
  readonly #session: Session;
  readonly #busy: Busy;
  readonly #changed: () => void;
  readonly #isMoving: () => boolean;
  readonly #failed: (error: unknown, what: string) => void;
  readonly #tabs: TabReadings;
  readonly #entries = new Map<string, { kind: Kind; detail: Detail; stop: AbortController }>();

  constructor(from: {
    session: Session;
    busy: Busy;
    changed: () => void;
    isMoving: () => boolean;
    failed: (error: unknown, what: string) => void;
  }) {
    this.#session = from.session;
    this.#busy = from.busy;
    this.#changed = from.changed;
    this.#isMoving = from.isMoving;
    this.#failed = from.failed;
    this.#tabs = new TabReadings(from);
  }

  /** What a tab of an object reads beyond its own blocks; it begins when the tab is first looked at. */
  tab(kind: Kind, id: string, tab: Tab): TabReading {
    return this.#tabs.get(`${kind.name}/${id}`, { topics: kind.topics, ...tab });
  }

  /**
   * The detail of an object, reading it when it is not known yet, unless the cursor is on its way elsewhere. `row` is the
   * one in the list, if it is there.
   */
  get(kind: Kind, id: string, row: unknown): Detail {
    const key = `${kind.name}/${id}`;
    const entry = this.#entries.get(key);
    if (entry) {
      if (row !== undefined && row !== entry.detail.row) {
        entry.detail = { ...entry.detail, row, isGone: false };
        void this.#load(key);
      }
      return entry.detail;
    }
    const detail: Detail = { row: row ?? null, loaded: null, isGone: false };
    if (row !== undefined && this.#isMoving()) return detail;
    this.#entries.set(key, { kind, detail, stop: new AbortController() });
    this.#forgetOldest();
    void this.#load(key);
    return detail;
  }

  /** Reads again what an event may have changed. */
  onChange(topic: Topic): void {
    this.#tabs.onChange(topic);
    for (const [key, { kind }] of this.#entries) if (kind.topics.includes(topic)) void this.#load(key);
  }

  refresh(kind: Kind, id: string): void {
    this.#tabs.refresh(`${kind.name}/${id}`);
    void this.#load(`${kind.name}/${id}`);
  }

  close(): void {
    this.#tabs.close();
    for (const { stop } of this.#entries.values()) stop.abort();
  }

  async #load(key: string): Promise<void> {
    const entry = this.#entries.get(key);
    if (!entry) return;
    entry.stop.abort();
    const stop = new AbortController();
    entry.stop = stop;
    const { kind } = entry;
    try {
      await this.#busy.track(this.#read(key, stop.signal));
    } catch (error) {
      if (stop.signal.aborted) return;
      // Deleted between the list and its own reading.
      if (error instanceof PlatformError && error.code === 'not-found') {
        entry.detail = { ...entry.detail, isGone: true };
        this.#changed();
      } else this.#failed(error, `read ${inText(kind.singular)} ${key.slice(kind.name.length + 1)}`);
    }
  }

  async #read(key: string, signal: AbortSignal): Promise<void> {
    const entry = this.#entries.get(key);
    if (!entry) return;
    const { kind } = entry;
    const row =
      entry.detail.row ?? (await findRow(kind, this.#session, key.slice(kind.name.length + 1), signal));
    if (row === null) {
      entry.detail = { ...entry.detail, isGone: true };
    } else {
      const loaded = (await kind.load?.(this.#session, row, signal)) ?? {};
      if (signal.aborted) return;
      entry.detail = { row: entry.detail.row ?? row, loaded, isGone: false };
    }
    this.#changed();
  }

  #forgetOldest(): void {
    const [oldest] = this.#entries.keys();
    if (this.#entries.size <= 20 || oldest === undefined) return;
    this.#entries.get(oldest)?.stop.abort();
    this.#entries.delete(oldest);
  }
}
