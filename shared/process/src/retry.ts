import { setTimeout as delay } from 'node:timers/promises';

export interface BackoffOptions {
  /** Upper bound of the first wait. */
  readonly baseMs: number;
  /** Upper bound of every wait. */
  readonly capMs: number;
  /** Part of each wait that is not random, 0 to 1, so that failures without delay never become a busy loop. */
  readonly floor?: number;
}

/**
 * Returns milliseconds to wait before attempt `attempt` (from 0): random between the floor and a bound that doubles up to
 * the cap, so that many clients do not return at the same moment ("full jitter").
 */
export function fullJitter(
  { baseMs, capMs, floor = 0 }: BackoffOptions,
  attempt: number,
  random: () => number = Math.random,
): number {
  const bound = Math.min(capMs, baseMs * 2 ** Math.max(0, attempt));
  return bound * floor + random() * bound * (1 - floor);
}

/** Counts failures in a row and waits longer after each. */
export class Backoff {
  readonly #options: BackoffOptions;
  #failures = 0;

  constructor(options: BackoffOptions) {
    this.#options = options;
  }

  /** Starts again with the shortest wait. */
  reset(): void {
    this.#failures = 0;
  }

  /** Returns the next wait in milliseconds and counts a failure. */
  next(): number {
    const waitMs = fullJitter(this.#options, this.#failures);
    this.#failures += 1;
    return waitMs;
  }

  /** Waits; ends early, without an error, when the signal aborts. */
  async wait(signal: AbortSignal): Promise<void> {
    await delay(this.next(), undefined, { signal }).catch(() => {});
  }
}

export interface RetryOptions extends BackoffOptions {
  /** Attempts in all; the error of the last one is thrown. */
  readonly attemptsMax: number;
  readonly signal: AbortSignal;
  /** Returns whether another attempt may succeed; default: always. */
  readonly isRetryable?: (error: unknown) => boolean;
}

/** Calls `attempt` until it resolves, with a wait after each failure. Throws the last error, or the signal's reason. */
export async function retry<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const backoff = new Backoff(options);
  for (let attempts = 1; ; attempts += 1) {
    options.signal.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      if (attempts >= options.attemptsMax || options.isRetryable?.(error) === false) throw error;
    }
    await backoff.wait(options.signal);
  }
}
