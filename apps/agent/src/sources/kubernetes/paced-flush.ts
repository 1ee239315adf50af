/** Changes come in bursts; one look serves them all. */
const GATHER_MS = 10;
const GATHER_MS_MAX = 2_000;
/** Parts of the time that is left to everything else, for each that is spent on changes. */
const REST = 3;

/** Calls a function soon after it was asked for, and the less often the longer it takes: a storm of changes costs a quarter of a core. */
export class PacedFlush {
  readonly #flush: () => void;
  #timer: NodeJS.Timeout | null = null;
  #lastMs = 0;
  #isClosed = false;

  constructor(flush: () => void) {
    this.#flush = flush;
  }

  request(): void {
    if (this.#timer !== null || this.#isClosed) return;
    const waitMs = Math.min(GATHER_MS_MAX, Math.max(GATHER_MS, REST * this.#lastMs));
    this.#timer = setTimeout(() => this.now(), waitMs);
  }

  now(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#isClosed) return;
    const startedAt = performance.now();
    this.#flush();
    this.#lastMs = performance.now() - startedAt;
  }

  close(): void {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }
}
