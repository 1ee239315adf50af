import pLimit, { type LimitFunction } from 'p-limit';
import { AppError } from '../app-error.ts';

export interface ConcurrencyOptions {
  /** Runs at once in this process. */
  readonly atOnce: number;
  /** Runs at once of one client. */
  readonly perClient: number;
  /** Runs of one client that may wait for their turn; further ones are refused. */
  readonly waitingPerClient: number;
}

/** Runs expensive work a few at a time. Clients take turns: however much one of them asks for, others wait for one run of its. */
export class ConcurrencyLimit {
  readonly #options: ConcurrencyOptions;
  readonly #all: LimitFunction;
  readonly #clients = new Map<string, LimitFunction>();

  constructor(options: ConcurrencyOptions) {
    this.#options = options;
    this.#all = pLimit(options.atOnce);
  }

  /** @throws AppError `too-many-requests` when too many runs of the client wait already. */
  async run<T>(client: string, work: () => Promise<T>): Promise<T> {
    const own = this.#clients.get(client) ?? pLimit(this.#options.perClient);
    if (own.pendingCount >= this.#options.waitingPerClient) {
      throw new AppError('too-many-requests', 'There are too many requests of yours at once.', {
        fix: 'Try again in a few seconds.',
        retryAfterSeconds: 5,
      });
    }
    this.#clients.set(client, own);
    try {
      return await own(() => this.#all(work));
    } finally {
      // The limit counts a run as active until after its promise is settled.
      setImmediate(() => {
        if (own.activeCount + own.pendingCount === 0 && this.#clients.get(client) === own)
          this.#clients.delete(client);
      });
    }
  }
}
