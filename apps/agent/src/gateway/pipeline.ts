import type { Exchange, Stage } from './exchange/exchange.ts';
import type { RecordedRequest, RequestRecorder } from './options.ts';
import type { RoutingTable } from './routing-table.ts';
import { meetsDemands } from './tls/demands.ts';
import { NOT_FOUND, problemReply, type Reply } from './http/reply.ts';
import { forward } from './proxy/forward.ts';
import { respond, abortResponse, fail } from './exchange/respond.ts';

/** RFC 9110 §15.5.20: the client may come again on another connection. */
const MISDIRECTED = problemReply(
  421,
  'This address demands another TLS handshake than the connection was made with.',
);

/** Takes a request through its route's stages to its upstream. Synchronous unless a stage has to wait. */
export function handle(
  exchange: Exchange,
  table: Pick<RoutingTable, 'router' | 'planFor'>,
  metrics: RequestRecorder,
): void {
  watchEnd(exchange, metrics);
  try {
    const route = table.router.match(exchange);
    if (route === null) {
      respond(exchange, NOT_FOUND);
      return;
    }
    exchange.route = route;
    if (route.tls !== undefined && !meetsDemands(route.tls, exchange.client.handshake)) {
      respond(exchange, MISDIRECTED);
      return;
    }
    exchange.stages = table.planFor(route).stages;
    advance(exchange, 0);
  } catch (error) {
    fail(exchange, error);
  }
}

/** Takes a request through stages, the last of which responds. */
export function runStages(exchange: Exchange, stages: readonly Stage[], metrics: RequestRecorder): void {
  watchEnd(exchange, metrics);
  try {
    exchange.stages = stages;
    advance(exchange, 0);
  } catch (error) {
    fail(exchange, error);
  }
}

function advance(exchange: Exchange, from: number): void {
  const { stages } = exchange;
  for (let index = from; index < stages.length; index++) {
    exchange.responseHooksLeft = index + 1;
    exchange.stagesStarted = index + 1;
    const outcome = stages[index]?.onRequest?.(exchange);
    if (outcome === undefined) continue;
    if (outcome instanceof Promise) {
      outcome
        .then((reply) => resume(exchange, index + 1, reply))
        .catch((error: unknown) => fail(exchange, error));
    } else {
      respond(exchange, outcome);
    }
    return;
  }
  forward(exchange);
}

function resume(exchange: Exchange, from: number, reply: Reply | undefined): void {
  if (exchange.isClosed) return;
  if (reply === undefined) advance(exchange, from);
  else respond(exchange, reply);
}

function watchEnd(exchange: Exchange, metrics: RequestRecorder): void {
  exchange.onSwitchedEnd = () => finish(exchange, metrics);
  // Node emits a write after the end here, and an error without a listener would end the process.
  exchange.res.on('error', () => abortResponse(exchange));
  // Emitted once; `on` spares the wrapper that `once` makes.
  exchange.res.on('close', () => {
    if (!exchange.isSwitched) finish(exchange, metrics);
  });
}

/** nginx's status for a client that left before it had a response. */
const CLIENT_CLOSED_REQUEST = 499;

function finish(exchange: Exchange, metrics: RequestRecorder): void {
  if (exchange.isClosed) return;
  exchange.isClosed = true;
  const { res, stages } = exchange;
  const status = res.headersSent || exchange.isSwitched ? res.statusCode : CLIENT_CLOSED_REQUEST;
  exchange.abortUpstream?.(new Error('the client has gone'));
  exchange.onFinished?.();
  try {
    for (let index = 0; index < exchange.stagesStarted; index++) stages[index]?.onDone?.(exchange, status);
    metrics.record(recordOf(exchange, status));
  } catch (error) {
    exchange.context.logger.error(
      { event: 'gateway.fault', route: exchange.route?.id, err: error },
      'counting failed',
    );
  }
}

function recordOf(exchange: Exchange, status: number): RecordedRequest {
  return {
    route: exchange.route,
    status,
    durationMs: performance.now() - exchange.startedAt,
    bytesIn: exchange.bytesIn,
    bytesOut: exchange.bytesOut,
    method: exchange.method,
    path: exchange.path,
    host: exchange.host,
    service: exchange.service,
    userId: exchange.identity?.userId ?? null,
    keyId: exchange.identity?.keyId ?? null,
  };
}
