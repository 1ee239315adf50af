const KEYS_MAX = 4096;
const TURN_MS = 60_000;

/**
 * Digests of keys that were valid lately, so that a key in use is not hashed at each request. Whether a key is valid now is not kept
 * here: its digest is looked up each time, so that a revoked key is refused at once. The timing of a look-up reveals no more than that
 * of its digest, since V8 hashes strings with a seed of the process.
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
