import type { Route } from '@portolan/resources/model/model';
import type { ObjectRef } from '@portolan/resources/model/object-ref';
import type { Identity } from '@portolan/resources/model/request';
import { operationPath } from '@portolan/resources/decide/authorize';
import type { Operation } from '@portolan/resources/decide/operations';
import type { TraceContext } from '../trace/trace-context.ts';
import type { Exchange } from './exchange.ts';
import type { RefusalReason, ResponseSource } from './response-source.ts';

/** Returns the operation of an API's OpenAPI document, by the key of the API or APIVersion; null where it lists none. */
export type FindOperation = (key: string, method: string, path: string) => Operation | null;

/**
 * One exchange after its last byte, as it is passed to metrics, logs and traces. Values only: nothing in it keeps the
 * connection alive. Everything but `route`, `identity` and what they lead to may have been chosen by the client.
 */
export interface FinishedExchange {
  /** What the caller got in `X-Request-Id`. */
  readonly requestId: string;
  readonly trace: TraceContext | null;
  /** Milliseconds since the epoch, of the request's head. */
  readonly startedAt: number;
  /** Null when nothing matched. */
  readonly route: Route | null;
  readonly api: ObjectRef | null;
  readonly version: ObjectRef | null;
  /** Of the API's OpenAPI document; null where it has none or lists no such operation. */
  readonly operation: Operation | null;
  /** 499 when the client left before it had a response. */
  readonly status: number;
  readonly source: ResponseSource;
  /** Why the gateway did not forward the request, or could not; null for all others. */
  readonly refusal: RefusalReason | null;
  /** From the request's head to the last byte of the response, in milliseconds. */
  readonly durationMs: number;
  /** From the first attempt to the last byte of the upstream's response, retries included; null when none was asked. */
  readonly upstreamMs: number | null;
  /** From the request's head to the first attempt, in milliseconds; null when no upstream was asked. */
  readonly upstreamStartMs: number | null;
  /** To find out who calls, in milliseconds. */
  readonly authMs: number;
  /** Both connections went on in another protocol: durations are those of the whole conversation. */
  readonly isUpgraded: boolean;
  /** Server-Sent Events: its duration says how long the client stayed. */
  readonly isEventStream: boolean;
  /** Attempts to reach an upstream. */
  readonly attempts: number;
  /** Bytes of content, without heads. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly method: string;
  readonly scheme: 'http' | 'https';
  readonly host: string;
  /** Clean, without the query. */
  readonly path: string;
  /** Without its `?`; may hold credentials. */
  readonly query: string;
  /** `1.1`, `2.0`. */
  readonly httpVersion: string;
  /** `TLSv1.3`; null without TLS, or where it ended before the gateway. */
  readonly tlsVersion: string | null;
  readonly clientAddress: string;
  /** When a broker's edge opened the stream of the connection, in milliseconds since the epoch of the broker's clock; null for later requests of it and for other connections. */
  readonly edgeOpenedAt: number | null;
  /** `namespace/name` of the Service that was asked; null for none. */
  readonly service: string | null;
  /** Origin of the endpoint that was asked last; null for none. */
  readonly upstream: string | null;
  /** The caller; null for anonymous and refused callers. */
  readonly identity: Identity | null;
  readonly userId: string | null;
  /** Id of the API key of the request. */
  readonly keyId: string | null;
}

/** Receives each exchange once, after its last byte. */
export interface RequestRecorder {
  record(exchange: FinishedExchange): void;
}

/** Returns what is known of an exchange that is over. */
export function finishedExchange(
  exchange: Exchange,
  status: number,
  findOperation: FindOperation,
): FinishedExchange {
  const { route, identity, client, req } = exchange;
  const durationMs = performance.now() - exchange.startedAt;
  const guard = route?.guard.kind === 'api' ? route.guard.api : null;
  const { startedAt, endedAt } = exchange.upstreamTimes;
  return {
    requestId: exchange.requestId,
    trace: exchange.trace,
    startedAt: Date.now() - durationMs,
    route,
    api: guard?.api ?? null,
    version: guard?.version ?? null,
    operation:
      guard === null
        ? null
        : findOperation(
            (guard.version ?? guard.api).key,
            exchange.method,
            operationPath(guard, exchange.path),
          ),
    status,
    source: exchange.source,
    refusal: exchange.refusal,
    durationMs,
    upstreamMs: startedAt === 0 ? null : (endedAt || performance.now()) - startedAt,
    upstreamStartMs: startedAt === 0 ? null : startedAt - exchange.startedAt,
    authMs: exchange.authMs,
    isUpgraded: exchange.isSwitched,
    isEventStream: exchange.isEventStream,
    attempts: exchange.attempts,
    bytesIn: exchange.bytesIn,
    bytesOut: exchange.bytesOut,
    method: exchange.method,
    scheme: exchange.scheme,
    host: exchange.host,
    path: exchange.path,
    query: exchange.query,
    httpVersion: req.httpVersion,
    tlsVersion: client.handshake?.protocol ?? null,
    clientAddress: client.address,
    edgeOpenedAt: exchange.edgeOpenedAt,
    service: exchange.service,
    upstream: exchange.upstreamOrigin,
    identity,
    userId: identity?.userId ?? null,
    keyId: identity?.keyId ?? null,
  };
}
