type Close = () => unknown;

/** Collects what a program has opened and closes it in reverse order. */
export class Closers {
  readonly #closers: Close[] = [];

  /** Adds functions that close something; they may return a promise. */
  add(...closers: readonly Close[]): void {
    this.#closers.push(...closers);
  }

  /** Runs each closer once, the last added first. One that throws or rejects is reported and does not stop the others. */
  async close(onError: (error: unknown) => void): Promise<void> {
    for (const close of this.#closers.splice(0).toReversed()) {
      try {
        await close();
      } catch (error) {
        onError(error);
      }
    }
  }
}
