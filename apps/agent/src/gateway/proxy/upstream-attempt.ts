import type { Duplex } from 'node:stream';
import { errors } from 'undici';
import type { Exchange } from '../exchange/exchange.ts';
import { BAD_GATEWAY, GATEWAY_TIMEOUT, INTERNAL_ERROR, textReply, type Reply } from '../http/reply.ts';
import {
  respond,
  applyResponseHooks,
  abortResponse,
  drainRequest,
  fail,
  forbidsBody,
  newHead,
} from '../exchange/respond.ts';
import type { ResponseHead } from '../exchange/exchange.ts';
import { clientResponseHeaders, contentLengthOf, sendInterim } from './response-head.ts';
import { deleteHeader, getHeader, type HeaderList } from '../http/header-list.ts';
import type { RawHandler } from '../upstreams/raw-handler.ts';
import { ResponseBody } from './response-body.ts';
import { joinSockets } from './join-sockets.ts';
import type { Upstream } from '../upstreams/upstream.ts';

const DISCARDED_BYTES_MAX = 64 * 1024;

/** Returns whether there will be another attempt. */
type Retry = (wasSent: boolean) => boolean;

/**
 * One request on its way to one endpoint. Implements undici's handler interface of raw header lists, so that no
 * header objects are built.
 */
export class UpstreamAttempt implements RawHandler {
  readonly #exchange: Exchange;
  readonly #upstream: Upstream;
  readonly #retry: Retry;
  readonly #cookies: HeaderList;
  #abort: ((reason: Error) => void) | null = null;
  #body: ResponseBody | null = null;
  #isSettled = false;
  /** Another response is sent instead of this one. */
  #isSuperseded = false;

  /** `cookies` are the Set-Cookie fields that a response of this upstream carries. */
  constructor(
    exchange: Exchange,
    { upstream, cookies }: { readonly upstream: Upstream; readonly cookies: HeaderList },
    retry: Retry,
  ) {
    this.#exchange = exchange;
    this.#upstream = upstream;
    this.#cookies = cookies;
    this.#retry = retry;
    upstream.inFlight += 1;
    exchange.attempts += 1;
    exchange.upstreamOrigin = upstream.origin;
    exchange.upstreamTimes.startedAt ||= performance.now();
    upstream.lastUsedAt = performance.now();
  }

