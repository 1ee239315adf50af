import type { Result } from 'ioredis';
import type { RedisClient } from './redis-client.ts';
import { Batches } from './batches.ts';
import { inMicroseconds } from './buckets.ts';
import { rateState, type PlanCounters, type PlanRequest, type PlanTake } from './plan-counters.ts';
import { QUOTA_PARTS, quotaState } from './quota.ts';

const KEY_PREFIX = 'portolan:plan:';

/**
 * `MemoryPlanCounters.take`, `count` times, on the clock of the server. KEYS: rate, quota. ARGV: count, capacity and token of the
 * rate in microseconds (0 = no rate), limit and period of the quota in microseconds (-1 = no quota), parts of the period.
 * Returns now, when the bucket was full, how much of the quota was used, the last request of the oldest and of the newest
 * triple (0 = none), how many were allowed.
 */
const SCRIPT = `
local count, capacity, token = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local limit, period, parts = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local full = now
if capacity > 0 then
  local state = redis.call('GET', KEYS[1])
  if state then
    local at, former = string.match(state, '([^ ]+) ([^ ]+)')
    full = now + math.min(math.max(0, tonumber(at) - now) / tonumber(former) * token, capacity)
  end
end
local spans, used = {}, 0
if limit >= 0 then
  for first, last, number in string.gmatch(redis.call('GET', KEYS[2]) or '', '([%d.]+) ([%d.]+) (%d+);') do
    first, last, number = math.min(tonumber(first), now), math.min(tonumber(last), now), tonumber(number)
    if last > now - period then
      spans[#spans + 1] = { first, last, number }
      used = used + number
    end
  end
end
local before, usedBefore, allowed = full, used, 0
while allowed < count and (capacity == 0 or full + token - now <= capacity + 0.5) and (limit < 0 or used < limit) do
  full = full + token
  used = used + 1
  allowed = allowed + 1
end
local oldest, newest = 0, 0
if #spans > 0 then oldest, newest = spans[1][2], spans[#spans][2] end
if allowed > 0 then
  if capacity > 0 then
    redis.call('SET', KEYS[1], string.format('%.3f %.6f', full, token), 'PX', math.max(1, math.ceil((full - now) / 1000)))
  end
  if limit >= 0 then
    local tail = spans[#spans]
    if tail and now - tail[1] < period / parts then
      tail[2] = now
      tail[3] = tail[3] + allowed
    else
      spans[#spans + 1] = { now, now, allowed }
    end
    local texts = {}
    for index, span in ipairs(spans) do texts[index] = string.format('%.0f %.0f %d;', span[1], span[2], span[3]) end
    redis.call('SET', KEYS[2], table.concat(texts), 'PX', math.max(1, math.ceil(period / 1000)))
  end
end
return { string.format('%.3f', now), string.format('%.3f', before), usedBefore, string.format('%.0f', oldest), string.format('%.0f', newest), allowed }
`;

type Replied = [now: string, fullAt: string, used: number, oldest: string, newest: string, allowed: number];

declare module 'ioredis' {
  interface RedisCommander<Context> {
    takePlan(
      rateKey: string,
      quotaKey: string,
      count: number,
      capacityUs: number,
      tokenUs: number,
      limit: number,
      periodUs: number,
      parts: number,
    ): Result<Replied, Context>;
  }
}

/** Counters of plans shared by every agent through Redis. A take is one script, hence exact however many agents ask. */
export class RedisPlanCounters implements PlanCounters {
  readonly #redis: RedisClient;
  readonly #reason: () => string;
  readonly #batches = new Batches<PlanRequest, PlanTake>((request, count) =>
    this.#takeTogether(request, count),
  );

  /** `reason` says why the connection is not ready. */
  constructor(redis: RedisClient, reason: () => string) {
    this.#redis = redis;
    this.#reason = reason;
    redis.defineCommand('takePlan', { numberOfKeys: 2, lua: SCRIPT });
  }

  take(request: PlanRequest): Promise<PlanTake> {
    const { rate, quota } = request;
    return this.#batches.add(JSON.stringify([rate, quota]), request);
  }

  async peek(request: PlanRequest): Promise<PlanTake> {
    return takeAt(request, await this.#run(request, 0), 0);
  }

  async #takeTogether(request: PlanRequest, count: number): Promise<PlanTake[]> {
    const replied = await this.#run(request, request.rate?.limit === 0 ? 0 : count);
    return Array.from({ length: count }, (_, index) => takeAt(request, replied, index));
  }

  async #run({ rate, quota }: PlanRequest, count: number): Promise<Replied> {
    if (this.#redis.status !== 'ready') throw new Error(this.#reason());
    const isNone = rate?.limit === 0;
    const { capacityUs, tokenUs } =
      rate === null || isNone ? { capacityUs: 0, tokenUs: 0 } : inMicroseconds(rate);
    return this.#redis.takePlan(
      `${KEY_PREFIX}rate:${rate?.key ?? ''}`,
      `${KEY_PREFIX}quota:${quota?.key ?? ''}`,
      count,
      capacityUs,
      tokenUs,
      quota?.limit ?? -1,
      (quota?.periodMs ?? 0) * 1000,
      QUOTA_PARTS,
    );
  }
}

/** Returns what the request at an index of a batch learns. */
function takeAt({ rate, quota }: PlanRequest, replied: Replied, index: number): PlanTake {
  const [nowUs, fullBefore, oldestUs, newestUs] = [replied[0], replied[1], replied[3], replied[4]].map(
    Number,
  );
  const [usedBefore, allowed] = [replied[2], replied[5]];
  const isAllowed = index < allowed;
  const counted = Math.min(index, allowed);
  const used = usedBefore + counted;
  const hasQuota = quota === null || used < quota.limit;
  const [now = 0, full = 0] = [nowUs, fullBefore];
  const tokenUs = rate === null || rate.limit === 0 ? 0 : inMicroseconds(rate).tokenUs;
  const fullAt = full + tokenUs * counted;
  return {
    isAllowed,
    rate:
      rate &&
      rateState(rate, {
        fullAt,
        nowUs: now,
        isAllowed,
        hasToken: isAllowed || (rate.limit > 0 && fullAt + tokenUs - now <= rate.periodMs * 1000 + 0.5),
      }),
    quota:
      quota &&
      quotaState(quota, {
        used: used + (isAllowed ? 1 : 0),
        isAllowed: hasQuota,
        oldestMs: oldestUs ? oldestUs / 1000 : counted > 0 ? now / 1000 : null,
        newestMs: newestUs ? newestUs / 1000 : counted > 0 ? now / 1000 : null,
        nowMs: now / 1000,
      }),
  };
}
