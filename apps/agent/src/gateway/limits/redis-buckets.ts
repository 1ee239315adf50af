import { Redis, type Result } from 'ioredis';
import { inMicroseconds, takeOf, type BucketRule, type Buckets, type Take } from './buckets.ts';

const KEY_PREFIX = 'portolan:bucket:';

/** `takeToken`, `count` times, on the clock of the server. Returns now, the state before, and how many were allowed. */
const SCRIPT = `
local capacity, token, count = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local full = tonumber(redis.call('GET', KEYS[1]) or now)
full = math.min(math.max(full, now), now + capacity)
local before, allowed = full, 0
while allowed < count and full + token - now <= capacity + 0.5 do
  full = full + token
  allowed = allowed + 1
end
if allowed > 0 then
  redis.call('SET', KEYS[1], string.format('%.3f', full), 'PX', math.max(1, math.ceil((full - now) / 1000)))
end
return { string.format('%.3f', now), string.format('%.3f', before), allowed }
`;

declare module 'ioredis' {
  interface RedisCommander<Context> {
    takeTokens(
      key: string,
      capacityUs: number,
      tokenUs: number,
      count: number,
    ): Result<[now: string, before: string, allowed: number], Context>;
  }
}

interface Waiting {
  readonly resolve: (take: Take) => void;
  readonly reject: (error: Error) => void;
}

/** Takes of one bucket: those of one round trip are on their way, the next ones wait to go together. */
interface Queue {
  readonly key: string;
  readonly rule: BucketRule;
  waiting: Waiting[];
}

/**
 * Buckets shared by every agent through Redis. A take is one script, hence atomic: however many agents ask, no more is allowed than
 * the bucket holds. Takes of one process that meet on one bucket share a round trip.
 */
export class RedisBuckets implements Buckets {
  readonly #redis: Redis;
  readonly #queues = new Map<string, Queue>();
  #reason = 'not connected yet';

  /** `onStateChange` is called when the connection is ready and when it is lost. */
  constructor(url: string, onStateChange: (isUp: boolean, reason: string) => void) {
    this.#redis = new Redis(url, {
      // A request must not wait for a store that is away.
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      commandTimeout: 1000,
      connectTimeout: 2000,
      retryStrategy: (times) => Math.min(100 * 2 ** Math.min(times, 6), 5000),
    });
    this.#redis.defineCommand('takeTokens', { numberOfKeys: 1, lua: SCRIPT });
    this.#redis.on('ready', () => onStateChange(true, ''));
    this.#redis.on('error', (error: Error) => this.#onTrouble(error.message, onStateChange));
    this.#redis.on('close', () => this.#onTrouble(this.#reason, onStateChange));
  }

  take(key: string, rule: BucketRule): Promise<Take> {
    if (rule.limit <= 0) return Promise.resolve(takeOf(rule, { isAllowed: false, fullAt: 0, nowUs: 0 }));
    return new Promise((resolve, reject) => {
      const queue = this.#queues.get(key);
      if (queue !== undefined) {
        queue.waiting.push({ resolve, reject });
        return;
      }
      const begun: Queue = { key, rule, waiting: [{ resolve, reject }] };
      this.#queues.set(key, begun);
      void this.#serve(begun);
    });
  }

  close(): void {
    this.#redis.disconnect();
  }

  #onTrouble(reason: string, onStateChange: (isUp: boolean, reason: string) => void): void {
    this.#reason = reason;
    onStateChange(false, reason);
  }

  async #serve(queue: Queue): Promise<void> {
    while (queue.waiting.length > 0) {
      const batch = queue.waiting;
      queue.waiting = [];
      await this.#takeTogether(queue, batch);
    }
    this.#queues.delete(queue.key);
  }

  async #takeTogether({ key, rule }: Queue, batch: readonly Waiting[]): Promise<void> {
    const { capacityUs, tokenUs } = inMicroseconds(rule);
    try {
      if (this.#redis.status !== 'ready') throw new Error(this.#reason);
      const replied = await this.#redis.takeTokens(KEY_PREFIX + key, capacityUs, tokenUs, batch.length);
      const [nowUs, before, allowed] = [Number(replied[0]), Number(replied[1]), replied[2]];
      for (const [index, { resolve }] of batch.entries()) {
        const isAllowed = index < allowed;
        const fullAt = before + tokenUs * Math.min(index + 1, allowed);
        resolve(takeOf(rule, { isAllowed, fullAt, nowUs }));
      }
    } catch (error) {
      const reason = error instanceof Error ? error : new Error(String(error));
      for (const { reject } of batch) reject(reason);
    }
  }
}
