const FAILURES_MAX = 10;
const SPAN_MS = 5 * 60_000;
const NAMES_MAX = 10_000;

/** Counts wrong passwords by name, so that nobody tries many: ten in five minutes. */
export class PasswordGuesses {
  readonly #failures = new Map<string, { count: number; until: number }>();

  isBlocked(name: string): boolean {
    const known = this.#failures.get(name.toLowerCase());
    return known !== undefined && known.until > performance.now() && known.count >= FAILURES_MAX;
  }

  note(name: string): void {
    const key = name.toLowerCase();
    const now = performance.now();
    const known = this.#failures.get(key);
    this.#failures.delete(key);
    const isOpen = known !== undefined && known.until > now;
    this.#failures.set(
      key,
      isOpen ? { ...known, count: known.count + 1 } : { count: 1, until: now + SPAN_MS },
    );
    const [oldest] = this.#failures.keys();
    if (this.#failures.size > NAMES_MAX && oldest !== undefined) this.#failures.delete(oldest);
  }
}
