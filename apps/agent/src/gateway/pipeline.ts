import type { Exchange } from './exchange/exchange.ts';
import { NOT_FOUND, type Reply } from './http/reply.ts';
import { forward } from './proxy/forward.ts';
import { answer, breakOff, fail } from './exchange/respond.ts';

/** Takes a request through its route's stages to its upstream. Stays synchronous unless a stage has to wait. */
export function handle(exchange: Exchange): void {
  watchEnd(exchange);
  try {
    const route = exchange.table.router.match(exchange);
    if (route === null) {
      answer(exchange, NOT_FOUND);
      return;
    }
    exchange.route = route;
    exchange.stages = exchange.table.planFor(route).stages;
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
      answer(exchange, outcome);
    }
    return;
  }
  forward(exchange);
}

function resume(exchange: Exchange, from: number, reply: Reply | undefined): void {
  if (exchange.isClosed) return;
  if (reply === undefined) advance(exchange, from);
  else answer(exchange, reply);
}

function watchEnd(exchange: Exchange): void {
  exchange.onSwitchedEnd = () => finish(exchange);
  // Node raises a write after the end here, which nothing else would catch; the response is lost anyway.
  exchange.res.on('error', () => breakOff(exchange));
  // Emitted once; `on` spares the wrapper that `once` makes.
  exchange.res.on('close', () => {
    if (!exchange.isSwitched) finish(exchange);
  });
}

/** Nginx's number for a client that left before it had an answer. */
const CLIENT_LEFT = 499;

function finish(exchange: Exchange): void {
  if (exchange.isClosed) return;
  exchange.isClosed = true;
  const { res, stages } = exchange;
  const status = res.headersSent || exchange.isSwitched ? res.statusCode : CLIENT_LEFT;
  exchange.abortUpstream?.(new Error('the client has gone'));
  exchange.onFinished?.();
  try {
    for (let index = 0; index < exchange.stagesStarted; index++) stages[index]?.onDone?.(exchange, status);
    record(exchange, status);
  } catch (error) {
    exchange.runtime.logger.error(
      { event: 'gateway.fault', route: exchange.route?.id, err: error },
      'counting failed',
    );
  }
}

function record(exchange: Exchange, status: number): void {
  exchange.runtime.metrics.record({
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
  });
}
