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
 * Takes a token. The whole state of a bucket is one number, the time at which it will be full again (the generic cell rate
 * algorithm's theoretical arrival time), which is what lets memory and Redis share this one definition.
 */
function takeToken(rule: BucketRule, fullAt: number | null, nowUs: number): Take {
  const { capacityUs, tokenUs } = inMicroseconds(rule);
  // No bucket is emptier than empty, whatever clock has written its state.
  const base = Math.min(Math.max(fullAt ?? nowUs, nowUs), nowUs + capacityUs);
  // Half a microsecond of grace absorbs rounding of periods that limits do not divide.
  const isAllowed = rule.limit > 0 && base + tokenUs - nowUs <= capacityUs + 0.5;
  return takeOf(rule, { isAllowed, fullAt: isAllowed ? base + tokenUs : base, nowUs });
}

/** Returns what a caller learns of a take, by the state of the bucket after it. */
export function takeOf(
  rule: BucketRule,
  {
    isAllowed,
    fullAt,
    nowUs,
  }: { readonly isAllowed: boolean; readonly fullAt: number; readonly nowUs: number },
): Take {
  const { capacityUs, tokenUs } = inMicroseconds(rule);
  const usedUs = fullAt - nowUs;
  return {
    isAllowed,
    remaining: rule.limit > 0 ? Math.max(0, Math.floor((capacityUs - usedUs + 0.5) / tokenUs)) : 0,
    retryAfterMs: isAllowed ? 0 : Math.max(0, (usedUs + tokenUs - capacityUs) / 1000),
    resetMs: Math.max(0, usedUs / 1000),
    fullAt,
  };
}

export function inMicroseconds({ limit, periodMs }: BucketRule): { capacityUs: number; tokenUs: number } {
  const capacityUs = periodMs * 1000;
  return { capacityUs, tokenUs: limit > 0 ? capacityUs / limit : Number.POSITIVE_INFINITY };
}

/**
 * Returns the key of a bucket: what is counted, and by which rule. A changed rule starts with a full bucket, so that it applies at
 * once; agents that do not have it yet count apart instead of by a mixture of both.
 */
export function bucketKey(counted: string, { limit, periodMs }: BucketRule): string {
  return `${counted} ${limit}/${periodMs}`;
}

/** Where token buckets are kept. Every implementation returns the same for the same takes at the same times. */
export interface Buckets {
  /** @throws Error when the store does not respond; never to be shown to a client. */
  take(key: string, rule: BucketRule): Take | Promise<Take>;
}

const SWEEP_EVERY = 4096;
/** Clients choose what some limits count by: beyond this, the oldest buckets are forgotten. */
const BUCKETS_MAX = 250_000;

/** Buckets of this process. Full ones are forgotten: they are no different from new ones. */
export class MemoryBuckets implements Buckets {
  readonly #fullAt = new Map<string, number>();
  readonly #nowUs: () => number;
  readonly #bucketsMax: number;
  #takes = 0;

  constructor(nowUs: () => number = () => performance.now() * 1000, bucketsMax = BUCKETS_MAX) {
    this.#nowUs = nowUs;
    this.#bucketsMax = bucketsMax;
  }

  get size(): number {
    return this.#fullAt.size;
  }

  take(key: string, rule: BucketRule): Take {
    const nowUs = this.#nowUs();
    const taken = takeToken(rule, this.#fullAt.get(key) ?? null, nowUs);
    if (taken.isAllowed) this.#fullAt.set(key, taken.fullAt);
    this.#takes += 1;
    if (this.#takes % Math.max(SWEEP_EVERY, this.#fullAt.size) === 0) this.#forgetFull(nowUs);
    if (this.#fullAt.size > this.#bucketsMax) this.#forgetOldest();
    return taken;
  }

  #forgetFull(nowUs: number): void {
    for (const [key, fullAt] of this.#fullAt) if (fullAt <= nowUs) this.#fullAt.delete(key);
  }

  #forgetOldest(): void {
    const [oldest] = this.#fullAt.keys();
    if (oldest !== undefined) this.#fullAt.delete(oldest);
  }
}
