import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { guardListener } from '@portolan/process/guard-listener';
import { errors } from 'undici';
import { getHeader } from '../http/header-list.ts';
import {
  toBuffers,
  type RawHandler,
  type Timeouts,
  type UpstreamRequest,
  type ConnectOptions,
} from './raw-handler.ts';

/**
 * Sends what undici cannot: a request with `Expect: 100-continue`, or one with trailers. Each opens a connection: they are
 * rare, and reusing an idle connection is a risk for a body that cannot be sent again.
 */
export function sendWithNodeHttp(
  {
    origin,
    tls,
    connectTimeoutMs,
    headersTimeoutMs,
    headBytesMax,
  }: Timeouts & { readonly origin: URL; readonly tls: ConnectOptions; readonly headBytesMax: number },
  request: UpstreamRequest,
  handler: RawHandler,
): void {
  const send = origin.protocol === 'https:' ? httpsRequest : httpRequest;
  let req: ClientRequest;
  try {
    req = send(origin, {
      ...tls,
      method: request.method,
      path: request.path,
      headers: [...request.headers, ...framing(request), 'Connection', 'close'],
      agent: false,
      maxHeaderSize: headBytesMax,
    });
  } catch (error) {
    // Node checks targets and fields before it connects.
    handler.onError(new errors.InvalidArgumentError(error instanceof Error ? error.message : String(error)));
    return;
  }
  const timer = new Deadline(req);
  timer.set(connectTimeoutMs, () => new errors.ConnectTimeoutError());
  let isDone = false;
  const fail = (error: Error): void => {
    if (isDone) return;
    isDone = true;
    timer.clear();
    handler.onError(error);
  };
  req.on('error', fail);
  req.once('socket', (socket) => {
    socket.once(origin.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
      timer.set(headersTimeoutMs, () => new errors.HeadersTimeoutError());
      handler.onConnect((reason) => req.destroy(reason ?? new errors.RequestAbortedError()));
      try {
        sendBody(req, request, handler);
      } catch (error) {
        req.destroy(error instanceof Error ? error : new Error(String(error)));
      }
    });
  });
  req.on('continue', () => handler.onHeaders(100, [], () => undefined));
  req.on('information', ({ statusCode, rawHeaders }) => {
    if (statusCode !== 100) handler.onHeaders(statusCode, toBuffers(rawHeaders), () => undefined);
  });
  req.once('response', (res: IncomingMessage) => {
    timer.clear();
    res.on('error', fail);
    res.once('end', () => {
      if (isDone || !res.complete) return;
      isDone = true;
      handler.onComplete(res.rawTrailers);
    });
    handler.onHeaders(res.statusCode ?? 502, toBuffers(res.rawHeaders), () => res.resume());
    res.on('data', (chunk: Buffer) => handler.onData(chunk) || res.pause());
  });
  // Node gives the connection to the listener, although no upgrade was requested.
  req.once('upgrade', (_res, socket) => {
    socket.destroy();
    fail(new errors.SocketError('the upstream switched protocols without being asked to'));
  });
}

function framing({ headers, body }: UpstreamRequest): readonly string[] {
  const isStream = body !== null && !Buffer.isBuffer(body);
  return isStream && getHeader(headers, 'content-length') === undefined
    ? ['Transfer-Encoding', 'chunked']
    : [];
}

function sendBody(req: ClientRequest, { body, trailers }: UpstreamRequest, handler: RawHandler): void {
  if (body === null || Buffer.isBuffer(body)) {
    req.end(body ?? undefined);
    return;
  }
  req.flushHeaders();
  body.on('data', (chunk: Buffer) => handler.onBodySent?.(chunk));
  const finish = (): void => {
    const last = trailers?.() ?? [];
    if (last.length > 0) req.addTrailers(pairsOf(last));
    req.end();
  };
  body.once(
    'end',
    guardListener(finish, (error) => req.destroy(error instanceof Error ? error : new Error(String(error)))),
  );
  body.pipe(req, { end: false });
}

function pairsOf(list: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let i = 0; i < list.length; i += 2) pairs.push([list[i] ?? '', list[i + 1] ?? '']);
  return pairs;
}

/** Destroys a request when what was set last does not happen in time. */
class Deadline {
  readonly #req: ClientRequest;
  #timer: NodeJS.Timeout | undefined;

  constructor(req: ClientRequest) {
    this.#req = req;
    req.once('close', () => this.clear());
  }

  set(ms: number, error: () => Error): void {
    this.clear();
    if (ms > 0) this.#timer = setTimeout(() => this.#req.destroy(error()), ms);
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}
