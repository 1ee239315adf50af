import {
  connect,
  constants,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
} from 'node:http2';
import { destroyAfterEnd } from '@portolan/process/destroy-after-end';
import { guardListener } from '@portolan/process/guard-listener';
import { errors } from 'undici';
import type { HeaderList } from '../http/header-list.ts';
import { REPEATED_FIELDS } from '../http/fields.ts';
import {
  toBuffers,
  type RawHandler,
  type Timeouts,
  type UpstreamRequest,
  type ConnectOptions,
} from './raw-handler.ts';

interface Session {
  readonly serverName: string | undefined;
  readonly http2: ClientHttp2Session;
  streams: number;
}

/** Streams on a connection before the server has sent its limit. */
const STREAMS_AT_FIRST = 100;

/**
 * HTTP/2 to one endpoint: many streams on few connections. On Node's own client, because undici's ends every stream of a connection when a
 * server accepts no new ones (GOAWAY), and sends no trailers.
 */
export class Http2Sessions {
  readonly #origin: string;
  readonly #timeouts: Timeouts;
  readonly #sessions = new Set<Session>();

  constructor(origin: string, timeouts: Timeouts) {
    this.#origin = origin;
    this.#timeouts = timeouts;
  }

  dispatch(request: UpstreamRequest, handler: RawHandler, tls: ConnectOptions): void {
    const session = this.#find(tls.servername) ?? this.#open(tls);
    session.streams += 1;
    whenConnected(session.http2, (error) => {
      if (error !== null) {
        session.streams -= 1;
        handler.onError(error);
        return;
      }
      const stream = openStream(session.http2, request);
      if (stream instanceof Error) {
        session.streams -= 1;
        handler.onError(stream);
        return;
      }
      stream.once('close', () => void (session.streams -= 1));
      carry(stream, request, { handler, headersTimeoutMs: this.#timeouts.headersTimeoutMs });
    });
  }

  /** Lets what is under way finish. */
  close(): void {
    for (const { http2 } of this.#sessions) http2.close();
  }

  destroy(): void {
    for (const { http2 } of this.#sessions) http2.destroy();
  }

  #find(serverName: string | undefined): Session | undefined {
    for (const session of this.#sessions) {
      const { http2 } = session;
      const max = http2.connecting
        ? STREAMS_AT_FIRST
        : (http2.remoteSettings.maxConcurrentStreams ?? STREAMS_AT_FIRST);
      const isOpen = !http2.closed && !http2.destroyed;
      if (isOpen && session.serverName === serverName && session.streams < max) return session;
    }
    return undefined;
  }

  #open(tls: ConnectOptions): Session {
    const http2 = connect(this.#origin, {
      ...tls,
      settings: { enablePush: false },
      ...REPEATED_FIELDS,
    });
    const session: Session = { serverName: tls.servername, http2, streams: 0 };
    this.#sessions.add(session);
    const timer = setTimeout(
      () => http2.destroy(new errors.ConnectTimeoutError()),
      this.#timeouts.connectTimeoutMs,
    );
    http2.once('connect', (_session, socket) => {
      clearTimeout(timer);
      destroyAfterEnd(socket);
    });
    http2.setTimeout(this.#timeouts.idleTimeoutMs, () => session.streams === 0 && http2.close());
    // As many as may wait for the connection listen to it.
    http2.setMaxListeners(STREAMS_AT_FIRST * 2);
    // Streams and waiting requests have their own listeners.
    http2.on('error', () => undefined);
    http2.once('close', () => {
      clearTimeout(timer);
      this.#sessions.delete(session);
    });
    return session;
  }
}

function whenConnected(http2: ClientHttp2Session, done: (error: Error | null) => void): void {
  if (!http2.connecting) {
    done(http2.destroyed ? new errors.SocketError('the connection is closed') : null);
    return;
  }
  let isDone = false;
  const settle = (error: Error | null): void => {
    if (isDone) return;
    isDone = true;
    done(error);
  };
  http2.once('connect', () => settle(null));
  http2.once('error', settle);
  http2.once('close', () => settle(new errors.SocketError('the connection was closed')));
}

function openStream(http2: ClientHttp2Session, request: UpstreamRequest): ClientHttp2Stream | Error {
  const endStream = request.body === null;
  const waitForTrailers = request.trailers !== null && !endStream;
  try {
    return http2.request(http2Headers(request, http2.encrypted === true ? 'https' : 'http'), {
      endStream,
      waitForTrailers,
    });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** RFC 9113 §8.2: names in lower case; the host becomes the authority. */
function http2Headers({ method, path, headers }: UpstreamRequest, scheme: string): string[] {
  const list = [':method', method, ':scheme', scheme, ':authority', headers[1] ?? '', ':path', path];
  for (let i = 2; i < headers.length; i += 2)
    list.push((headers[i] ?? '').toLowerCase(), headers[i + 1] ?? '');
  return list;
}

function carry(
  stream: ClientHttp2Stream,
  request: UpstreamRequest,
  { handler, headersTimeoutMs }: { handler: RawHandler; headersTimeoutMs: number },
): void {
  let trailers: HeaderList = [];
  let isDone = false;
  let problem: Error | null = null;
  const timer =
    headersTimeoutMs > 0
      ? setTimeout(() => {
          problem = new errors.HeadersTimeoutError();
          stream.close(constants.NGHTTP2_CANCEL);
        }, headersTimeoutMs)
      : undefined;
  const guard = <Args extends unknown[]>(listener: (...args: Args) => unknown): ((...args: Args) => void) =>
    guardListener(listener, (error, ..._args: Args) => {
      problem ??= error instanceof Error ? error : new Error(String(error));
      stream.close(constants.NGHTTP2_CANCEL);
    });
  stream.on('error', (error: Error) => void (problem ??= error));
  stream.on('continue', () => handler.onHeaders(100, [], () => undefined));
  stream.on(
    'headers',
    guard((headers: IncomingHttpHeaders, _flags: number, raw: string[]) =>
      handler.onHeaders(Number(headers[':status']), toBuffers(fieldsOf(raw)), () => undefined),
    ),
  );
  stream.once(
    'response',
    guard((headers: IncomingHttpHeaders, flags: number, raw: string[]) => {
      clearTimeout(timer);
      const list = fieldsOf(raw);
      // Nothing follows, so that this need not be found out by waiting.
      if ((flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0 && mayTellLength(request, headers))
        list.push('content-length', '0');
      stream.on('data', (chunk: Buffer) => handler.onData(chunk) || stream.pause());
      handler.onHeaders(Number(headers[':status']), toBuffers(list), () => stream.resume());
    }),
  );
  stream.once(
    'trailers',
    guard((_headers: IncomingHttpHeaders, _flags: number, raw: string[]) => (trailers = fieldsOf(raw))),
  );
  const hasEnded = watchEndOfStream(stream);
  stream.once('end', () => {
    if (problem !== null || stream.rstCode !== constants.NGHTTP2_NO_ERROR || !hasEnded()) return;
    isDone = true;
    handler.onComplete(trailers);
  });
  stream.once('close', () => {
    clearTimeout(timer);
    if (isDone) return;
    handler.onError(
      problem ?? new errors.SocketError(`the upstream reset the stream (code ${stream.rstCode})`),
    );
  });
  handler.onConnect((reason) => {
    problem ??= reason ?? new errors.RequestAbortedError();
    stream.close(constants.NGHTTP2_CANCEL);
  });
  if (request.trailers !== null)
    stream.once(
      'wantTrailers',
      guard(() => sendTrailers(stream, request)),
    );
  sendBody(stream, request, handler);
}

/**
 * Returns whether the END_STREAM flag has been received. Node emits 'end' also for a stream that is reset with NO_ERROR, by
 * which servers cancel the rest of a request after a complete response (RFC 9113 §8.1); before that the response is cut off.
 */
function watchEndOfStream(stream: ClientHttp2Stream): () => boolean {
  let hasEnded = false;
  const push = stream.push.bind(stream);
  stream.push = (chunk: unknown, encoding?: BufferEncoding) => {
    // A stream that is reset is closed before its end is pushed.
    if (chunk === null && !stream.closed) hasEnded = true;
    return push(chunk, encoding);
  };
  return () => hasEnded;
}

/** Whether a length may be added: in a response to HEAD, or a 304, it would be that of another response (RFC 9110 §8.6). */
function mayTellLength({ method }: UpstreamRequest, headers: IncomingHttpHeaders): boolean {
  const isOfAnother = method === 'HEAD' || headers[':status'] === '304' || headers[':status'] === '204';
  return !isOfAnother && headers['content-length'] === undefined;
}

function sendTrailers(stream: ClientHttp2Stream, { trailers }: UpstreamRequest): void {
  // Names are the client's: one such as `constructor` must not find what objects inherit.
  const fields = Object.create(null) as Record<string, string[]>;
  const list = trailers?.() ?? [];
  for (let i = 0; i < list.length; i += 2)
    (fields[(list[i] ?? '').toLowerCase()] ??= []).push(list[i + 1] ?? '');
  stream.sendTrailers(fields);
}

function sendBody(stream: ClientHttp2Stream, { body }: UpstreamRequest, handler: RawHandler): void {
  if (body === null) return;
  if (Buffer.isBuffer(body)) {
    stream.end(body);
    return;
  }
  body.on('data', (chunk: Buffer) => handler.onBodySent?.(chunk));
  body.pipe(stream);
}

/** Returns the fields of a header block, each as often as it came, without pseudo-header fields. */
function fieldsOf(raw: readonly string[]): HeaderList {
  const list: HeaderList = [];
  for (let i = 0; i < raw.length; i += 2)
    if (raw[i]?.charCodeAt(0) !== 0x3a) list.push(raw[i] ?? '', raw[i + 1] ?? '');
  return list;
}
