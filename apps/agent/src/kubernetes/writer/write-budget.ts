import { monotonicMs } from '../leader/monotonic.ts';

const WRITES_MAX = 5;
const WINDOW_MS = 10 * 60_000;

interface Spent {
  readonly intent: string;
  readonly timesMs: readonly number[];
}

/** Ends a fight with another controller: after some writes of the same content, an object is left alone for a while. */
export class WriteBudget {
  readonly #spent = new Map<string, Spent>();

  /** Returns whether an object may be written; content that was not written before always may. */
  allows(key: string, intent: string): boolean {
    return this.#recent(key, intent).length < WRITES_MAX;
  }

  /** Counts a write. */
  count(key: string, intent: string): void {
    this.#spent.set(key, { intent, timesMs: [...this.#recent(key, intent), monotonicMs()] });
  }

  /** Forgets objects that are no longer written. */
  keep(keys: ReadonlySet<string>): void {
    for (const key of this.#spent.keys()) if (!keys.has(key)) this.#spent.delete(key);
  }

  #recent(key: string, intent: string): readonly number[] {
    const spent = this.#spent.get(key);
    if (spent?.intent !== intent) return [];
    const since = monotonicMs() - WINDOW_MS;
    return spent.timesMs.filter((time) => time > since);
  }
}
