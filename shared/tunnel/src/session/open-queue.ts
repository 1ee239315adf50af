import { Fifo } from '../yamux/fifo.ts';

/** Opens now or, while the peer owes too many ACKs, later: first come, first served. */
export class OpenQueue<T> {
  readonly #waiting = new Fifo<PromiseWithResolvers<T>>();
  readonly #hasSlot: () => boolean;
  readonly #open: () => T;

  constructor(hasSlot: () => boolean, open: () => T) {
    this.#hasSlot = hasSlot;
    this.#open = open;
  }

  async open(): Promise<T> {
    if (this.#waiting.length === 0 && this.#hasSlot()) return this.#open();
    const waiter = Promise.withResolvers<T>();
    this.#waiting.push(waiter);
    return await waiter.promise;
  }

  /** Serves those who wait as far as there is room; to be called whenever room may have appeared. */
  admit(): void {
    while (this.#hasSlot()) {
      const waiter = this.#waiting.shift();
      if (!waiter) return;
      try {
        waiter.resolve(this.#open());
      } catch (error) {
        waiter.reject(error);
      }
    }
  }

  rejectAll(error: Error): void {
    for (let waiter = this.#waiting.shift(); waiter; waiter = this.#waiting.shift()) waiter.reject(error);
  }
}
