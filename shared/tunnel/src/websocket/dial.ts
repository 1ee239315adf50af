import { randomBytes } from 'node:crypto';
import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import { acceptValueOf, tuneSocket } from './accept.ts';
import { findProxy, isLoopback, secureContextFor, type ProxyHop } from './find-proxy.ts';
import { codeOfError, codeOfStatus, readReason, TunnelDialError } from './dial-error.ts';
import type { SessionOptions } from '../yamux/session-options.ts';
import { Session } from '../session/session.ts';
import { SocketTransport } from './socket-transport.ts';

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
  const key = randomBytes(16).toString('base64');
  const request = upgradeRequest(url, key, options, proxy);
  const outcome = Promise.withResolvers<Session>();
  const refuse = (error: TunnelDialError): void => {
    outcome.reject(error);
    request.destroy();
  };
  const onAbort = (): void => refuse(abortedError(url));
  const timer = setTimeout(
    () => refuse(new TunnelDialError('timeout', url.href, { reason: 'The handshake did not end in time.' })),
    options.handshakeTimeoutMs ?? HANDSHAKE_TIMEOUT_MS,
  );

  options.signal?.addEventListener('abort', onAbort);
  request.on('error', (error) => refuse(connectionError(url, proxy, error)));
  request.on('response', (response) => void responseError(url, proxy, response).then(refuse));
  // The session must listen before the first bytes, so it is made inside the event.
  request.on('upgrade', (response, socket, head) => {
    const fault = upgradeFault(response, key, options.subprotocol);
    if (fault) {
      socket.destroy();
      refuse(new TunnelDialError('protocol', url.href, { reason: fault, status: 101 }));
      return;
    }
    try {
      outcome.resolve(createSession(url, options, socket, head));
    } catch (error) {
      // What the other side sent behind the handshake; nobody above this event could catch it.
      socket.destroy();
      refuse(new TunnelDialError('protocol', url.href, { reason: String(error), status: 101 }));
    }
  });
  request.end();
  return await outcome.promise.finally(() => {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', onAbort);
  });
}

function upgradeRequest(
  url: URL,
  key: string,
  options: DialOptions,
  proxy: ProxyHop | undefined,
): ClientRequest {
  const isTls = url.protocol === 'wss:';
  const headers = {
    ...options.headers,
    authorization: `Bearer ${options.token}`,
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-key': key,
    'sec-websocket-version': '13',
    ...(options.subprotocol && { 'sec-websocket-protocol': options.subprotocol }),
  };
  const httpUrl = url.href.replace(/^ws/, 'http');
  const common = { headers, agent: proxy?.agent ?? false };
  // `secureContext` reaches tls.connect, though the types of node:https do not know it.
  const tls = { secureContext: secureContextFor(options) };
  return isTls ? httpsRequest(httpUrl, { ...common, ...tls }) : httpRequest(httpUrl, common);
}

/** What is wrong with a 101 answer (RFC 6455 §4.1), if anything. */
function upgradeFault(
  { headers }: IncomingMessage,
  key: string,
  subprotocol: string | undefined,
): string | undefined {
  if (headers.upgrade?.toLowerCase() !== 'websocket') return 'The server switched to another protocol.';
  if (headers['sec-websocket-accept'] !== acceptValueOf(key))
    return 'The server did not answer our WebSocket key.';
  if (headers['sec-websocket-extensions']) return 'The server uses an extension that was not offered.';
  const agreed = headers['sec-websocket-protocol'];
  if (agreed === subprotocol) return undefined;
  return agreed
    ? `The server chose subprotocol ${agreed}.`
    : `The server does not know subprotocol ${subprotocol}.`;
}

function createSession(url: URL, options: DialOptions, socket: Duplex, head: Buffer): Session {
  tuneSocket(socket);
  // RFC 6455 §10.3 masks against intermediaries that read the bytes; inside TLS and on loopback there are none,
  // and a zero key saves a pass over every byte the agent sends.
  const isPrivate = url.protocol === 'wss:' || isLoopback(url.hostname);
  const masking = isPrivate ? 'zero' : 'random';
  const transport = new SocketTransport(socket, head, { masking, remoteAddress: url.host });
  return new Session(transport, { role: 'client', ...options.session });
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
