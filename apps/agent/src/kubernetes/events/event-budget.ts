import { monotonicMs } from '../leader/monotonic.ts';

const BURST = 5;
const REFILL_MS = 60_000;
const OBJECTS_MAX = 10_000;

/** Limits the Events of each object to one a minute, after a few at once when it is new. */
export class EventBudget {
  readonly #tokens = new Map<string, { left: number; atMs: number }>();

  /** Returns whether an object may have another Event, and counts it. */
  take(object: string): boolean {
    const now = monotonicMs();
    const known = this.#tokens.get(object) ?? { left: BURST, atMs: now };
    const left = Math.min(BURST, known.left + (now - known.atMs) / REFILL_MS);
    this.#tokens.delete(object);
    if (this.#tokens.size >= OBJECTS_MAX) this.#forgetOldest();
    this.#tokens.set(object, { left: left >= 1 ? left - 1 : left, atMs: now });
    return left >= 1;
  }

  #forgetOldest(): void {
    const [oldest] = this.#tokens.keys();
    if (oldest !== undefined) this.#tokens.delete(oldest);
  }
}
