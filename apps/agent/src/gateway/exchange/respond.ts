import { guardListener } from '@portolan/process/guard-listener';
import { resetSocket } from '@portolan/process/reset-socket';
import { STATUS_CODES, type OutgoingHttpHeaders } from 'node:http';
import { Http2ServerResponse, constants } from 'node:http2';
import { joinTransforms } from './join-transforms.ts';
import { ClientGone } from './read-body.ts';
import type { Exchange } from './exchange.ts';
import { HOP_BY_HOP, traitsOf } from '../http/fields.ts';
import { deleteHeader, getHeader, setHeader, type HeaderList } from '../http/header-list.ts';
import { INTERNAL_ERROR, PROBLEM_TYPE, type Reply } from '../http/reply.ts';
import type { ResponseHead } from './exchange.ts';
import { reasonOfStatus } from './response-source.ts';

/** Unread request bodies up to this size are read away so that the connection can be kept. */
const DRAIN_BYTES_MAX = 256 * 1024;

/** How long a client may go on sending after its response. */
const LINGER_MS = 5000;

/** Sends a response of the gateway itself, through the response hooks of the stages that have started. */
export function respond(exchange: Exchange, reply: Reply): void {
  if (exchange.isClosed) return;
  if (exchange.res.headersSent) {
    abortResponse(exchange);
    return;
  }
  if (exchange.source === 'upstream') exchange.source = 'gateway';
  if (exchange.source === 'gateway') exchange.refusal ??= reply.reason ?? reasonOfStatus(reply.status);
  const body = bodyOf(reply, exchange.requestId);
  const head = newHead(reply.status, [...reply.headers], body.length > 0);
  // Stages decide by it whether content is worth a change.
  if (!forbidsBody(head.status)) head.headers.push('Content-Length', String(body.length));
  const replacement = applyResponseHooks(exchange, head);
  if (replacement !== null) {
    replacement.then((other) => respond(exchange, other)).catch((error: unknown) => fail(exchange, error));
    return;
  }
  if (head.transforms.length > 0 && exchange.method !== 'HEAD') {
    sendTransformed(exchange, head, body);
    return;
  }
  if (mustCloseAfter(exchange) && !exchange.context.isDraining) head.headers.push('Connection', 'close');
  sendHead(exchange, head);
  const sent = exchange.method === 'HEAD' || forbidsBody(head.status) ? null : body;
  exchange.bytesOut += sent?.length ?? 0;
  if (sent === null || sent.length === 0) exchange.res.end();
  else exchange.res.end(sent);
}

/** Problems name the request they are about, as an extension member (RFC 9457 §3.2). */
function bodyOf({ headers, body }: Reply, requestId: string): Buffer {
  if (typeof body !== 'string') return body;
  if (headers[1] !== PROBLEM_TYPE) return Buffer.from(body);
  return Buffer.from(`${body.slice(0, -1)},"requestId":${JSON.stringify(requestId)}}`);
}

/** Sends content through what stages have put in its way, which may change its length. */
function sendTransformed(exchange: Exchange, head: ResponseHead, body: Buffer): void {
  const content = joinTransforms(head.transforms, () => abortResponse(exchange));
  if (content === null) return;
  deleteHeader(head.headers, 'content-length');
  if (mustCloseAfter(exchange) && !exchange.context.isDraining) head.headers.push('Connection', 'close');
  sendHead(exchange, head);
  content.output.on('data', (chunk: Buffer) => (exchange.bytesOut += chunk.length));
  content.output.pipe(exchange.res);
  content.input.end(body);
}

/** Ends an exchange after a fault in the gateway: logs it and sends a 500, or cuts the response that has begun. */
export function fail(exchange: Exchange, error: unknown): void {
  if (isClientGone(exchange, error)) {
    abortResponse(exchange);
    return;
  }
  exchange.context.logger.error(
    { event: 'gateway.fault', route: exchange.route?.id, err: error },
    'request failed in the gateway',
  );
  try {
    if (exchange.res.headersSent) abortResponse(exchange);
    else respond(exchange, INTERNAL_ERROR);
  } catch {
    abortResponse(exchange);
  }
}

/** Whatever fails because there is no client any more is no fault. */
function isClientGone({ req, isClosed }: Exchange, error: unknown): boolean {
  return error instanceof ClientGone || isClosed || ('stream' in req ? req.stream : req.socket).destroyed;
}

/** Returns a listener of one exchange's events whose errors end that exchange only. */
export function guarded<Args extends unknown[]>(
  exchange: Exchange,
  listener: (...args: Args) => unknown,
): (...args: Args) => void {
  return guardListener(listener, (error, ..._args: Args) => fail(exchange, error));
}

