import { setTimeout as pause } from 'node:timers/promises';
import type { ServiceTarget } from '@portolan/resources/model/model';
import type { Dispatcher } from 'undici';
import type { Exchange } from '../exchange.ts';
import { NO_ENDPOINTS, textReply } from '../http/reply.ts';
import { answer } from '../respond.ts';
import { upstreamRequestHeaders } from './request-headers.ts';
import { chooseService, chooseUpstream } from './select.ts';
import { UpstreamAttempt } from './upstream-attempt.ts';
import type { Upstream } from './upstream.ts';

/** Sends an admitted request to its upstream and the response to the client. */
export function forward(exchange: Exchange): void {
  const target = exchange.route?.target ?? { kind: 'none', status: 404, reason: 'no target' };
  const chosen = chooseService(target, exchange);
  if ('kind' in chosen) {
    answer(exchange, textReply(chosen.status, chosen.reason));
    return;
  }
  attempt(exchange, chosen, { number: 1, avoid: null });
}

interface AttemptState {
  readonly number: number;
  /** The endpoint that just failed. */
  readonly avoid: Upstream | null;
}

function attempt(exchange: Exchange, target: ServiceTarget, state: AttemptState): void {
  if (exchange.isClosed) return;
  const upstream = chooseUpstream(target, exchange, state.avoid);
  if (upstream === null) {
    answer(exchange, NO_ENDPOINTS);
    return;
  }
  exchange.service = target.service;
  const options = dispatchOptions(exchange, target, upstream);
  const handler = new UpstreamAttempt(exchange, upstream, (wasSent) => {
    const delayMs = retryDelay(exchange, target, { ...state, wasSent });
    if (delayMs === null) return false;
    const next: AttemptState = { number: state.number + 1, avoid: upstream };
    if (delayMs === 0) queueMicrotask(() => attempt(exchange, target, next));
    else void pause(delayMs, undefined, { ref: false }).then(() => attempt(exchange, target, next));
    return true;
  });
  if (exchange.expectsContinue) {
    exchange.expectsContinue = false;
    if ('writeContinue' in exchange.res) exchange.res.writeContinue();
  }
  upstream.pool.dispatch(options, handler);
}

/**
 * Milliseconds to wait before another attempt, or null for none. A request that reached no upstream may go to another endpoint; one
 * that was sent is repeated only if that cannot do anything twice (RFC 9110 §9.2.2), which covers an idle connection closed
 * just as it was used again.
 */
function retryDelay(
  exchange: Exchange,
  target: ServiceTarget,
  state: AttemptState & { wasSent: boolean },
): number | null {
  const isRepeatable = !exchange.hasBody || exchange.bufferedBody !== null;
  if (state.wasSent && !(isRepeatable && IDEMPOTENT.has(exchange.method))) return null;
  if (exchange.retry !== null) {
    if (state.number >= exchange.retry.attempts) return null;
    return exchange.retry.initialIntervalMs * 2 ** (state.number - 1);
  }
  if (state.wasSent) return state.number === 1 ? 0 : null;
  const others = exchange.table.resolve(target).upstreams.length - 1;
  return state.number <= Math.min(others, 2) ? 0 : null;
}

const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE']);

function dispatchOptions(
  exchange: Exchange,
  target: ServiceTarget,
  upstream: Upstream,
): Dispatcher.DispatchOptions & { servername: string } {
  const editedHost = exchange.headerEdits?.get('host');
  const host =
    editedHost?.[1] ?? (target.passHostHeader && exchange.host !== '' ? exchange.host : upstream.authority);
  const query = exchange.targetQuery;
  return {
    method: exchange.method,
    path: query === '' ? exchange.targetPath : `${exchange.targetPath}?${query}`,
    headers: upstreamRequestHeaders(exchange, host),
    // A connection carries one request at a time here; holding it for this one as well is work for nothing.
    blocking: false,
    servername: upstream.unusedServerName,
    body: exchange.bufferedBody ?? (exchange.hasBody && exchange.upgrade === null ? exchange.req : null),
    upgrade: exchange.upgrade === null ? null : 'websocket',
  };
}
