import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { directoryMessage, tunnelIdentity } from '@portolan/contract/broker-link';
import { writeFileAtomic } from '@portolan/process/atomic-file';
import type { Logger } from 'pino';
import { z } from 'zod';

/** What is older says too little of what holds now: better nobody is let in by it. */
const AGE_MS_MAX = 24 * 3600_000;
const GATHER_MS = 1_000;
const FILE_BYTES_MAX = 256 * 1024 * 1024;

const snapshot = directoryMessage.options[0];
const memory = z.object({
  savedAt: z.number(),
  directory: snapshot,
  /** Agents the platform took, by SHA-256 of token and tunnel. */
  agents: z.array(z.object({ key: z.string().max(64), at: z.number(), identity: tunnelIdentity })),
});

export type SnapshotState = Omit<z.infer<typeof memory>, 'savedAt'>;

/** What a broker knows, kept in a file: so that one that restarts while the platform is away serves at once. */
export class BrokerSnapshot {
  readonly #dir: string;
  readonly #read: () => SnapshotState;
  readonly #log: Logger;
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(dir: string, read: () => SnapshotState, log: Logger) {
    this.#dir = dir;
    this.#read = read;
    this.#log = log;
  }

  /** What was kept and is not too old; null where there is none. */
  async load(now = Date.now()): Promise<SnapshotState | null> {
    const text = await readFile(this.#file, 'utf8').catch(() => null);
    const kept = text === null || text.length > FILE_BYTES_MAX ? null : parse(text);
    if (kept === null) {
      if (text !== null) this.#log.warn({ event: 'broker.memory-unusable', file: this.#file });
      return null;
    }
    const isFresh = (at: number) => at <= now && now - at < AGE_MS_MAX;
    if (!isFresh(kept.savedAt)) return null;
    return { directory: kept.directory, agents: kept.agents.filter(({ at }) => isFresh(at)) };
  }

  /** Schedules a write after a change; later changes are written with it. */
  changed(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#writing = this.#writing.then(() => this.#write());
    }, GATHER_MS);
  }

  /** Writes what is still unwritten. */
  async close(): Promise<void> {
    if (this.#timer) {
      clearTimeout(this.#timer);
      this.#timer = null;
      this.#writing = this.#writing.then(() => this.#write());
    }
    await this.#writing;
  }

  get #file(): string {
    return join(this.#dir, 'memory.json');
  }

  async #write(): Promise<void> {
    try {
      await writeFileAtomic(this.#file, JSON.stringify({ savedAt: Date.now(), ...this.#read() }));
    } catch (error) {
      this.#log.warn({ event: 'broker.memory-not-kept', error: String(error) });
    }
  }
}

function parse(text: string): z.infer<typeof memory> | null {
  try {
    return memory.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
