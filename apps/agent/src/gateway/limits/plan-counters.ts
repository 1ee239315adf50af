import { inMicroseconds, takeOf, type BucketRule } from './buckets.ts';
import { countIn, quotaState, spansWithin, usedIn, type Counted } from './quota.ts';

/** A counter of a plan: its key names what is counted and not the rule, so that a changed rule applies to what was counted. */
export interface PlanCounter extends BucketRule {
  readonly key: string;
}

/** What one request is counted by; both admit it, or neither counts it. */
export interface PlanRequest {
  readonly rate: PlanCounter | null;
  readonly quota: PlanCounter | null;
}

export interface PlanTake {
  readonly isAllowed: boolean;
  readonly rate: Counted | null;
  readonly quota: Counted | null;
}

/** A token bucket: the time at which it will be full again, and the price of a token by which that was written. */
export type RateState = [fullAtUs: number, tokenUs: number];

/** What is kept over a restart. */
export interface PlanCounts {
  readonly rates: [key: string, state: RateState][];
  readonly quotas: [key: string, spans: number[]][];
}

/** Where the counters of plans are kept. Every implementation returns the same for the same requests at the same times. */
export interface PlanCounters {
  /** @throws Error when the store does not respond; never to be shown to a client. */
  take(request: PlanRequest): PlanTake | Promise<PlanTake>;
  /** Returns what the next request would learn, and counts nothing. @throws Error as `take`. */
  peek(request: PlanRequest): PlanTake | Promise<PlanTake>;
}

/** Counters are as many as applications times APIs; beyond this the ones used longest ago are forgotten. */
const COUNTERS_MAX = 250_000;

/** Does not step when the clock of the machine is set. */
const steadyNow = (): number => performance.timeOrigin + performance.now();

/** Counters of this process. */
export class MemoryPlanCounters implements PlanCounters {
  readonly #rates = new Map<string, RateState>();
  readonly #quotas = new Map<string, number[]>();
  readonly #now: () => number;
  readonly #countersMax: number;
  /** Requests counted since the start. */
  counted = 0;

  constructor(now: () => number = steadyNow, countersMax = COUNTERS_MAX) {
    this.#now = now;
    this.#countersMax = countersMax;
  }

  take(request: PlanRequest): PlanTake {
    return this.#decide(request, true);
  }

  peek(request: PlanRequest): PlanTake {
    return this.#decide(request, false);
  }

  #decide({ rate, quota }: PlanRequest, counts: boolean): PlanTake {
    const nowMs = this.#now();
    const nowUs = nowMs * 1000;
    const fullAt = rate === null ? 0 : fullAtUnder(rate, this.#rates.get(rate.key), nowUs);
    const spans = quota === null ? [] : spansWithin(this.#quotas.get(quota.key) ?? [], quota.periodMs, nowMs);
    const used = usedIn(spans);
    const hasRate = rate === null || hasToken(rate, fullAt, nowUs);
    const hasQuota = quota === null || used < quota.limit;
    const isAllowed = hasRate && hasQuota;
    const isCounted = counts && isAllowed;
    if (isCounted) this.#count({ rate, quota }, { fullAt, spans, nowMs });
    return {
      isAllowed,
      rate: rate && rateState(rate, { fullAt, nowUs, isAllowed: isCounted, hasToken: hasRate }),
      quota:
        quota &&
        quotaState(quota, {
          used: used + (isCounted ? 1 : 0),
          isAllowed: hasQuota,
          oldestMs: spans[1] ?? null,
          newestMs: spans.at(-2) ?? null,
          nowMs,
        }),
    };
  }

  /** Returns everything that still matters. */
  counts(): PlanCounts {
    const nowUs = this.#now() * 1000;
    return {
      rates: [...this.#rates].filter(([, [fullAt]]) => fullAt > nowUs),
      quotas: [...this.#quotas],
    };
  }

  /** Takes over what was kept. Nothing lies in the future, whatever clock wrote it. */
  restore({ rates, quotas }: PlanCounts): void {
    const nowMs = this.#now();
    for (const [key, state] of rates) this.#rates.set(key, state);
    for (const [key, spans] of quotas) this.#quotas.set(key, spansWithin(spans, Infinity, nowMs));
  }

  #count(
    { rate, quota }: PlanRequest,
    { fullAt, spans, nowMs }: { fullAt: number; spans: number[]; nowMs: number },
  ): void {
    this.counted += 1;
    if (rate !== null) {
      const { tokenUs } = inMicroseconds(rate);
      this.#renew(this.#rates, rate.key, [fullAt + tokenUs, tokenUs]);
    }
    if (quota !== null) {
      countIn(spans, quota.periodMs, nowMs);
      this.#renew(this.#quotas, quota.key, spans);
    }
  }

  /** Maps keep the order in which keys were set, so that the first one is the one used longest ago. */
  #renew<T>(map: Map<string, T>, key: string, value: T): void {
    if (map.size >= this.#countersMax) map.delete(key);
    map.set(key, value);
    if (map.size <= this.#countersMax) return;
    const [oldest] = map.keys();
    if (oldest !== undefined) map.delete(oldest);
  }
}

/** Returns when a bucket will be full under a rule, of which as many tokens are gone as under the former one. */
function fullAtUnder(rule: BucketRule, state: RateState | undefined, nowUs: number): number {
  if (state === undefined) return nowUs;
  const { capacityUs, tokenUs } = inMicroseconds(rule);
  const [fullAt, formerTokenUs] = state;
  const usedUs = Math.max(0, fullAt - nowUs);
  const isSame = formerTokenUs === tokenUs || !Number.isFinite(tokenUs);
  // No bucket is emptier than empty, whatever clock or rule has written its state.
  return nowUs + Math.min(isSame ? usedUs : (usedUs / formerTokenUs) * tokenUs, capacityUs);
}

function hasToken(rule: BucketRule, fullAt: number, nowUs: number): boolean {
  const { capacityUs, tokenUs } = inMicroseconds(rule);
  return rule.limit > 0 && fullAt + tokenUs - nowUs <= capacityUs + 0.5;
}

/** Returns the state of a token bucket for the caller. `isAllowed`: the token was taken; `hasToken`: there was one. */
export function rateState(
  rule: BucketRule,
  now: {
    readonly fullAt: number;
    readonly nowUs: number;
    readonly isAllowed: boolean;
    readonly hasToken: boolean;
  },
): Counted {
  const { tokenUs } = inMicroseconds(rule);
  const fullAt = now.isAllowed ? now.fullAt + tokenUs : now.fullAt;
  return takeOf(rule, { isAllowed: now.hasToken, fullAt, nowUs: now.nowUs });
}