export function newHead(status: number, headers: HeaderList, hasBody: boolean): ResponseHead {
  return { status, headers, hasBody, transforms: [], replacement: null };
}

/**
 * Runs the response hook of each started stage once, innermost first, and adds the request's id; returns the replacement if a stage
 * sets one.
 */
export function applyResponseHooks(exchange: Exchange, head: ResponseHead): Promise<Reply> | null {
  while (exchange.responseHooksLeft > 0) {
    exchange.responseHooksLeft -= 1;
    for (const { stage, headers } of exchange.addedFields)
      if (stage === exchange.responseHooksLeft) head.headers.push(...headers);
    exchange.stages[exchange.responseHooksLeft]?.onResponse?.(exchange, head);
    if (head.replacement !== null) return head.replacement;
  }
  head.headers.push('X-Request-Id', exchange.requestId);
  return null;
}

/** Writes status and headers, in the shape each HTTP version wants them. */
export function sendHead(exchange: Exchange, head: ResponseHead): void {
  const { res } = exchange;
  if (res instanceof Http2ServerResponse) {
    res.writeHead(http2Status(head.status), http2Headers(head.headers));
    return;
  }
  if (exchange.context.isDraining) head.headers.push('Connection', 'close');
  fitToHttp1(exchange, head);
  res.writeHead(head.status, STATUS_CODES[head.status] ?? 'Unknown', head.headers);
}

/** Sends a response without content. Over HTTP/2 it is one frame, by which gRPC recognises a failure (Trailers-Only). */
export function sendHeadAlone(exchange: Exchange, head: ResponseHead): void {
  const { res } = exchange;
  if (!(res instanceof Http2ServerResponse)) {
    sendHead(exchange, head);
    res.end();
    return;
  }
  const status = http2Status(head.status);
  res.statusCode = status;
  res.stream.respond({ ':status': status, ...http2Headers(head.headers) }, { endStream: true });
}

/** Ends a response that can no longer be completed so that the client sees it is cut short. */
export function abortResponse(exchange: Exchange): void {
  const { res } = exchange;
  if (res instanceof Http2ServerResponse) res.stream?.close(2);
  else if (res.socket) resetSocket(res.socket);
  else res.destroy();
}

/**
 * Discards what a client still sends after its response. Closing at once would reset the connection, and what was on its way to the client
 * would be lost (RFC 9112 §9.6).
 */
export function drainRequest({ req, res, hasBody }: Exchange): void {
  if (!hasBody || req.complete) return;
  if (res instanceof Http2ServerResponse) {
    // RFC 9113 §8.1: the response is complete, the rest is not needed.
    res.stream?.close(constants.NGHTTP2_NO_ERROR);
    return;
  }
  req.resume();
  res.once('close', () => {
    if (req.complete) return;
    const timer = setTimeout(() => req.socket.destroy(), LINGER_MS).unref();
    req.once('close', () => clearTimeout(timer));
  });
}

/** Shapes a head so that Node takes it as it is. */
function fitToHttp1({ req }: Exchange, { headers, hasBody }: ResponseHead): void {
  const length = getHeader(headers, 'content-length');
  // Node refuses to announce trailers that cannot follow, since nothing is chunked.
  if (
    getHeader(headers, 'trailer') !== undefined &&
    (length !== undefined || !hasBody || req.httpVersionMinor === 0)
  )
    deleteHeader(headers, 'trailer');
  // It rewrites Content-Disposition where it has seen a Content-Length before, and refuses what then is no Latin-1.
  if (length !== undefined && getHeader(headers, 'content-disposition') !== undefined)
    setHeader(headers, 'Content-Length', length);
}

export function forbidsBody(status: number): boolean {
  return status === 204 || status === 304 || status < 200;
}

/** Statuses that are not defined are taken for server errors (RFC 9110 §15); Node refuses to send them over HTTP/2. */
function http2Status(status: number): number {
  return status > 599 ? 502 : status;
}

function http2Headers(list: HeaderList): OutgoingHttpHeaders {
  const headers: Record<string, string | string[]> = Object.create(null) as Record<string, string | string[]>;
  for (let i = 0; i < list.length; i += 2) {
    const name = (list[i] ?? '').toLowerCase();
    if ((traitsOf(name) & HOP_BY_HOP) !== 0 && name !== 'trailer') continue;
    const value = list[i + 1] ?? '';
    const existing = headers[name];
    if (existing === undefined) headers[name] = value;
    else headers[name] = Array.isArray(existing) ? [...existing, value] : [existing, value];
  }
  return headers;
}

function mustCloseAfter(exchange: Exchange): boolean {
  if (!exchange.hasBody || exchange.req.complete) return false;
  const length = exchange.req.headers['content-length'];
  return length === undefined || Number(length) > DRAIN_BYTES_MAX || exchange.expectsContinue;
}
