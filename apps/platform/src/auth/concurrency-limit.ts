import pLimit, { type LimitFunction } from 'p-limit';
import { AppError } from '../app-error.ts';

export interface ConcurrencyOptions {
  /** Maximum number of concurrent runs in this process. */
  readonly atOnce: number;
  /** Maximum number of concurrent runs of one client. */
  readonly perClient: number;
  /** Maximum number of queued runs of one client; further runs are rejected. */
  readonly waitingPerClient: number;
}

/**
 * Limits how many runs of expensive work are active at once. Clients are served in turn, so that one client delays others by
 * one run at most.
 */
export class ConcurrencyLimit {
  readonly #options: ConcurrencyOptions;
  readonly #all: LimitFunction;
  readonly #clients = new Map<string, LimitFunction>();

  constructor(options: ConcurrencyOptions) {
    this.#options = options;
    this.#all = pLimit(options.atOnce);
  }

  /** Runs `work` when a slot is free. @throws AppError `too-many-requests` when the client's queue is full. */
  async run<T>(client: string, work: () => Promise<T>): Promise<T> {
    const own = this.#clients.get(client) ?? pLimit(this.#options.perClient);
    if (own.pendingCount >= this.#options.waitingPerClient) {
      throw new AppError('too-many-requests', 'You have sent too many concurrent requests.', {
        fix: 'Try again in a few seconds.',
        retryAfterSeconds: 5,
      });
    }
    this.#clients.set(client, own);
    try {
      return await own(() => this.#all(work));
    } finally {
      // The limiter counts a run as active until after its promise has settled.
      setImmediate(() => {
        if (own.activeCount + own.pendingCount === 0 && this.#clients.get(client) === own)
          this.#clients.delete(client);
      });
    }
  }
}
