const KEYS_MAX = 4096;
const TURN_MS = 60_000;

/**
 * Digests of keys that proved good lately, which spares hashing a key in use at each of its requests. It says nothing of whether a
 * key is good now: its digest is looked up each time, so that a key taken back is refused at once. Looking a key up here tells an
 * observer no more than looking up its digest: V8 hashes strings with a seed of the process's own.
 */
export class KnownDigests {
  #recent = new Map<string, string>();
  /** Those of the turn before; keys that are in use move on, the rest are forgotten with it. */
  #older = new Map<string, string>();
  #turnAt = 0;

  find(key: string, now: number): string | undefined {
    if (now >= this.#turnAt) this.#turn(now);
    const digest = this.#recent.get(key);
    if (digest !== undefined) return digest;
    const older = this.#older.get(key);
    if (older !== undefined) this.add(key, older, now);
    return older;
  }

  add(key: string, digest: string, now: number): void {
    if (this.#recent.size >= KEYS_MAX) this.#turn(now);
    this.#recent.set(key, digest);
  }

  #turn(now: number): void {
    const isLate = now >= this.#turnAt + TURN_MS;
    this.#older = isLate ? new Map() : this.#recent;
    this.#recent = new Map();
    this.#turnAt = now + TURN_MS;
  }
}
