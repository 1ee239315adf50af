import { z } from 'zod';
import { durationOrSeconds } from '../../../kinds/shape.ts';
import { durationFaults, durationMs } from '../duration.ts';
import { sourceCriterionFaults } from '../middleware-faults.ts';
import { sourceCriterionOf } from '../source-criterion.ts';
import { flag, text, texts, wholeNumber } from './options.ts';
import { definePlugin, refused } from './plugin.ts';
import { readRedis, redisShape } from './read-redis.ts';

const TTL_SECONDS = 300;
const MEMORY_LIMIT = '64Mi';
/** A response that is kept may be as large as this at most; the memory of a process is not without end. */
const MEMORY_MAX = 16 * 2 ** 30;

/** https://doc.traefik.io/traefik-hub/api-gateway/reference/routing/http/middlewares/ref-httpcache */
export const httpCachePlugin = definePlugin({
  name: 'httpCache',
  shape: z.looseObject({
    maxTtl: wholeNumber.optional(),
    disableCacheStatusHeader: flag.optional(),
    store: z
      .looseObject({
        memory: z.looseObject({ limit: text.optional() }).optional(),
        redis: z.unknown().optional(),
      })
      .optional(),
  }),
  compile({ maxTtl = TTL_SECONDS, disableCacheStatusHeader = false, store }) {
    if (maxTtl <= 0)
      return {
        ok: false,
        reason: 'httpCache.maxTtl must be positive',
        fix: 'write a number of seconds, such as 300',
      };
    if (store?.redis !== undefined)
      return refused('httpCache.store.redis', 'responses are kept in memory', 'use store.memory');
    const bytesMax = bytesOf(store?.memory?.limit || MEMORY_LIMIT);
    if (bytesMax === null || bytesMax < 1 || bytesMax > MEMORY_MAX)
      return {
        ok: false,
        reason: 'httpCache.store.memory.limit is not an amount of memory up to 16Gi',
        fix: 'write it like 64Mi or 1Gi',
      };
    return {
      ok: true,
      value: { kind: 'httpCache', ttlMsMax: maxTtl * 1000, bytesMax, showsStatus: !disableCacheStatusHeader },
    };
  },
});

const UNITS: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['k', 1e3],
  ['M', 1e6],
  ['G', 1e9],
  ['Ki', 2 ** 10],
  ['Mi', 2 ** 20],
  ['Gi', 2 ** 30],
]);

/** Returns the bytes of a Kubernetes quantity such as `64Mi`; null for what is none. */
function bytesOf(quantity: string): number | null {
  const [, count, unit = ''] = /^(\d+(?:\.\d+)?)([kMG]|[KMG]i)?$/.exec(quantity.trim()) ?? [];
  const factor = UNITS.get(unit);
  return count === undefined || factor === undefined ? null : Math.floor(Number(count) * factor);
}

const ipStrategy = z.looseObject({
  depth: wholeNumber.optional(),
  excludedIPs: texts.optional(),
  ipv6Subnet: wholeNumber.optional(),
});

/** https://doc.traefik.io/traefik-hub/api-gateway/reference/routing/http/middlewares/ref-distributed-rate-limit */
export const distributedRateLimitPlugin = definePlugin({
  name: 'distributedRateLimit',
  shape: z.looseObject({
    limit: wholeNumber.optional(),
    period: durationOrSeconds.optional(),
    burst: wholeNumber.optional(),
    denyOnError: flag.optional(),
    responseHeaders: flag.optional(),
    sourceCriterion: z
      .looseObject({
        ipStrategy: ipStrategy.optional(),
        requestHeaderName: text.optional(),
        requestHost: flag.optional(),
      })
      .optional(),
    store: z.looseObject({ redis: redisShape.optional() }).optional(),
  }),
  judge: ({ period, sourceCriterion, store }, path) => [
    ...durationFaults(`${path}.period`, period),
    ...durationFaults(`${path}.store.redis.timeout`, store?.redis?.timeout),
    ...sourceCriterionFaults(`${path}.sourceCriterion`, sourceCriterion),
  ],
  compile(options, reader) {
    if (reader.isRemote)
      return refused(
        'distributedRateLimit',
        'objects made on the platform do not reach into the network of a cluster',
        'create it in the cluster',
      );
    const store = readRedis(options.store?.redis, 'distributedRateLimit.store.redis');
    if (!store.ok) return store;
    const { limit = 0, burst = 1 } = options;
    if (limit < 0 || burst < 0)
      return {
        ok: false,
        reason: 'distributedRateLimit: limit and burst must not be negative',
        fix: 'correct them',
      };
    return {
      ok: true,
      value: {
        kind: 'distributedRateLimit',
        limit,
        periodMs: durationMs(options.period, 1000) || 1000,
        burst: burst || 1,
        key: sourceCriterionOf(options.sourceCriterion) ?? {
          kind: 'ip',
          ip: { depth: 0, excludedIPs: [], ipv6Subnet: null },
        },
        denyOnError: options.denyOnError ?? true,
        responseHeaders: options.responseHeaders ?? false,
        store: store.value,
      },
    };
  },
});
