/** Wakes one loop that waits for work. A call of `wake` while nothing waits has no effect. */
export class WakeSignal {
  #resolve: () => void = () => {};

  wake(): void {
    this.#resolve();
  }

  /** Resolves on `wake`, when the signal aborts or, if there is a timeout, after it. */
  wait(signal: AbortSignal, timeoutMs?: number): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = timeoutMs === undefined ? undefined : setTimeout(() => end(), timeoutMs);
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        this.#resolve = () => {};
        resolve();
      };
      this.#resolve = end;
      signal.addEventListener('abort', end);
    });
  }
}
