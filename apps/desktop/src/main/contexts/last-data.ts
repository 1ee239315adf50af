import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@portolan/process/atomic-file';
import { z } from 'zod';

const kept = z.object({ path: z.string(), storedAt: z.string(), type: z.string(), text: z.string() });
export type KeptResponse = z.output<typeof kept>;

const TEXT_MAX = 1_000_000;
const FILES_MAX = 300;
/** Files are counted again after this many writes. */
const SWEEP_EVERY = 50;

/**
 * The last responses of a context's platform, for when it cannot be reached. Files only this user can read; removed when the
 * person signs out.
 */
export class LastData {
  readonly #folder: string;
  #writes = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Keeps a response of a GET request. Never rejects: without it only offline data is older. */
  keep(path: string, type: string, text: string): Promise<void> {
    if (text.length <= TEXT_MAX) this.#writing = this.#writing.then(() => this.#write(path, type, text));
    return this.#writing;
  }

  async #write(path: string, type: string, text: string): Promise<void> {
    const content: KeptResponse = { path, storedAt: new Date().toISOString(), type, text };
    try {
      await writeFileAtomic(this.#file(path), JSON.stringify(content));
      this.#writes += 1;
      if (this.#writes % SWEEP_EVERY === 1) await this.#sweep();
    } catch {
      // A full disk.
    }
  }

  /** Returns the last response to a request; null when there is none. */
  async find(path: string): Promise<KeptResponse | null> {
    await this.#writing;
    try {
      const found = kept.parse(JSON.parse(await readFile(this.#file(path), 'utf8')));
      return found.path === path ? found : null;
    } catch {
      return null;
    }
  }

  /** Resolves when everything kept so far is written. */
  settled(): Promise<void> {
    return this.#writing;
  }

  async clear(): Promise<void> {
    await this.#writing;
    await rm(this.#folder, { recursive: true, force: true });
  }

  #file(path: string): string {
    return join(this.#folder, `${createHash('sha256').update(path).digest('hex').slice(0, 40)}.json`);
  }

  async #sweep(): Promise<void> {
    const names = await readdir(this.#folder);
    if (names.length <= FILES_MAX) return;
    const files = await Promise.all(
      names.map(async (name) => {
        const file = join(this.#folder, name);
        return {
          file,
          at: await stat(file).then(
            ({ mtimeMs }) => mtimeMs,
            () => 0,
          ),
        };
      }),
    );
    const oldest = files.toSorted((a, b) => a.at - b.at).slice(0, files.length - FILES_MAX);
    await Promise.all(oldest.map(({ file }) => rm(file, { force: true })));
  }
}
