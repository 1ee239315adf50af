import { mkdir, open, rename, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { apiKeyRecord, desiredState, statePatch, type StateMessage } from '@portolan/contract/desired-state';
import { applyMessage, type Desired } from './desired.ts';

/** Keys of one line of a snapshot: few enough that writing it delays no request. */
const KEYS_PER_LINE = 500;
/** A journal that is as long as its snapshot is written anew, but never for less than this. */
const REWRITE_AT_LEAST_BYTES = 1 << 20;

const line = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('begin'),
    revision: z.number().int(),
    sections: desiredState.omit({ keys: true }),
  }),
  z.object({ type: z.literal('keys'), keys: z.array(apiKeyRecord) }),
  z.object({ type: z.literal('complete') }),
  statePatch,
]);
type Line = z.output<typeof line>;

/** What was found on disk, and whether it was all that had been written there. */
export interface Found {
  readonly desired: Desired | null;
  readonly isDamaged: boolean;
}

interface Batch {
  readonly lines: string[];
  readonly written: PromiseWithResolvers<void>;
}

/**
 * The desired state on disk, at the cost of what changes: a snapshot, followed by the patches that came since, each
 * synced before it counts. One line of JSON each, behind its CRC-32; a line that a crash cut short is where the file
 * ends. Snapshots are written beside and renamed over the file, which is kept as `.previous`. Files are 0600.
 * Open before keeping.
 */
export class DesiredJournal {
  readonly path: string;
  readonly #rewriteAtLeastBytes: number;
  #file: FileHandle | null = null;
  #snapshotBytes = 0;
  #patchBytes = 0;
  /** The state that a snapshot is to be written of; without one, patches are appended. */
  #rewrite: Desired | null = null;
  /** Whether what is at `path` may become the copy to fall back to. */
  #isWhole = false;
  #next: Batch | null = null;
  #writing: Promise<void> | null = null;

  constructor(path: string, rewriteAtLeastBytes = REWRITE_AT_LEAST_BYTES) {
    this.path = path;
    this.#rewriteAtLeastBytes = rewriteAtLeastBytes;
  }

  /** What was kept last, or as much of it as is whole. */
  async open(): Promise<Found> {
    const current = await read(this.path);
    if (current?.desired) {
      this.#isWhole = true;
      this.#snapshotBytes = current.snapshotBytes;
      this.#patchBytes = current.bytes - current.snapshotBytes;
      // Nothing may follow a line that cannot be read: the next message is kept in a new file.
      if (!current.isDamaged) this.#file = await open(this.path, 'a', 0o600);
      return current;
    }
    const previous = await read(`${this.path}.previous`);
    return { desired: previous?.desired ?? null, isDamaged: current !== null || previous !== null };
  }

  /** Keeps what a message led to. Resolves once it is on disk; rejects when the disk refuses, and the next call tries all. */
  keep(desired: Desired, message: StateMessage): Promise<void> {
    const isPatch = message.type === 'patch' && this.#file !== null && this.#rewrite === null;
    const isLong = this.#patchBytes > Math.max(this.#snapshotBytes, this.#rewriteAtLeastBytes);
    this.#next ??= { lines: [], written: Promise.withResolvers() };
    const { lines, written } = this.#next;
    if (isPatch && !isLong) lines.push(encode(message));
    else this.#rewrite = desired;
    this.#writing ??= this.#drain();
    return written.promise;
  }

  /** Resolves once nothing is being written, and lets go of the file. */
  async close(): Promise<void> {
    await this.#writing;
    await this.#file?.close();
    this.#file = null;
  }

