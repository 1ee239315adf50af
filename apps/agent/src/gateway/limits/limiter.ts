import type { Logger } from 'pino';
import type { RedisOptions, StoreFailureMode } from '../options.ts';
import type { BucketRule, Take } from './bucket.ts';
import { MemoryBuckets } from './memory-buckets.ts';
import { RedisBuckets } from './redis-buckets.ts';

export type LimitStrategy = 'local' | 'distributed';

export interface LimiterStatus {
  /** `none`: no Redis is configured, distributed limits count per agent. */
  readonly distributed: 'none' | 'up' | 'down';
  readonly onFailure: StoreFailureMode;
  readonly reason: string;
  /** Decisions made without the store that should have made them. */
  readonly fallbacks: number;
}

/** Takes from the bucket store that a limit's strategy names; a store that fails never fails a request. */
export class Limiter {
  readonly #memory = new MemoryBuckets();
  readonly #redis: RedisBuckets | null;
  readonly #onFailure: StoreFailureMode;
  readonly #logger: Logger;
  /** Null until the first word from the store. */
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

  take(strategy: LimitStrategy, key: string, rule: BucketRule): Take | Promise<Take> {
    if (strategy === 'local' || this.#redis === null) return this.#memory.take(key, rule);
    return this.#redis.take(key, rule).then(
      (take) => {
        this.#noteState(true, '');
        return take;
      },
      (error: unknown) => this.#withoutStore(key, rule, error),
    );
  }

  close(): void {
    this.#redis?.close();
  }

  #withoutStore(key: string, rule: BucketRule, error: unknown): Take {
    this.#fallbacks += 1;
    this.#noteState(false, error instanceof Error ? error.message : String(error));
    switch (this.#onFailure) {
      case 'local':
        return this.#memory.take(key, rule);
      case 'open':
        return { isAllowed: true, remaining: rule.limit, retryAfterMs: 0, resetMs: 0, fullAt: 0 };
      case 'closed':
        return { isAllowed: false, remaining: 0, retryAfterMs: 1000, resetMs: rule.periodMs, fullAt: 0 };
    }
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
        `Redis does not answer (${reason}); distributed limits are decided ${this.#onFailure === 'local' ? 'per agent' : this.#onFailure} until it does`,
      );
  }
}
