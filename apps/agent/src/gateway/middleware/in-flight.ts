import type { MiddlewareSpec } from '@portolan/resources/model/middleware';
import type { Exchange } from '../exchange/exchange.ts';
import { emptyReply } from '../http/reply.ts';
import type { Stage } from '../stage.ts';
import { sourceReader } from './source.ts';

/** Bounds the requests of one source that are being served at the same time. */
export function inFlightStage(spec: Extract<MiddlewareSpec, { kind: 'inFlightReq' }>): Stage {
  const sourceOf = sourceReader(spec.key);
  const running = new Map<string, number>();
  const counted = new WeakMap<Exchange, string>();
  return {
    onRequest(exchange) {
      const source = sourceOf(exchange);
      const count = running.get(source) ?? 0;
      if (count >= spec.amount) return emptyReply(429);
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
