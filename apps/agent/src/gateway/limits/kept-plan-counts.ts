import { startInterval, type IntervalJob } from '@portolan/process/interval';
import { z } from 'zod';
import type { MemoryPlanCounters, PlanCounts } from './plan-counters.ts';

/** Counts are kept each second; a process that is killed forgets at most what it counted since. */
const KEEP_EACH_MS = 1000;
/** Writing takes at most this share of the time, so that many counters make the interval longer. */
const SHARE_MAX = 1 / 20;

const count = z.number().finite().nonnegative();

export const planCounts = z.object({
  rates: z.array(z.tuple([z.string(), z.tuple([count, count])])),
  quotas: z.array(z.tuple([z.string(), z.array(count)])),
});

/** Where counts are kept, such as a file. */
export interface PlanCountsFile {
  load(): Promise<PlanCounts | null>;
  save(counts: PlanCounts): Promise<void>;
}

/** Keeps the counters of plans over a restart. */
export class KeptPlanCounts {
  readonly #counters: MemoryPlanCounters;
  readonly #file: PlanCountsFile;
  readonly #job: IntervalJob;
  #kept = 0;
  #restUntil = 0;

  private constructor(counters: MemoryPlanCounters, file: PlanCountsFile, onError: (error: unknown) => void) {
    this.#counters = counters;
    this.#file = file;
    this.#job = startInterval({ everyMs: KEEP_EACH_MS, run: () => this.#keep(), onError });
  }

  /** Restores what was kept and starts keeping; `onError` is called each time the counts cannot be written. */
  static async open(
    counters: MemoryPlanCounters,
    file: PlanCountsFile,
    onError: (error: unknown) => void,
  ): Promise<KeptPlanCounts> {
    const kept = await file.load();
    if (kept !== null) counters.restore(kept);
    return new KeptPlanCounts(counters, file, onError);
  }

  /** Stops, and keeps what was counted last. */
  async close(): Promise<void> {
    await this.#job.close();
    this.#restUntil = 0;
    await this.#keep();
  }

  async #keep(): Promise<void> {
    const { counted } = this.#counters;
    const startedAt = performance.now();
    if (counted === this.#kept || startedAt < this.#restUntil) return;
    await this.#file.save(this.#counters.counts());
    this.#kept = counted;
    const endedAt = performance.now();
    this.#restUntil = endedAt + (endedAt - startedAt) / SHARE_MAX;
  }
}
