import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isTemporaryName, readIfExists, writeFileAtomic } from '@portolan/process/atomic-file';
import { z } from 'zod';
import { minutePoint, type MinutePoint } from '@portolan/contract/telemetry';
import type { AgentLogger } from '../logger.ts';

const DEFAULT_SIZE_BYTES_MAX = 32 * 1024 * 1024;
/** File with the id of this counter; it stays the same over restarts, so that a minute sent again is recognised. */
const COUNTER_FILE = 'counter';
const batchSchema = z.union([
  z.object({ counter: z.string(), points: z.array(minutePoint) }),
  // As versions without counters wrote them.
  z.array(minutePoint).transform((points) => ({ counter: undefined, points })),
]);

export interface SpooledBatch {
  readonly name: string;
  /** What counted the points. */
  readonly counter: string | undefined;
  readonly points: readonly MinutePoint[];
}

interface SpoolFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly points: number;
}

/** Finished minutes on disk until the platform has them. Above its cap, and where the disk refuses, points are counted as dropped. */
export class MetricsSpool {
  readonly #directory: string;
  readonly #log: AgentLogger;
  readonly #sizeBytesMax: number;
  #files: SpoolFile[] = [];
  #dropped = 0;
  #count = 0;
  #counter: string = randomUUID();
  #writing: Promise<void> = Promise.resolve();

  constructor(directory: string, log: AgentLogger, sizeBytesMax = DEFAULT_SIZE_BYTES_MAX) {
    this.#directory = directory;
    this.#log = log;
    this.#sizeBytesMax = sizeBytesMax;
  }

  /** Points given up since this process began. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Finds the batches of earlier runs. Where the disk refuses, counting goes on and points are dropped. */
  async open(): Promise<void> {
    await this.#find().catch((error: unknown) =>
      this.#log.warn(
        { event: 'metrics.spool-unreadable', error: String(error) },
        `cannot use ${this.#directory}; metrics are dropped until it can be written`,
      ),
    );
  }

  async #find(): Promise<void> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const path = join(this.#directory, COUNTER_FILE);
    const known = (await readIfExists(path))?.trim();
    if (known) this.#counter = known.slice(0, 60);
    else await writeFileAtomic(path, this.#counter);
    const found = await readdir(this.#directory);
    // Left by a process that was killed while it wrote; nothing refers to them.
    for (const name of found.filter(isTemporaryName)) await unlink(join(this.#directory, name));
    const names = found.filter((name) => name.endsWith('.json')).toSorted();
    for (const name of names) {
      const { size } = await stat(join(this.#directory, name));
      this.#files.push({ name, sizeBytes: size, points: 0 });
    }
  }

  /**
   * Appends points; resolves once they are on disk or counted as dropped. `source` tells apart counters of this agent that report the
   * same minutes.
   */
  add(points: readonly MinutePoint[], source = 'gateway'): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write(points, source));
    return this.#writing;
  }

  /** Returns the oldest batch, or null when all is sent. A file that cannot be read is set aside. */
  async oldest(): Promise<SpooledBatch | null> {
    for (let file = this.#files[0]; file !== undefined; file = this.#files[0]) {
      try {
        const text = await readFile(join(this.#directory, file.name), 'utf8');
        return { name: file.name, ...batchSchema.parse(JSON.parse(text)) };
      } catch (error) {
        this.#log.warn(
          { event: 'metrics.batch-unreadable', file: file.name, error: String(error) },
          'a spooled batch of metrics is damaged and left out',
        );
        await this.remove(file.name);
      }
    }
    return null;
  }

  async remove(name: string): Promise<void> {
    this.#files = this.#files.filter((file) => file.name !== name);
    await unlink(join(this.#directory, name)).catch(() => {});
  }

  async #write(points: readonly MinutePoint[], source: string): Promise<void> {
    const text = JSON.stringify({ counter: `${this.#counter}/${source}`, points });
    this.#count += 1;
    const name = `${String(Date.now()).padStart(15, '0')}-${String(this.#count).padStart(6, '0')}.json`;
    const path = join(this.#directory, name);
    try {
      await writeFileAtomic(path, text);
      this.#files.push({ name, sizeBytes: Buffer.byteLength(text), points: points.length });
    } catch (error) {
      this.#drop(
        points.length,
        `they cannot be written: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
    await this.#enforceCap();
  }

  async #enforceCap(): Promise<void> {
    let total = this.#files.reduce((sum, file) => sum + file.sizeBytes, 0);
    while (total > this.#sizeBytesMax && this.#files.length > 1) {
      const [oldest] = this.#files;
      if (oldest === undefined) return;
      total -= oldest.sizeBytes;
      await this.remove(oldest.name);
      this.#drop(Math.max(1, oldest.points), `the spool is at its ${this.#sizeBytesMax} bytes`);
    }
  }

  #drop(points: number, why: string): void {
    this.#dropped += points;
    this.#log.warn(
      { event: 'metrics.dropped', points, dropped: this.#dropped },
      `minute metrics are given up, for ${why}`,
    );
  }
}
