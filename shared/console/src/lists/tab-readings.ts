import type { Topic } from '@portolan/contract/events';
import type { Block } from '../kinds/block.ts';
import type { Session, Tab } from '../kinds/kind.ts';
import type { Busy } from './busy.ts';

/** What a tab has read; `blocks` is null until it has, and stays what it was while it is read again. */
export interface TabReading {
  readonly blocks: readonly Block[] | null;
  readonly error: unknown;
}

interface Entry {
  reading: TabReading;
  readonly topics: readonly Topic[];
  isStale: boolean;
  stop: AbortController | null;
}

const KEPT_MAX = 40;

/** What tabs read by themselves, for those looked at last: read when looked at, and again once something changed. */
export class TabReadings {
  readonly #session: Session;
  readonly #busy: Busy;
  readonly #changed: () => void;
  readonly #entries = new Map<string, Entry>();

  constructor(from: { session: Session; busy: Busy; changed: () => void }) {
    this.#session = from.session;
    this.#busy = from.busy;
    this.#changed = from.changed;
  }

  get(object: string, tab: Tab & { readonly topics: readonly Topic[] }): TabReading {
    const key = `${object}#${tab.id}`;
    const entry = this.#entries.get(key) ?? this.#add(key, tab.topics);
    if (entry.isStale && entry.stop === null) void this.#busy.track(this.#read(entry, tab));
    return entry.reading;
  }

  /** What a change may have outdated is read again as soon as it is looked at. */
  onChange(topic: Topic): void {
    for (const entry of this.#entries.values()) if (entry.topics.includes(topic)) entry.isStale = true;
  }

  refresh(object: string): void {
    for (const [key, entry] of this.#entries) if (key.startsWith(`${object}#`)) entry.isStale = true;
  }

  close(): void {
    for (const { stop } of this.#entries.values()) stop?.abort();
  }

  #add(key: string, topics: readonly Topic[]): Entry {
    const entry: Entry = { reading: { blocks: null, error: null }, topics, isStale: true, stop: null };
    this.#entries.set(key, entry);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > KEPT_MAX && oldest !== undefined) {
      this.#entries.get(oldest)?.stop?.abort();
      this.#entries.delete(oldest);
    }
    return entry;
  }

  async #read(entry: Entry, tab: Tab): Promise<void> {
    const stop = new AbortController();
    entry.stop = stop;
    entry.isStale = false;
    try {
      const blocks = (await tab.read?.(this.#session, stop.signal)) ?? [];
      entry.reading = { blocks, error: null };
    } catch (error) {
      if (stop.signal.aborted) return;
      entry.reading = { ...entry.reading, error };
    } finally {
      entry.stop = null;
    }
    this.#changed();
  }
}
