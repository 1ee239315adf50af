import type { Exchange, Stage } from './exchange/exchange.ts';
import type { RoutingTable } from './routing-table.ts';
import type { OnDone } from './runtime.ts';
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
export function runPipeline(
  exchange: Exchange,
  table: Pick<RoutingTable, 'router' | 'planFor'>,
  onDone: OnDone,
): void {
  watchEnd(exchange, onDone);
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
export function runStages(exchange: Exchange, stages: readonly Stage[], onDone: OnDone): void {
  watchEnd(exchange, onDone);
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

function watchEnd(exchange: Exchange, onDone: OnDone): void {
  exchange.onSwitchedEnd = () => finish(exchange, onDone);
  // Node emits a write after the end here, and an error without a listener would end the process.
  exchange.res.on('error', () => abortResponse(exchange));
  // Emitted once; `on` spares the wrapper that `once` makes.
  exchange.res.on('close', () => {
    if (!exchange.isSwitched) finish(exchange, onDone);
  });
}

/** nginx's status for a client that left before it had a response. */
const CLIENT_CLOSED_REQUEST = 499;

function finish(exchange: Exchange, onDone: OnDone): void {
  if (exchange.isClosed) return;
  exchange.isClosed = true;
  const { res, stages } = exchange;
  const status = res.headersSent || exchange.isSwitched ? res.statusCode : CLIENT_CLOSED_REQUEST;
  if (status === CLIENT_CLOSED_REQUEST) exchange.refusal ??= 'client-closed';
  exchange.abortUpstream?.(new Error('the client has gone'));
  exchange.onFinished?.();
  try {
    for (let index = 0; index < exchange.stagesStarted; index++) stages[index]?.onDone?.(exchange, status);
    onDone(exchange, status);
  } catch (error) {
    exchange.context.logger.error(
      { event: 'gateway.fault', route: exchange.route?.id, err: error },
      'counting failed',
    );
  }
}
