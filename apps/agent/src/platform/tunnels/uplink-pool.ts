import { openTyped } from '@portolan/tunnel/session/typed-streams';
import type { Session } from '@portolan/tunnel/session/session';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Pool, type buildConnector, type Dispatcher } from 'undici';

/** Makes a connection to the platform of a stream, or rejects. */
export type Secure = (stream: Duplex) => Promise<Duplex>;

/** Connections to the platform's agent API through one session: HTTP/1.1 over its streams. */
export class UplinkPool {
  readonly session: Session;
  readonly #pool: Pool;
  readonly #endless = new Set<AbortController>();
  #inFlight = 0;

  constructor(session: Session, secure: Secure) {
    this.session = session;
    this.#pool = new Pool('http://platform.internal', {
      connections: 64,
      pipelining: 1,
      headersTimeout: 60_000,
      // The desired state is an answer that never ends; that it is alive is the session's to watch.
      bodyTimeout: 0,
      // Longer than between two heartbeats: a connection costs a handshake.
      keepAliveTimeout: 60_000,
      connect: (_options, callback) => void connect(session, secure, callback),
    });
  }

  /** Requests whose answer is not complete. */
  get inFlight(): number {
    return this.#inFlight;
  }

  async request(
    options: Dispatcher.RequestOptions & { readonly signal: AbortSignal },
  ): Promise<Dispatcher.ResponseData> {
    const cut = new AbortController();
    this.#inFlight += 1;
    this.#endless.add(cut);
    const done = () => {
      if (this.#endless.delete(cut)) this.#inFlight -= 1;
    };
    try {
      const response = await this.#pool.request({
        ...options,
        signal: AbortSignal.any([options.signal, cut.signal]),
      });
      response.body.once('close', done);
      return response;
    } catch (error) {
      done();
      throw error;
    }
  }

  /** Takes nothing new; requests get `graceMs` to finish, then those that never end are cut. */
  retire(graceMs: number): void {
    void this.#pool.close().catch(() => undefined);
    setTimeout(() => {
      for (const cut of this.#endless) cut.abort(new Error('the tunnel of this request is draining'));
    }, graceMs).unref();
  }

  destroy(): void {
    void this.#pool.destroy().catch(() => undefined);
  }
}

/** Not a byte of the request has left: it may go another way, whatever its method. */
export class NeverSentError extends Error {
  override readonly name = 'NeverSentError';

  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

async function connect(session: Session, secure: Secure, callback: buildConnector.Callback): Promise<void> {
  try {
    const stream = await openTyped(session, { kind: 'agent-http' });
    // A peer that ends its half is done with the connection; half-open it would stay in the pool.
    stream.allowHalfOpen = false;
    // undici asks of a socket what a stream of a tunnel has too.
    callback(null, (await secure(stream)) as Socket);
  } catch (error) {
    callback(new NeverSentError(error), null);
  }
}