  async #drain(): Promise<void> {
    for (let batch = this.#next; batch !== null; batch = this.#next) {
      this.#next = null;
      const { lines, written } = batch;
      try {
        const rewrite = this.#rewrite;
        this.#rewrite = null;
        if (rewrite) await this.#writeSnapshot(rewrite);
        else await this.#append(lines);
        written.resolve();
      } catch (error) {
        // Half a line may stand at the end now, after which nothing could be read.
        await this.#file?.close().catch(() => {});
        this.#file = null;
        written.reject(error);
      }
    }
    // Synchronous with the check of the queue, so that a later `keep` starts a new writer.
    this.#writing = null;
  }

  async #append(lines: readonly string[]): Promise<void> {
    if (this.#file === null) throw new Error(`${this.path} was given up after an error`);
    const text = lines.join('');
    await this.#file.appendFile(text);
    await this.#file.datasync();
    this.#patchBytes += Buffer.byteLength(text);
  }

  // Patches that arrive meanwhile change the keys under way; they follow in the file, and say the same once more.
  async #writeSnapshot({ revision, sections, keys }: Desired): Promise<void> {
    const directory = dirname(this.path);
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const temporary = `${this.path}.writing`;
    const file = await open(temporary, 'w', 0o600);
    let bytes = 0;
    const write = async (value: Line): Promise<void> => {
      const text = encode(value);
      await file.appendFile(text);
      bytes += Buffer.byteLength(text);
    };
    try {
      await write({ type: 'begin', revision, sections });
      for (const chunk of chunksOf(keys.values(), KEYS_PER_LINE)) await write({ type: 'keys', keys: chunk });
      await write({ type: 'complete' });
      await file.sync();
      // Only a whole copy may become the previous one, or a damaged file would push out the last good one.
      if (this.#isWhole) await rename(this.path, `${this.path}.previous`);
      await rename(temporary, this.path);
    } catch (error) {
      await file.close();
      throw error;
    }
    await this.#file?.close();
    this.#file = file;
    this.#isWhole = true;
    this.#snapshotBytes = bytes;
    this.#patchBytes = 0;
    const handle = await open(directory, 'r');
    await handle.sync().finally(() => handle.close());
  }
}

/** What one file holds; null when there is none. `desired` is null when its snapshot is not whole. */
async function read(path: string): Promise<(Found & { bytes: number; snapshotBytes: number }) | null> {
  const file = await open(path, 'r').catch(() => null);
  if (file === null) return null;
  const reader = new Reader();
  try {
    for await (const text of file.readLines({ autoClose: false })) if (!reader.take(text)) break;
    const { size } = await file.stat();
    const { desired, snapshotBytes, bytes } = reader;
    return { desired, snapshotBytes, bytes, isDamaged: bytes !== size };
  } finally {
    await file.close();
  }
}

/** Rebuilds the state from lines, up to the first that does not fit. */
class Reader {
  #begun: Desired | null = null;
  desired: Desired | null = null;
  bytes = 0;
  snapshotBytes = 0;

  take(text: string): boolean {
    const value = decode(text);
    if (value === null || !this.#apply(value)) return false;
    this.bytes += Buffer.byteLength(text) + 1;
    if (value.type === 'complete') this.snapshotBytes = this.bytes;
    return true;
  }

  #apply(value: Line): boolean {
    switch (value.type) {
      case 'begin':
        if (this.#begun !== null) return false;
        this.#begun = { revision: value.revision, sections: value.sections, keys: new Map() };
        return true;
      case 'keys':
        if (this.#begun === null || this.desired !== null) return false;
        for (const key of value.keys) this.#begun.keys.set(key.id, key);
        return true;
      case 'complete':
        if (this.desired !== null) return false;
        this.desired = this.#begun;
        return this.desired !== null;
      case 'patch': {
        const next = applyMessage(this.desired, value);
        if (next !== null) this.desired = next;
        return next !== null;
      }
      default:
        return value satisfies never;
    }
  }
}

function encode(value: Line): string {
  const json = JSON.stringify(value);
  return `${crc32(json).toString(16).padStart(8, '0')} ${json}\n`;
}

function decode(text: string): Line | null {
  const json = text.slice(9);
  if (Number.parseInt(text.slice(0, 8), 16) !== crc32(json) || text[8] !== ' ') return null;
  const parsed = line.safeParse(JSON.parse(json));
  return parsed.success ? parsed.data : null;
}

function* chunksOf<T>(values: Iterable<T>, size: number): Generator<T[]> {
  let chunk: T[] = [];
  for (const value of values) {
    chunk.push(value);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
