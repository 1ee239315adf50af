import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { z } from 'zod';

/** What was found on disk; `previous` means that the newest copy was damaged or missing. */
export type Kept<T> = { readonly copy: 'current' | 'previous'; readonly value: T };

/**
 * One JSON value on disk that survives a crash at any moment: written beside, synced, then renamed over the last one,
 * which is kept as `.previous`. The first line is a SHA-256 of the rest. Files are 0600, for they may hold secrets.
 * Load before saving: what is on disk is kept as the previous copy only if it was found whole.
 */
export class KeptFile<S extends z.ZodType> {
  readonly path: string;
  readonly #schema: S;
  #next: z.output<S> | null = null;
  #writing: Promise<void> | null = null;
  #isCurrentWhole = false;

  constructor(path: string, schema: S) {
    this.path = path;
    this.#schema = schema;
  }

  /** The newest copy that is whole, or null when there is none. */
  async load(): Promise<Kept<z.output<S>> | null> {
    const current = await this.#read(this.path);
    this.#isCurrentWhole = current !== null;
    if (current !== null) return { copy: 'current', value: current };
    const previous = await this.#read(`${this.path}.previous`);
    return previous === null ? null : { copy: 'previous', value: previous };
  }

  /** Keeps a value; of several saved while one is being written, only the last is. Rejects when the disk refuses. */
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
    const directory = dirname(this.path);
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const temporary = `${this.path}.writing`;
    const file = await open(temporary, 'w', 0o600);
    try {
      await file.writeFile(`${digest(text)}\n${text}`);
      await file.sync();
    } finally {
      await file.close();
    }
    // Only a whole copy may become the previous one, or a damaged current file would push out the last good one.
    if (this.#isCurrentWhole) await rename(this.path, `${this.path}.previous`);
    await rename(temporary, this.path);
    this.#isCurrentWhole = true;
    const handle = await open(directory, 'r');
    await handle.sync().finally(() => handle.close());
  }

  async #read(path: string): Promise<z.output<S> | null> {
    const content = await readFile(path, 'utf8').catch(() => null);
    if (content === null) return null;
    const end = content.indexOf('\n');
    const text = content.slice(end + 1);
    if (end < 0 || digest(text) !== content.slice(0, end)) return null;
    const parsed = this.#schema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
