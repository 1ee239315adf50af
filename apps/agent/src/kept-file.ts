import { createHash } from 'node:crypto';
import { readFile, rename } from 'node:fs/promises';
import { writeFileAtomic } from '@portolan/process/atomic-file';
import type { z } from 'zod';

/** A value found on disk; `previous` means that the newest copy is damaged or missing. */
export type Kept<T> = { readonly copy: 'current' | 'previous'; readonly value: T };

/**
 * Keeps one JSON value on disk that survives a crash at any moment: files are replaced atomically, and the former one is
 * kept as `.previous`. The first line is the SHA-256 of the rest. Load before saving: the current file becomes the
 * previous copy only if it was found whole.
 */
export class KeptFile<S extends z.ZodType> {
  readonly path: string;
  readonly #schema: S;
  #next: z.output<S> | null = null;
  #writing: Promise<void> | null = null;
  readonly #onDamaged: (path: string) => void;
  #isCurrentWhole = false;

  /** `onDamaged` is called when a file that is not whole is found while loading. */
  constructor(path: string, schema: S, onDamaged: (path: string) => void = () => {}) {
    this.path = path;
    this.#schema = schema;
    this.#onDamaged = onDamaged;
  }

  /** Returns the newest copy that is whole, or null when there is none. */
  async load(): Promise<Kept<z.output<S>> | null> {
    const current = await this.#read(this.path);
    this.#isCurrentWhole = current !== null;
    if (current !== null) return { copy: 'current', value: current };
    const previous = await this.#read(`${this.path}.previous`);
    return previous === null ? null : { copy: 'previous', value: previous };
  }

  /** Writes a value; of several saved while one is being written, only the last is written. Rejects when the disk refuses. */
  save(value: z.output<S>): Promise<void> {
    this.#next = value;
    this.#writing ??= this.#drain().finally(() => {
      this.#writing = null;
    });
    return this.#writing;
  }

  /** Resolves once nothing is being written. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  async #drain(): Promise<void> {
    while (this.#next !== null) {
      const value = this.#next;
      this.#next = null;
      await this.#write(JSON.stringify(value));
    }
  }

  async #write(text: string): Promise<void> {
    await writeFileAtomic(this.path, `${digest(text)}\n${text}`, {
      // Only a whole copy may become the previous one, or a damaged current file would push out the last valid one.
      beforeReplace: async () => {
        if (this.#isCurrentWhole) await rename(this.path, `${this.path}.previous`);
      },
    });
    this.#isCurrentWhole = true;
  }

  async #read(path: string): Promise<z.output<S> | null> {
    const content = await readFile(path, 'utf8').catch(() => null);
    if (content === null) return null;
    const end = content.indexOf('\n');
    const text = content.slice(end + 1);
    if (end >= 0 && digest(text) === content.slice(0, end)) {
      try {
        return this.#schema.parse(JSON.parse(text));
      } catch {
        // Written by another version, or not by the agent.
      }
    }
    this.#onDamaged(path);
    return null;
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
