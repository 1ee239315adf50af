import type { Route } from '@portolan/resources/model/model';
import type { Middleware } from '@portolan/resources/model/middleware';
import type { Reply } from '../http/reply.ts';
import type { Take } from '../limits/bucket.ts';
import { tooManyRequests } from '../limits/limit-headers.ts';
import type { GatewayRuntime } from '../runtime.ts';
import type { Stage } from '../stage.ts';
import { sourceReader } from './source.ts';

/** Traefik's rateLimit: `average` requests a period with bursts of `burst`; an average of 0 is no limit. */
export function rateLimitStage(
  spec: Extract<Middleware, { kind: 'rateLimit' }>,
  route: Route,
  runtime: GatewayRuntime,
): Stage {
  if (spec.average <= 0) return {};
  const burst = Math.max(1, spec.burst);
  // A bucket of `burst` tokens that gets `average` back every period.
  const rule = { strategy: 'local', limit: burst, periodMs: (spec.periodMs / spec.average) * burst } as const;
  const prefix = `middleware ${spec.source.key} ${route.id} `;
  const sourceOf = sourceReader(spec.key);
  return {
    onRequest(exchange) {
      const taken = runtime.limiter.take(prefix + sourceOf(exchange), rule);
      return taken instanceof Promise ? taken.then(refusal) : refusal(taken);
    },
  };
}

function refusal(take: Take): Reply | undefined {
  return take.isAllowed ? undefined : tooManyRequests(take.retryAfterMs);
}
