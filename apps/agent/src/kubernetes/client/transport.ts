import { text } from 'node:stream/consumers';
import { Client, Pool, ProxyAgent, type Dispatcher } from 'undici';
import { VERSION } from '@portolan/process/version';
import { ApiError, ApiUnreachable, parseApiError } from './api-error.ts';
import type { Authentication, ClusterConnection, ConnectionTls } from './connection.ts';

const CONNECTIONS = 6;
const CONNECT_MS = 10_000;
const HEADERS_MS = 30_000;
/** The kernel then notices a peer that has vanished. */
const KEEP_ALIVE_MS = 15_000;
const REFUSAL_BYTES_MAX = 1024 * 1024;

export interface SendOptions {
  readonly body?: unknown;
  readonly contentType?: string | undefined;
  readonly accept?: string | undefined;
  /** Ends the request, its body too. */
  readonly signal: AbortSignal;
}

/** Bytes of an answer; they end or fail with the signal of its request. */
export type Body = AsyncIterable<Uint8Array>;

/**
 * Sends requests to an API server: on a pool, which is renewed when the certificates change, and each watch on a connection of
 * its own, so that a stream that stalls holds up no other. A refusal rejects with `ApiError`, no answer with `ApiUnreachable`.
 */
export class Transport {
  readonly #connection: ClusterConnection;
  #pool: { readonly dispatcher: Dispatcher; readonly identity: string } | null = null;
  #isClosed = false;

  constructor(connection: ClusterConnection) {
    this.#connection = connection;
  }

  async send(method: Dispatcher.HttpMethod, path: string, options: SendOptions): Promise<Body> {
    const authentication = await this.#authenticate();
    return this.#dispatch(this.#poolFor(authentication.tls), authentication, { method, path, ...options });
  }

  /** Sends a GET on a new connection, which `close` ends. */
  async open(path: string, options: SendOptions): Promise<{ body: Body; close: () => Promise<void> }> {
    const authentication = await this.#authenticate();
    const dispatcher = this.#connect(
      authentication.tls,
      (connect) => new Client(this.#connection.server, connect),
    );
    const close = (): Promise<void> => dispatcher.destroy().catch(() => undefined);
    try {
      const body = await this.#dispatch(dispatcher, authentication, { method: 'GET', path, ...options });
      return { body, close };
    } catch (error) {
      await close();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#pool?.dispatcher.destroy();
  }

  async #authenticate(): Promise<Authentication> {
    try {
      return await this.#connection.authenticate();
    } catch (error) {
      throw unreachable(error, 'no credentials');
    }
  }

  #poolFor(tls: ConnectionTls): Dispatcher {
    if (this.#isClosed) throw new ApiUnreachable('the client is closed');
    const identity = JSON.stringify(Object.entries(tls).map(([name, value]) => [name, String(value)]));
    if (this.#pool?.identity === identity) return this.#pool.dispatcher;
    // Requests under way end on the connections they have.
    void this.#pool?.dispatcher.close().catch(() => undefined);
    const { server } = this.#connection;
    const dispatcher = this.#connect(
      tls,
      (connect) => new Pool(server, { ...connect, connections: CONNECTIONS }),
    );
    this.#pool = { dispatcher, identity };
    return dispatcher;
  }

  #connect(tls: ConnectionTls, direct: (options: Client.Options) => Dispatcher): Dispatcher {
    const { proxy } = this.#connection;
    const keepAlive = { keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS };
    if (proxy !== null) return new ProxyAgent({ uri: proxy.href, requestTls: { ...tls } });
    return direct({ connect: { ...tls, ...keepAlive, timeout: CONNECT_MS } });
  }

  async #dispatch(
    dispatcher: Dispatcher,
    authentication: Authentication,
    {
      method,
      path,
      body,
      contentType,
      accept,
      signal,
    }: SendOptions & { method: Dispatcher.HttpMethod; path: string },
  ): Promise<Body> {
    const { server } = this.#connection;
    const prefix = server.pathname.replace(/\/$/, '');
    const response = await dispatcher
      .request({
        origin: server.origin,
        path: prefix + path,
        method,
        signal,
        headersTimeout: HEADERS_MS,
        // Deadlines and silence are watched by the caller.
        bodyTimeout: 0,
        headers: {
          accept: accept ?? 'application/json',
          'user-agent': `portolan-agent/${VERSION}`,
          ...authentication.headers,
          ...(body === undefined ? {} : { 'content-type': contentType ?? 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      .catch((error: unknown) => {
        throw unreachable(error);
      });
    const { statusCode, headers } = response;
    if (statusCode >= 200 && statusCode < 300) return readable(response.body);
    if (statusCode === 401) this.#connection.forget();
    const refusal = await text(bounded(response.body)).catch(() => '');
    const retryAfter = headers['retry-after'];
    throw parseApiError(statusCode, refusal, typeof retryAfter === 'string' ? retryAfter : undefined);
  }
}

async function* readable(body: Body): Body {
  try {
    yield* body;
  } catch (error) {
    throw unreachable(error);
  }
}

async function* bounded(body: Body): Body {
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > REFUSAL_BYTES_MAX) return;
    yield chunk;
  }
}

function unreachable(error: unknown, what = 'no answer'): Error {
  if (error instanceof ApiError || error instanceof ApiUnreachable) return error;
  const why = error instanceof Error ? error.message || error.name : String(error);
  return new ApiUnreachable(`${what} from the API server: ${why}`, { cause: error });
}
