import { TIMING } from './elector.ts';
import { monotonicMs } from './monotonic.ts';

/**
 * Until when this process may write, in memory that the thread which renews the lease shares with the one that writes: a busy
 * event loop sees renewals that it was not yet notified of.
 */
export class LeaseDeadline {
  readonly memory: SharedArrayBuffer;
  /** Microseconds of the monotonic clock, and milliseconds of the time of day at the renewal. */
  readonly #cells: BigInt64Array;

  constructor(memory = new SharedArrayBuffer(2 * BigInt64Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.#cells = new BigInt64Array(memory);
  }

  /** Allows writing, counted from when the renewal was sent. */
  extend(heldSinceMs: number): void {
    const passedMs = monotonicMs() - heldSinceMs;
    Atomics.store(this.#cells, 1, BigInt(Math.floor(Date.now() - passedMs)));
    Atomics.store(this.#cells, 0, BigInt(Math.floor((heldSinceMs + TIMING.renewWithinMs) * 1000)));
  }

  /** Ends the permission. */
  end(): void {
    Atomics.store(this.#cells, 0, 0n);
  }

  /**
   * Returns for how many whole milliseconds writing is allowed; 0 when it is not. The time of day can only shorten it: it goes on while
   * a machine sleeps, which the monotonic clock may not.
   */
  leftMs(): number {
    const left = Number(Atomics.load(this.#cells, 0)) / 1000 - monotonicMs();
    const passed = Date.now() - Number(Atomics.load(this.#cells, 1));
    return Math.max(0, Math.floor(Math.min(left, TIMING.renewWithinMs - passed)));
  }
}
