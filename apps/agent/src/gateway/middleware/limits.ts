import type { Middleware, MiddlewareSpec } from '@portolan/resources/model/middleware';
import type { Route } from '@portolan/resources/model/model';
import type { Exchange, Stage, StageServices } from '../exchange/exchange.ts';
import { readBody } from '../exchange/read-body.ts';
import { AddressSet } from '../http/addresses.ts';
import { emptyReply, problemReply, textReply, type Reply } from '../http/reply.ts';
import { bucketKey, type Take } from '../limits/buckets.ts';
import { tooManyRequests } from '../limits/limit-headers.ts';
import { addressReader, sourceReader } from './source-reader.ts';

const TOO_MANY_IN_FLIGHT = problemReply(429, 'Too many requests at the same time.');
const TOO_LARGE: Reply = textReply(413, 'Request Entity Too Large');

/** Creates Traefik's rateLimit: `average` requests a period with bursts of `burst`; an average of 0 is no limit. */
export function rateLimitStage(
  spec: Extract<Middleware, { kind: 'rateLimit' }>,
  route: Route,
  { limiter }: Pick<StageServices, 'limiter'>,
): Stage {
  if (spec.average <= 0) return {};
  const burst = Math.max(1, spec.burst);
  // A bucket of `burst` tokens that gets `average` back every period.
  const rule = { strategy: 'local', limit: burst, periodMs: (spec.periodMs / spec.average) * burst } as const;
  const prefix = `${bucketKey(`middleware ${spec.source.key} ${route.id}`, rule)} `;
  const sourceOf = sourceReader(spec.key);
  return {
    onRequest(exchange) {
      const taken = limiter.take(prefix + sourceOf(exchange), rule);
      return taken instanceof Promise ? taken.then(refusal) : refusal(taken);
    },
  };
}

function refusal(take: Take): Reply | undefined {
  return take.isAllowed ? undefined : tooManyRequests(take.retryAfterMs, 'Too many requests.');
}

/** Creates inFlightReq: bounds the requests of one source that are being served at the same time. */
export function inFlightStage(spec: Extract<MiddlewareSpec, { kind: 'inFlightReq' }>): Stage {
  const sourceOf = sourceReader(spec.key);
  const running = new Map<string, number>();
  const counted = new WeakMap<Exchange, string>();
  return {
    onRequest(exchange) {
      const source = sourceOf(exchange);
      const count = running.get(source) ?? 0;
      if (count >= spec.amount) return TOO_MANY_IN_FLIGHT;
      running.set(source, count + 1);
      counted.set(exchange, source);
      return undefined;
    },
    onDone(exchange) {
      const source = counted.get(exchange);
      if (source === undefined) return;
      const left = (running.get(source) ?? 1) - 1;
      if (left === 0) running.delete(source);
      else running.set(source, left);
    },
  };
}

/** Creates ipAllowList: refuses addresses outside its ranges, and requests whose address cannot be read. */
export function ipAllowListStage(spec: Extract<MiddlewareSpec, { kind: 'ipAllowList' }>): Stage {
  const allowed = new AddressSet(spec.sourceRange);
  const addressOf = addressReader(spec.ip);
  const refused = emptyReply(spec.rejectStatusCode);
  return {
    onRequest(exchange) {
      const address = addressOf(exchange);
      return address !== null && allowed.has(address) ? undefined : refused;
    },
  };
}

/** Creates buffering: reads a request whole before forwarding it, and holds back a response until it is whole; both within limits. */
export function bufferingStage(spec: Extract<MiddlewareSpec, { kind: 'buffering' }>): Stage {
  return {
    onRequest(exchange) {
      if (spec.maxResponseBodyBytes > 0) exchange.responseBytesMax = spec.maxResponseBodyBytes;
      if (spec.maxRequestBodyBytes <= 0 || !exchange.hasBody || exchange.upgrade !== null) return undefined;
      if (Number(exchange.header('content-length') ?? 0) > spec.maxRequestBodyBytes) return TOO_LARGE;
      return readBody(exchange, spec.maxRequestBodyBytes).then((body) =>
        body === null ? TOO_LARGE : undefined,
      );
    },
  };
}
