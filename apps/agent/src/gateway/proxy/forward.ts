import { setTimeout as pause } from 'node:timers/promises';
import type { ServiceTarget } from '@portolan/resources/model/service';
import type { Dispatcher } from 'undici';
import type { Exchange } from '../exchange/exchange.ts';
import type { HeaderList } from '../http/header-list.ts';
import { NO_ENDPOINTS, textReply } from '../http/reply.ts';
import { respond, fail, guarded } from '../exchange/respond.ts';
import type { UpstreamRequest } from '../upstreams/raw-handler.ts';
import { announcedTrailers, hostFor, upstreamRequestHeaders } from './request-headers.ts';
import { chooseService, chooseUpstream, stickyCookies } from './choose-upstream.ts';
import { UpstreamAttempt } from './upstream-attempt.ts';
import type { Upstream } from '../upstreams/upstream.ts';

/** Sends an admitted request to its upstream, and the response to the client. */
export function forward(exchange: Exchange): void {
  const target = exchange.route?.target ?? { kind: 'none', status: 404, reason: 'no target' };
  const cookies: HeaderList = [];
  const chosen = chooseService(target, exchange, cookies);
  if ('kind' in chosen) {
    respond(exchange, { ...textReply(chosen.status, chosen.reason), reason: 'closed-route' });
    return;
  }
  attempt(exchange, chosen, { number: 1, avoid: null, cookies });
}

interface AttemptState {
  readonly number: number;
  /** The endpoint that just failed. */
  readonly avoid: Upstream | null;
  /** Set-Cookie fields that name the chosen Service. */
  readonly cookies: HeaderList;
}

function attempt(exchange: Exchange, target: ServiceTarget, state: AttemptState): void {
  if (exchange.isClosed) return;
  const upstream = chooseUpstream(target, exchange, state.avoid);
  if (upstream === null) {
    respond(exchange, NO_ENDPOINTS);
    return;
  }
  exchange.service = target.service;
  const request = requestFor(exchange, target, upstream);
  const cookies = stickyCookies(exchange, target, upstream, state.cookies);
  const handler = new UpstreamAttempt(exchange, { upstream, cookies }, (wasSent) => {
    const delayMs = retryDelay(exchange, target, { ...state, wasSent });
    if (delayMs === null) return false;
    const next: AttemptState = { ...state, number: state.number + 1, avoid: upstream };
    if (delayMs === 0) queueMicrotask(guarded(exchange, () => attempt(exchange, target, next)));
    else {
      void pause(delayMs, undefined, { ref: false })
        .then(() => attempt(exchange, target, next))
        .catch((error: unknown) => fail(exchange, error));
    }
    return true;
  });
  upstream.send(request, handler);
  // An upstream that does not support expectations waits for the body while the client waits for 100 (RFC 9110 §10.1.1).
  if (request.expectsContinue)
    setTimeout(
      guarded(exchange, () => exchange.continueBody()),
      CONTINUE_WAIT_MS,
    ).unref();
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
  const others = exchange.context.resolve(target).upstreams.length - 1;
  return state.number <= Math.min(others, 2) ? 0 : null;
}

/** How long to wait for the upstream's 100 (Continue); curl waits as long. */
const CONTINUE_WAIT_MS = 1000;

const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE']);

function requestFor(
  exchange: Exchange,
  target: ServiceTarget,
  upstream: Upstream,
): UpstreamRequest & Dispatcher.DispatchOptions & { servername: string } {
  const headers = upstreamRequestHeaders(exchange, hostFor(exchange, target, upstream));
  const isStreamed = exchange.hasBody && exchange.bufferedBody === null && exchange.upgrade === null;
  const expectsContinue = isStreamed && exchange.expectsContinue;
  if (expectsContinue) headers.push('Expect', '100-continue');
  return {
    method: exchange.method,
    path: exchange.targetUri,
    headers,
    // A connection carries one request at a time here; holding it for this one as well is work for nothing.
    blocking: false,
    servername: upstream.serverName,
    body: exchange.bufferedBody ?? (isStreamed ? exchange.body : null),
    upgrade: exchange.upgrade === null ? null : 'websocket',
    expectsContinue,
    needsHttp2: isGrpc(exchange),
    trailers: isStreamed ? announcedTrailers(exchange, headers) : null,
  };
}

function isGrpc({ req }: Exchange): boolean {
  return req.headers['content-type']?.startsWith('application/grpc') === true;
}
