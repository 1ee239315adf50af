/** Half of the places are for names of the minute before, so that newcomers do not push out those who keep calling. */
const KEPT_SHARE = 0.5;

/** Chooses the names that are counted by themselves where there may be any number: no more than `max` in a minute. */
export class BoundedNames {
  readonly #max: number;
  #kept: ReadonlySet<string> = new Set();
  /** Names of this minute, in order of their first request. */
  #admitted = new Set<string>();
  #newcomers = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** Returns whether a name is counted separately. */
  admit(name: string): boolean {
    if (this.#admitted.has(name)) return true;
    const isKept = this.#kept.has(name);
    if (!isKept && this.#newcomers >= this.#max - this.#kept.size) return false;
    if (!isKept) this.#newcomers += 1;
    this.#admitted.add(name);
    return true;
  }

  endMinute(): void {
    // Those who have been calling for longer come first, then those who called first.
    const returning = [...this.#admitted].filter((name) => this.#kept.has(name));
    const others = [...this.#admitted].filter((name) => !this.#kept.has(name));
    this.#kept = new Set([...returning, ...others].slice(0, Math.floor(this.#max * KEPT_SHARE)));
    this.#admitted = new Set();
    this.#newcomers = 0;
  }
}
