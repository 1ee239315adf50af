import type { FinishedExchange } from '../gateway/exchange/finished-exchange.ts';
import type { TraceContext } from '../gateway/trace/trace-context.ts';
import { randomHex } from '../gateway/trace/random-id.ts';
import { requestRecord, splitHost } from '../requests/request-record.ts';
import { attributesOf, unixNano, type AttributeValue, type KeyValue } from '../otlp/attributes.ts';

/** `SpanKind` and `StatusCode` of opentelemetry/proto/trace/v1/trace.proto. */
const SERVER = 2;
const CLIENT = 3;
const INTERNAL = 1;
const ERROR = 2;

export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly traceState?: string;
  readonly flags: number;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly KeyValue[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly status?: { readonly code: number };
}

/** Returns the spans of an exchange: the gateway, the upstream it asked, and the way from the edge where it came through a tunnel. */
export function spansOf(exchange: FinishedExchange, trace: TraceContext): readonly Span[] {
  const edge = edgeSpans(exchange, trace);
  const server = serverSpan(exchange, trace, edge[0]?.spanId ?? trace.parentId);
  const upstream = upstreamSpan(exchange, trace);
  return upstream === null ? [...edge, server] : [...edge, server, upstream];
}

/** Attributes by OpenTelemetry's semantic conventions for HTTP servers; a 4xx is no error of the server's. */
function serverSpan(exchange: FinishedExchange, trace: TraceContext, parentId: string | null): Span {
  const { startedAt, durationMs, operation, status, refusal } = exchange;
  const record = requestRecord(exchange);
  const method = knownMethod(exchange.method);
  const isError = status >= 500;
  const server = splitHost(record.host);
  return {
    ...spanOf(trace, trace.spanId, parentId),
    name: operation === null ? method : `${method} ${operation.path}`,
    kind: SERVER,
    startTimeUnixNano: unixNano(startedAt),
    endTimeUnixNano: unixNano(startedAt + durationMs),
    attributes: attributesOf({
      'http.request.method': method,
      'http.request.method_original': method === exchange.method ? null : record.method,
      'url.scheme': exchange.scheme,
      'url.path': record.path,
      'server.address': server.name,
      'server.port': server.port,
      'http.route': operation?.path,
      'http.response.status_code': status,
      'network.protocol.version': exchange.httpVersion,
      'client.address': record.client,
      'error.type': isError ? (refusal ?? String(status)) : null,
      'user.id': record.user,
      'portolan.request.id': exchange.requestId,
      'portolan.api': record.api,
      'portolan.api.version': record.version,
      'portolan.route': exchange.route?.id,
      'portolan.response.source': exchange.source,
      'portolan.refusal': refusal,
      'portolan.key.id': exchange.keyId,
    }),
    ...(trace.link === null ? {} : { links: [{ traceId: trace.link.traceId, spanId: trace.link.spanId }] }),
    ...(isError ? { status: { code: ERROR } } : {}),
  };
}

function upstreamSpan(exchange: FinishedExchange, trace: TraceContext): Span | null {
  const { startedAt, upstreamStartMs, upstreamMs, upstream, attempts, source, status } = exchange;
  if (upstreamStartMs === null || upstreamMs === null) return null;
  const begun = startedAt + upstreamStartMs;
  const method = knownMethod(exchange.method);
  const hasStatus = source === 'upstream';
  const isError = !hasStatus || status >= 400;
  return {
    ...spanOf(trace, trace.upstreamSpanId, trace.spanId),
    name: method,
    kind: CLIENT,
    startTimeUnixNano: unixNano(begun),
    endTimeUnixNano: unixNano(begun + upstreamMs),
    attributes: attributesOf({
      'http.request.method': method,
      'http.response.status_code': hasStatus ? status : null,
      ...serverOf(upstream),
      'http.request.resend_count': attempts > 1 ? attempts - 1 : null,
      'error.type': isError
        ? hasStatus
          ? String(status)
          : (exchange.refusal ?? 'upstream-unreachable')
        : null,
      'portolan.service': exchange.service,
    }),
    ...(isError ? { status: { code: ERROR } } : {}),
  };
}

/**
 * The edge that took the connection, and the tunnel. Their times are those of the broker's clock: a span that would end before it began is
 * shown without a length and marked.
 */
function edgeSpans(exchange: FinishedExchange, trace: TraceContext): readonly Span[] {
  const { edgeOpenedAt, startedAt, durationMs } = exchange;
  if (edgeOpenedAt === null) return [];
  const isSkewed = edgeOpenedAt > startedAt;
  const begun = Math.min(edgeOpenedAt, startedAt);
  const id = randomHex(8);
  const attributes = attributesOf({ 'portolan.clock.skewed': isSkewed ? true : null });
  const common = { kind: INTERNAL, startTimeUnixNano: unixNano(begun), attributes };
  return [
    {
      ...spanOf(trace, id, trace.parentId),
      ...common,
      name: 'edge',
      endTimeUnixNano: unixNano(startedAt + durationMs),
    },
    { ...spanOf(trace, randomHex(8), id), ...common, name: 'tunnel', endTimeUnixNano: unixNano(startedAt) },
  ];
}

/** W3C flags, of which the first bit is "sampled". */
function spanOf({ traceId, isSampled, state }: TraceContext, spanId: string, parentId: string | null) {
  return {
    traceId,
    spanId,
    ...(parentId === null ? {} : { parentSpanId: parentId }),
    ...(state === null ? {} : { traceState: state }),
    flags: isSampled ? 1 : 0,
  };
}

const SERVERS_MAX = 1_000;
const servers = new Map<string, Readonly<Record<string, AttributeValue>>>();

/** Endpoints are few, and parsing an address for each span costs more than all else of it. */
function serverOf(origin: string | null): Readonly<Record<string, AttributeValue>> {
  if (origin === null) return {};
  let server = servers.get(origin);
  if (server === undefined) {
    server = parseServer(origin);
    if (servers.size >= SERVERS_MAX) servers.clear();
    servers.set(origin, server);
  }
  return server;
}

function parseServer(origin: string): Readonly<Record<string, AttributeValue>> {
  if (!URL.canParse(origin)) return {};
  const { hostname, port, protocol } = new URL(origin);
  return {
    'server.address': hostname.replace(/^\[|\]$/g, ''),
    'server.port': port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port),
  };
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH']);

/** Semantic conventions: callers do not name spans. */
function knownMethod(method: string): string {
  return METHODS.has(method) ? method : '_OTHER';
}