  onConnect(abort: (reason?: Error) => void): void {
    this.#abort = abort;
    this.#exchange.abortUpstream = abort;
    if (this.#exchange.isClosed) abort(new errors.RequestAbortedError());
  }

  onUpgrade(status: number, raw: readonly Buffer[] | readonly string[] | null, socket: Duplex): void {
    this.#settle();
    try {
      const headers = raw === null ? [] : clientResponseHeaders(raw.map((part) => Buffer.from(part)));
      headers.push(...this.#cookies);
      this.#exchange.source = 'upstream';
      joinSockets(this.#exchange, { status, headers, socket });
    } catch (error) {
      socket.destroy();
      fail(this.#exchange, error);
    }
  }

  onHeaders(status: number, raw: readonly Buffer[], resume: () => void): boolean {
    try {
      if (!this.#exchange.isClosed) this.#receive(status, raw, resume);
    } catch (error) {
      this.#abandon(error);
    }
    return true;
  }

  #receive(status: number, raw: readonly Buffer[], resume: () => void): void {
    const exchange = this.#exchange;
    if (status < 200) {
      sendInterim(exchange, status, raw);
      return;
    }
    this.#upstream.reportSuccess();
    exchange.source = 'upstream';
    const headers = clientResponseHeaders(raw, status);
    exchange.isEventStream = getHeader(headers, 'content-type')?.startsWith('text/event-stream') === true;
    // RFC 9110 §8.6: clients would wait for content that never comes.
    if (status === 204) deleteHeader(headers, 'content-length');
    headers.push(...this.#cookies);
    const length = contentLengthOf(headers);
    const hasBody = exchange.method !== 'HEAD' && !forbidsBody(status) && length !== 0;
    const head = newHead(status, headers, hasBody);
    const replacement = applyResponseHooks(exchange, head);
    if (replacement !== null) this.#replace(replacement, length);
    else this.#start(head, length, resume);
  }

  onData(chunk: Buffer): boolean {
    try {
      return this.#body === null ? true : this.#body.write(chunk);
    } catch (error) {
      this.#abandon(error);
      return true;
    }
  }

  onComplete(trailers: readonly (Buffer | string)[] | null): void {
    this.#settle();
    try {
      this.#body?.end(trailers);
      if (!this.#isSuperseded) drainRequest(this.#exchange);
    } catch (error) {
      fail(this.#exchange, error);
    }
  }

  /** What goes wrong with a response ends this exchange and nothing else, whatever carries it. */
  #abandon(error: unknown): void {
    const reason = error instanceof Error ? error : new Error(String(error));
    if (this.#abort === null) fail(this.#exchange, reason);
    else this.#abort(reason);
  }

  onBodySent(chunk: unknown): void {
    const exchange = this.#exchange;
    exchange.bytesIn += chunk instanceof Uint8Array ? chunk.byteLength : 0;
    const max = exchange.context.limits.bodyBytesMax;
    if (max === 0 || exchange.bytesIn <= max || exchange.isClosed) return;
    try {
      respond(exchange, textReply(413, 'Request Entity Too Large'));
    } catch (error) {
      fail(exchange, error);
    }
    this.#abort?.(new errors.RequestAbortedError());
  }

  onError(error: Error): void {
    this.#settle();
    try {
      this.#end(error);
    } catch (fault) {
      fail(this.#exchange, fault);
    }
  }

  #end(error: Error): void {
    const exchange = this.#exchange;
    if (exchange.isClosed || this.#isSuperseded || exchange.res.writableEnded) return;
    if (this.#body !== null || exchange.res.headersSent) {
      this.#log(error, 'response was cut off');
      abortResponse(exchange);
      return;
    }
    const isConnectFailure = this.#abort === null;
    if (isConnectFailure) this.#upstream.reportFailure(performance.now());
    if (!(error instanceof errors.HeadersTimeoutError) && this.#retry(!isConnectFailure)) return;
    exchange.hasNetworkError = true;
    this.#log(error, 'upstream failed');
    respond(exchange, replyTo(error));
  }

  #log(error: Error, message: string): void {
    const { context, service } = this.#exchange;
    const fields = {
      event: 'upstream.failed',
      service,
      upstream: this.#upstream.origin,
      reason: reasonOf(error),
    };
    context.logger.warn(fields, message);
  }

  #start(head: ResponseHead, length: number, resume: () => void): void {
    const body = new ResponseBody(this.#exchange, head, { length, resume });
    this.#body = body;
    if (this.#exchange.responseBytesMax > 0) {
      body.hold(this.#exchange.responseBytesMax, () => {
        this.#body = null;
        this.#isSuperseded = true;
        this.#abort?.(new errors.RequestAbortedError());
        respond(this.#exchange, INTERNAL_ERROR);
      });
    } else if (!head.hasBody) {
      // Done here: undici takes a 304 with a Content-Length (RFC 9110 §8.6) for a broken response.
      body.end(null);
    } else if (head.transforms.length > 0 || length === -1) {
      body.begin();
    }
  }

  #replace(replacement: Promise<Reply>, length: number): void {
    this.#isSuperseded = true;
    // Reading all of it would cost more than a new connection.
    if (length === -1 || length > DISCARDED_BYTES_MAX) this.#abort?.(new errors.RequestAbortedError());
    replacement
      .then((reply) => respond(this.#exchange, reply))
      .catch((error: unknown) => fail(this.#exchange, error));
  }

  #settle(): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#upstream.inFlight -= 1;
    this.#exchange.upstreamTimes.endedAt = performance.now();
    this.#exchange.abortUpstream = null;
  }
}

function replyTo(error: Error): Reply {
  if (error instanceof errors.HeadersTimeoutError || error instanceof errors.ConnectTimeoutError)
    return GATEWAY_TIMEOUT;
  if (error instanceof errors.InvalidArgumentError || error instanceof errors.NotSupportedError)
    return textReply(400, 'Bad Request');
  return BAD_GATEWAY;
}

function reasonOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string'
    ? `${error.code}: ${error.message}`
    : error.message;
}
