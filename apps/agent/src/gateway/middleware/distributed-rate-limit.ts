import type { Middleware } from '@portolan/resources/model/middleware';
import type { Exchange, Stage, StageServices } from '../exchange/exchange.ts';
import type { Reply } from '../http/reply.ts';
import { bucketKey, type Take } from '../limits/buckets.ts';
import { tooManyRequests } from '../limits/limit-headers.ts';
import { sourceReader } from './source-reader.ts';

type Spec = Extract<Middleware, { kind: 'distributedRateLimit' }>;

const UNCOUNTED_RETRY_MS = 1000;

/**
 * Creates distributedRateLimit: `limit` requests a period with bursts of `burst`, counted for all agents and routes together; a limit of
 * 0 is no limit.
 */
export function distributedRateLimitStage(spec: Spec, { stores }: Pick<StageServices, 'stores'>): Stage {
  if (spec.limit <= 0) return {};
  const rule = { limit: spec.burst, periodMs: (spec.periodMs / spec.limit) * spec.burst };
  const prefix = `${bucketKey(`middleware ${spec.source.key}`, rule)} `;
  const sourceOf = sourceReader(spec.key);
  return {
    async onRequest(exchange): Promise<Reply | undefined> {
      let take: Take;
      try {
        take = await stores.take(spec.store, prefix + sourceOf(exchange), rule);
      } catch {
        // The store logs when it goes and comes; the reference page has 429 for this too.
        return spec.denyOnError
          ? tooManyRequests(UNCOUNTED_RETRY_MS, 'Requests cannot be counted at present.')
          : undefined;
      }
      if (spec.responseHeaders) addHeaders(exchange, spec, take);
      return take.isAllowed ? undefined : tooManyRequests(take.retryAfterMs, 'Too many requests.');
    },
  };
}

/** Period and Reset are seconds; Reset until the bucket is full again. */
function addHeaders(exchange: Exchange, { limit, periodMs }: Spec, { remaining, resetMs }: Take): void {
  exchange.addResponseFields([
    'X-Rate-Limit-Remaining',
    String(remaining),
    'X-Rate-Limit-Limit',
    String(limit),
    'X-Rate-Limit-Period',
    String(periodMs / 1000),
    'X-Rate-Limit-Reset',
    String(Math.ceil(resetMs / 1000)),
  ]);
}
