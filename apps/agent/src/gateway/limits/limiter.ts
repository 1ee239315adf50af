import type { StoreFailureMode } from '@portolan/resources/model/model';
import type { Logger } from 'pino';
import type { BucketRule, Take } from './buckets.ts';
import { MemoryBuckets } from './buckets.ts';
import { MemoryPlanCounters, type PlanRequest, type PlanTake } from './plan-counters.ts';
import { RedisBuckets } from './redis-buckets.ts';
import { RedisPlanCounters } from './redis-plan-counters.ts';

export interface RedisOptions {
  readonly url: string;
  /** Applied to `distributed` limits without a setting while Redis is unavailable; default `local`. */
  readonly onFailure?: StoreFailureMode;
}

/** A rule and where it counts. */
export interface CountedLimit extends BucketRule {
  readonly strategy: 'local' | 'distributed';
  /** While the shared store is away; absent: as the limiter is set. */
  readonly onStoreFailure?: StoreFailureMode;
}

export interface LimiterStatus {
  /** `none`: no Redis is configured, distributed limits count per agent. */
  readonly distributed: 'none' | 'up' | 'down';
  readonly onFailure: StoreFailureMode;
  readonly reason: string;
  /** Decisions made without the store that should have made them. */
  readonly fallbacks: number;
}

const FALLBACKS: Readonly<Record<StoreFailureMode, string>> = {
  local: 'count per agent',
  open: 'let every request pass',
  closed: 'refuse every request',
};

/** Takes from the store that a limit's strategy names; a store that fails never fails a request. */
export class Limiter {
  readonly #memory = new MemoryBuckets();
  /** Plans count here without Redis, and while it is away. */
  readonly plans = new MemoryPlanCounters();
  readonly #redis: RedisBuckets | null;
  readonly #redisPlans: RedisPlanCounters | null;
  readonly #onFailure: StoreFailureMode;
  readonly #logger: Logger;
  /** Null until the store is known to be there or not. */
  #isUp: boolean | null = null;
  #reason = 'not connected yet';
  #fallbacks = 0;

  constructor(redis: RedisOptions | undefined, logger: Logger) {
    this.#logger = logger;
    this.#onFailure = redis?.onFailure ?? 'local';
    this.#redis =
      redis === undefined
        ? null
        : new RedisBuckets(redis.url, (isUp, reason) => this.#noteState(isUp, reason));
    const buckets = this.#redis;
    this.#redisPlans = buckets && new RedisPlanCounters(buckets.client, () => buckets.reason);
  }

  get status(): LimiterStatus {
    const state = this.#isUp === true ? 'up' : 'down';
    return {
      distributed: this.#redis === null ? 'none' : state,
      onFailure: this.#onFailure,
      reason: this.#isUp === true ? '' : this.#reason,
      fallbacks: this.#fallbacks,
    };
  }

  /** `key` is a `bucketKey`. */
  take(key: string, limit: CountedLimit): Take | Promise<Take> {
    if (limit.strategy === 'local' || this.#redis === null) return this.#memory.take(key, limit);
    return this.#redis.take(key, limit).then(
      (take) => {
        this.#noteState(true, '');
        return take;
      },
      (error: unknown) => this.#withoutStore(key, limit, error),
    );
  }

  /** Counts a request by a plan, in Redis where there is one. */
  takePlan(request: PlanRequest): PlanTake | Promise<PlanTake> {
    if (this.#redisPlans === null) return this.plans.take(request);
    return this.#redisPlans.take(request).then(
      (take) => {
        this.#noteState(true, '');
        return take;
      },
      (error: unknown) => this.#planWithoutStore(request, { error, mode: 'take' }),
    );
  }

  /** Returns what the next request of a plan would learn, and counts nothing. */
  peekPlan(request: PlanRequest): PlanTake | Promise<PlanTake> {
    if (this.#redisPlans === null) return this.plans.peek(request);
    return this.#redisPlans
      .peek(request)
      .catch((error: unknown) => this.#planWithoutStore(request, { error, mode: 'peek' }));
  }

  close(): void {
    this.#redis?.close();
  }

  #withoutStore(key: string, limit: CountedLimit, error: unknown): Take {
    this.#fallbacks += 1;
    this.#noteState(false, error instanceof Error ? error.message : String(error));
    switch (limit.onStoreFailure ?? this.#onFailure) {
      case 'local':
        return this.#memory.take(key, limit);
      case 'open':
        return { isAllowed: true, remaining: limit.limit, retryAfterMs: 0, resetMs: 0, fullAt: 0 };
      case 'closed':
        return { isAllowed: false, remaining: 0, retryAfterMs: 1000, resetMs: limit.periodMs, fullAt: 0 };
    }
  }

  #planWithoutStore(
    request: PlanRequest,
    { error, mode }: { readonly error: unknown; readonly mode: 'take' | 'peek' },
  ): PlanTake {
    if (mode === 'take') this.#fallbacks += 1;
    this.#noteState(false, error instanceof Error ? error.message : String(error));
    if (this.#onFailure === 'local') return this.plans[mode](request);
    const isAllowed = this.#onFailure === 'open';
    const state = (counter: PlanRequest['rate']): PlanTake['rate'] =>
      counter && {
        isAllowed,
        remaining: isAllowed ? counter.limit : 0,
        retryAfterMs: isAllowed ? 0 : 1000,
        resetMs: isAllowed ? 0 : counter.periodMs,
      };
    return { isAllowed, rate: state(request.rate), quota: state(request.quota) };
  }

  #noteState(isUp: boolean, reason: string): void {
    const wasUp = this.#isUp;
    this.#isUp = isUp;
    this.#reason = reason;
    if (wasUp === isUp) return;
    if (isUp) this.#logger.info({ event: 'limits.store.up' }, 'distributed rate limits count in Redis');
    else
      this.#logger.warn(
        { event: 'limits.store.down', reason, mode: this.#onFailure },
        `Redis does not answer (${reason}); until it does, distributed limits that do not say otherwise ${FALLBACKS[this.#onFailure]}`,
      );
  }
}
