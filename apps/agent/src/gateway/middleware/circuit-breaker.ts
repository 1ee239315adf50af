import type { MiddlewareSpec } from '@portolan/resources/model/middleware';
import type { Exchange } from '../exchange/exchange.ts';
import { textReply } from '../http/reply.ts';
import type { Stage } from '../exchange/exchange.ts';
import { compileBreaker } from './breaker-expression.ts';
import { BreakerWindow } from './breaker-window.ts';

type State =
  | { readonly kind: 'closed'; readonly checkAt: number }
  | { readonly kind: 'open'; readonly until: number }
  /** Lets a share of requests through that grows from none to all. */
  | { readonly kind: 'recovering'; readonly from: number; readonly until: number };

/** Stops asking an upstream that fails as the expression describes, then lets it have its requests back little by little. */
export function circuitBreakerStage(
  spec: Extract<MiddlewareSpec, { kind: 'circuitBreaker' }>,
  now: () => number = () => performance.now(),
): Stage {
  const isTripping = compileBreaker(spec.expression);
  const window = new BreakerWindow(now);
  const refusal = textReply(spec.responseCode, 'Service Unavailable');
  const admitted = new WeakSet<Exchange>();
  let state: State = { kind: 'closed', checkAt: 0 };

  const trip = (): void => {
    state = { kind: 'open', until: now() + spec.fallbackDurationMs };
    window.clear();
  };
  const isAdmitted = (): boolean => {
    if (state.kind === 'open' && now() >= state.until) {
      state = { kind: 'recovering', from: now(), until: now() + spec.recoveryDurationMs };
    }
    if (state.kind === 'recovering') {
      if (now() >= state.until) state = { kind: 'closed', checkAt: 0 };
      else return Math.random() < (now() - state.from) / spec.recoveryDurationMs;
    }
    return state.kind === 'closed';
  };
  return {
    onRequest(exchange) {
      if (!isAdmitted()) return refusal;
      admitted.add(exchange);
      return undefined;
    },
    onDone(exchange, status) {
      if (!admitted.has(exchange) || state.kind === 'open') return;
      window.add({
        status,
        latencyMs: performance.now() - exchange.startedAt,
        isNetworkError: exchange.hasNetworkError,
      });
      if (state.kind === 'closed' && now() < state.checkAt) return;
      if (isTripping(window)) trip();
      else if (state.kind === 'closed') state = { kind: 'closed', checkAt: now() + spec.checkPeriodMs };
    },
  };
}
