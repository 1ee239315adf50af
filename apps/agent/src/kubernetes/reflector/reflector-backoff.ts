import { setTimeout as delay } from 'node:timers/promises';

/** A server that asks for more patience than this is asked again anyway. */
const RETRY_AFTER_MS_MAX = 60_000;

export interface BackoffTiming {
  readonly baseMs: number;
  readonly capMs: number;
  /** Without a failure for this long, waits begin with the shortest again. */
  readonly quietMs: number;
}

/** Those of client-go's reflector (tools/cache/reflector.go). */
export const CLIENT_GO_BACKOFF: BackoffTiming = { baseMs: 800, capMs: 30_000, quietMs: 120_000 };

/** Waits longer after each failure, with a jitter that doubles at most. A success alone does not shorten it: some last a second. */
export class ReflectorBackoff {
  readonly #timing: BackoffTiming;
  #failures = 0;
  #lastAt = -Infinity;

  constructor(timing: BackoffTiming) {
    this.#timing = timing;
  }

  /** Waits, at least as long as the server asked; ends early when the signal aborts. */
  async wait(signal: AbortSignal, retryAfterMs: number | null): Promise<void> {
    const { baseMs, capMs, quietMs } = this.#timing;
    const now = performance.now();
    if (now - this.#lastAt > quietMs) this.#failures = 0;
    const bound = Math.min(capMs, baseMs * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 30);
    const waitMs = bound * (1 + Math.random());
    const askedMs = Math.min(retryAfterMs ?? 0, RETRY_AFTER_MS_MAX);
    await delay(Math.max(waitMs, askedMs), undefined, { signal }).catch(() => undefined);
    this.#lastAt = performance.now();
  }
}
