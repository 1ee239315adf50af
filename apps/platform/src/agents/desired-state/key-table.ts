import { createHash } from 'node:crypto';
import type { ApiKeyRecord } from '@portolan/contract/desired-state';

/** Number of changes that are kept; agents further behind receive the whole table. */
const LOG_MAX = 20_000;
const MODULUS = 1n << 256n;

export interface KeyPatch {
  readonly upsert: ApiKeyRecord[];
  readonly remove: string[];
}

/**
 * The keys of a workspace with a digest of them all and a memory of what changed last. A change costs what it changes:
 * the digest is the sum of the records' hashes (an additive set hash), which does not depend on the order they came in.
 */
export class KeyTable {
  readonly #texts = new Map<string, string>();
  /** Ids by the version that changed them, oldest first. */
  readonly #log: { readonly version: number; readonly id: string }[] = [];
  #sum = 0n;
  #version = 0;
  /** Changes after this version are known. */
  #floor = 0;

  /** Grows with every change. */
  get version(): number {
    return this.#version;
  }

  /** Equal for equal content, on every replica. */
  get digest(): string {
    return this.#sum.toString(16);
  }

  ids(): IterableIterator<string> {
    return this.#texts.keys();
  }

  set(record: ApiKeyRecord): void {
    const text = JSON.stringify(record);
    const before = this.#texts.get(record.id);
    if (before === text) return;
    this.#texts.set(record.id, text);
    this.#changed(record.id, hashOf(text) - (before === undefined ? 0n : hashOf(before)));
  }

  delete(id: string): void {
    const before = this.#texts.get(id);
    if (before === undefined) return;
    this.#texts.delete(id);
    this.#changed(id, -hashOf(before));
  }

  all(): ApiKeyRecord[] {
    return Array.from(this.#texts.values(), parse);
  }

  /** What leads from an earlier version to the present; null when that is not remembered. */
  patchSince(version: number): KeyPatch | null {
    if (version < this.#floor) return null;
    const upsert: ApiKeyRecord[] = [];
    const remove: string[] = [];
    for (const id of this.#idsSince(version)) {
      const text = this.#texts.get(id);
      if (text === undefined) remove.push(id);
      else upsert.push(parse(text));
    }
    return { upsert, remove };
  }

  #idsSince(version: number): Set<string> {
    const ids = new Set<string>();
    for (let at = this.#log.length - 1; at >= 0; at -= 1) {
      const entry = this.#log[at];
      if (!entry || entry.version <= version) break;
      ids.add(entry.id);
    }
    return ids;
  }

  #changed(id: string, difference: bigint): void {
    this.#sum = (this.#sum + difference + MODULUS) % MODULUS;
    this.#version += 1;
    this.#log.push({ version: this.#version, id });
    if (this.#log.length < 2 * LOG_MAX) return;
    this.#log.splice(0, LOG_MAX);
    this.#floor = (this.#log[0]?.version ?? this.#version) - 1;
  }
}

function hashOf(text: string): bigint {
  return BigInt(`0x${createHash('sha256').update(text).digest('hex')}`);
}

function parse(text: string): ApiKeyRecord {
  return JSON.parse(text) as ApiKeyRecord; // written by `set`
}
