import type { RedisSettings } from '@portolan/resources/model/redis-settings';
import type { Result } from 'ioredis';
import { Batches } from './batches.ts';
import { openRedis, type RedisClient } from './redis-client.ts';
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

interface BucketRequest {
  readonly key: string;
  readonly rule: BucketRule;
}

/**
 * Buckets shared by every agent through Redis. A take is one script, hence atomic: however many agents ask, no more is allowed than
 * the bucket holds. Takes of one process that meet on one bucket share a round trip.
 */
export class RedisBuckets implements Buckets {
  readonly client: RedisClient;
  readonly #batches = new Batches<BucketRequest, Take>((request, count) =>
    this.#takeTogether(request, count),
  );
  #reason = 'not connected yet';

  /** `onStateChange` is called when the connection is ready and when it is lost. */
  constructor(place: string | RedisSettings, onStateChange: (isUp: boolean, reason: string) => void) {
    this.client = openRedis(place);
    this.client.defineCommand('takeTokens', { numberOfKeys: 1, lua: SCRIPT });
    this.client.on('ready', () => onStateChange(true, ''));
    this.client.on('error', (error: Error) => this.#onTrouble(error.message, onStateChange));
    this.client.on('close', () => this.#onTrouble(this.#reason, onStateChange));
  }

  take(key: string, rule: BucketRule): Promise<Take> {
    if (rule.limit <= 0) return Promise.resolve(takeOf(rule, { isAllowed: false, fullAt: 0, nowUs: 0 }));
    return this.#batches.add(key, { key, rule });
  }

  /** Why the connection is not ready. */
  get reason(): string {
    return this.#reason;
  }

  close(): void {
    this.client.disconnect();
  }

  #onTrouble(reason: string, onStateChange: (isUp: boolean, reason: string) => void): void {
    this.#reason = reason;
    onStateChange(false, reason);
  }

  async #takeTogether({ key, rule }: BucketRequest, count: number): Promise<Take[]> {
    const { capacityUs, tokenUs } = inMicroseconds(rule);
    if (this.client.status !== 'ready') throw new Error(this.#reason);
    const replied = await this.client.takeTokens(KEY_PREFIX + key, capacityUs, tokenUs, count);
    const [nowUs, before, allowed] = [Number(replied[0]), Number(replied[1]), replied[2]];
    return Array.from({ length: count }, (_, index) =>
      takeOf(rule, {
        isAllowed: index < allowed,
        fullAt: before + tokenUs * Math.min(index + 1, allowed),
        nowUs,
      }),
    );
  }
}
