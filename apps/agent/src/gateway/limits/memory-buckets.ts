import { takeTokens, type BucketRule, type Take } from './bucket.ts';
import type { Buckets } from './buckets.ts';

const SWEEP_EVERY = 4096;

/** Buckets of this process. Full ones are forgotten: they are no different from new ones. */
export class MemoryBuckets implements Buckets {
  readonly #fullAt = new Map<string, number>();
  readonly #nowUs: () => number;
  #takes = 0;

  constructor(nowUs: () => number = () => performance.now() * 1000) {
    this.#nowUs = nowUs;
  }

  take(key: string, rule: BucketRule): Take {
    const nowUs = this.#nowUs();
    const taken = takeTokens(rule, this.#fullAt.get(key) ?? null, nowUs);
    if (taken.isAllowed) this.#fullAt.set(key, taken.fullAt);
    this.#takes += 1;
    if (this.#takes % Math.max(SWEEP_EVERY, this.#fullAt.size) === 0) this.#forgetFull(nowUs);
    return taken;
  }

  #forgetFull(nowUs: number): void {
    for (const [key, fullAt] of this.#fullAt) if (fullAt <= nowUs) this.#fullAt.delete(key);
  }
}
