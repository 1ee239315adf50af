/** A token bucket's rule: holds `limit` tokens, gets one back every `periodMs / limit`. */
export interface BucketRule {
  readonly limit: number;
  readonly periodMs: number;
}

export interface Take {
  readonly isAllowed: boolean;
  readonly remaining: number;
  /** Until the next token if refused, else 0. */
  readonly retryAfterMs: number;
  /** Until the bucket is full again. */
  readonly resetMs: number;
  /** The bucket's new state; unchanged when refused. */
  readonly fullAt: number;
}

/**
 * Takes `count` tokens. The whole state of a bucket is one number, the time at which it will be full again (the generic cell
 * rate algorithm's theoretical arrival time), which is what lets memory and Redis share this one definition.
 */
export function takeTokens(rule: BucketRule, fullAt: number | null, nowUs: number, count = 1): Take {
  const capacityUs = rule.periodMs * 1000;
  const tokenUs = rule.limit > 0 ? capacityUs / rule.limit : Number.POSITIVE_INFINITY;
  const base = Math.max(fullAt ?? nowUs, nowUs);
  const next = base + tokenUs * count;
  // Half a microsecond of grace absorbs rounding of periods that limits do not divide.
  const isAllowed = rule.limit > 0 && next - nowUs <= capacityUs + 0.5;
  const state = isAllowed ? next : base;
  const remaining = rule.limit > 0 ? Math.floor((capacityUs - (state - nowUs) + 0.5) / tokenUs) : 0;
  return {
    isAllowed,
    remaining: Math.max(0, remaining),
    retryAfterMs: isAllowed ? 0 : Math.max(0, (next - nowUs - capacityUs) / 1000),
    resetMs: Math.max(0, (state - nowUs) / 1000),
    fullAt: state,
  };
}

/** Where token buckets live. Every implementation gives the same answers to the same takes at the same times. */
export interface Buckets {
  /** @throws Error when the store cannot answer; never to be shown to a client. */
  take(key: string, rule: BucketRule): Take | Promise<Take>;
}

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
