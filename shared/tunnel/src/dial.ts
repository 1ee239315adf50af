import type { ClientRequest, IncomingMessage } from 'node:http';
import { WebSocket, type ClientOptions } from 'ws';
import { findProxy, isLoopback, secureContextFor, type ProxyHop } from './dial-agent.ts';
import { codeOfError, codeOfStatus, readReason, TunnelDialError } from './dial-error.ts';
import type { SessionOptions } from './session-options.ts';
import { Session } from './session.ts';
import { WEBSOCKET_OPTIONS, websocketTransport } from './websocket.ts';

export interface DialOptions {
  /** `wss://broker/tunnel/<id>`; `ws://` is for loopback and tests. */
  readonly url: string;
  readonly token: string;
  readonly subprotocol?: string;
  /** PEM, instead of the system's authorities. */
  readonly ca?: string | Buffer;
  /** PEM, for brokers that want a client certificate. */
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  /** Proxy URL; by default HTTPS_PROXY, HTTP_PROXY and NO_PROXY decide, `false` means none. */
  readonly proxy?: string | false;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly handshakeTimeoutMs?: number;
  readonly session?: Partial<SessionOptions>;
}

const HANDSHAKE_TIMEOUT_MS = 10_000;

/** Dials a broker and becomes the yamux client of the session. Throws TunnelDialError. */
export async function dialTunnel(options: DialOptions): Promise<Session> {
  const url = new URL(options.url);
  if (options.signal?.aborted) throw abortedError(url);
  const proxy = findProxy(url, options.proxy);
  const ws = new WebSocket(url, options.subprotocol ?? [], clientOptions(url, options, proxy));
  const outcome = Promise.withResolvers<Session>();
  const refuse = (error: TunnelDialError): void => {
    outcome.reject(error);
    ws.terminate();
  };
  const onAbort = (): void => refuse(abortedError(url));

  options.signal?.addEventListener('abort', onAbort);
  ws.on('error', (error) => refuse(connectionError(url, proxy, error)));
  ws.on('unexpected-response', (_request: ClientRequest, response: IncomingMessage) => {
    void responseError(url, proxy, response).then(refuse);
  });
  // The session must listen before the first message, so it is made inside the event.
  ws.on('open', () => {
    outcome.resolve(new Session(websocketTransport(ws, url.host), { role: 'client', ...options.session }));
  });
  return await outcome.promise.finally(() => options.signal?.removeEventListener('abort', onAbort));
}

function clientOptions(url: URL, options: DialOptions, proxy: ProxyHop | undefined): ClientOptions {
  const isTls = url.protocol === 'wss:';
  return {
    ...WEBSOCKET_OPTIONS,
    skipUTF8Validation: true,
    followRedirects: false,
    handshakeTimeout: options.handshakeTimeoutMs ?? HANDSHAKE_TIMEOUT_MS,
    headers: { ...options.headers, authorization: `Bearer ${options.token}` },
    ...(proxy && { agent: proxy.agent }),
    ...(isTls && { secureContext: secureContextFor(options) }),
    // RFC 6455 §10.3 masks against intermediaries that read the bytes; inside TLS and on loopback there are none,
    // and a zero key saves a copy and a pass over every byte the agent sends.
    ...((isTls || isLoopback(url.hostname)) && { generateMask: () => undefined }),
  };
}

function connectionError(url: URL, proxy: ProxyHop | undefined, error: Error): TunnelDialError {
  const isProxy = proxy !== undefined && proxy.status === undefined;
  const via = isProxy ? ` (proxy ${proxy.url})` : '';
  const reason = `${error.message || 'the connection failed'}${via}.`;
  return new TunnelDialError(isProxy ? 'proxy' : codeOfError(error), url.href, { reason, cause: error });
}

async function responseError(
  url: URL,
  proxy: ProxyHop | undefined,
  response: IncomingMessage,
): Promise<TunnelDialError> {
  const status = response.statusCode ?? 0;
  const isProxy = proxy?.status !== undefined && proxy.status !== 200;
  const reason = await readReason(response);
  return new TunnelDialError(isProxy ? 'proxy' : codeOfStatus(status), url.href, { reason, status });
}

function abortedError(url: URL): TunnelDialError {
  return new TunnelDialError('aborted', url.href, { reason: 'The dial was aborted.' });
}
