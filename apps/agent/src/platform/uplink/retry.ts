import { setTimeout as delay } from 'node:timers/promises';

export interface RetryPace {
  readonly baseMs: number;
  readonly capMs: number;
}

/** Waits with full jitter that doubles from failure to failure, until told that something worked. */
export class Backoff {
  readonly #pace: RetryPace;
  #failures = 0;

  constructor(pace: RetryPace) {
    this.#pace = pace;
  }

  reset(): void {
    this.#failures = 0;
  }

  /** Ends early, without an error, when the signal aborts. */
  async wait(signal: AbortSignal): Promise<void> {
    const ceiling = Math.min(this.#pace.capMs, this.#pace.baseMs * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 30);
    // Never quite zero: a failure that comes at once must not become a busy loop.
    const waitMs = ceiling / 10 + Math.random() * ceiling * 0.9;
    await delay(waitMs, undefined, { signal }).catch(() => {});
  }
}
