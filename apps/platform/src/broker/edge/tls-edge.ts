import type { Socket } from 'node:net';
import { resetSocket } from '@portolan/process/reset-socket';
import {
  CLIENT_HELLO_BYTES_MAX,
  parseClientHello,
  TLS_ALERT,
  type TlsAlert,
  tlsAlert,
} from './client-hello.ts';
import type { Timed } from './deadlines.ts';
import { createEdge, type Edge, type EdgeConnectionOptions, type EdgeOptions } from './edge.ts';
import { SocketStream } from './socket-stream.ts';
import { splice } from './splice.ts';

const NOTHING = Buffer.alloc(0);

/** Returns the public TLS listener, which does not listen yet: it forwards connections by server name, still encrypted. */
export function createTlsEdge(options: EdgeOptions): Edge {
  return createEdge<TlsConnection>(options, {
    refusal: { code: TLS_ALERT.internalError, bytes: tlsAlert(TLS_ALERT.internalError) },
    connect: (socket, connectionOptions) => new TlsConnection(socket, connectionOptions),
    // Whether a TLS connection is idle is not visible here: it lasts until one of its ends or the broker closes it.
    drain: () => undefined,
  });
}

/** One connection until its ClientHello is read; afterwards only bytes pass. */
class TlsConnection implements Timed {
  deadlineAt: number;
  readonly #socket: Socket;
  readonly #options: EdgeConnectionOptions;
  #hello: Buffer = NOTHING;
  #state: 'hello' | 'opening' | 'spliced' | 'over' = 'hello';

  constructor(socket: Socket, options: EdgeConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.deadlineAt = performance.now() + options.limits.headMs;
    socket.on('data', this.#onData);
    socket.on('end', this.#onEnd);
    socket.on('error', () => undefined);
  }

  /** Returns whether it has not yet said what it is for: what an encrypted one does afterwards is not visible here. */
  get isIdle(): boolean {
    return this.#state === 'hello' && this.#hello.length === 0;
  }

  onDeadline(): void {
    this.#socket.destroy();
  }

  /** Ends at once; what is carried is seen to be cut off. */
  close(): void {
    if (this.#state === 'spliced') resetSocket(this.#socket);
    else this.#socket.destroy();
  }

  readonly #onData = (chunk: Buffer): void => {
    try {
      this.#readHello(chunk);
    } catch (error) {
      this.#fail(error);
    }
  };

  #readHello(chunk: Buffer): void {
    if (this.#state === 'over') return;
    this.#hello = this.#hello.length > 0 ? Buffer.concat([this.#hello, chunk]) : chunk;
    const result = parseClientHello(this.#hello);
    if (result.state === 'hello') {
      this.#socket.pause();
      this.#socket.off('data', this.#onData);
      this.#state = 'opening';
      this.#open(result.serverName).catch((error: unknown) => this.#fail(error));
    } else if (result.state === 'refused') this.#refuse(result.alert);
    else if (this.#hello.length > CLIENT_HELLO_BYTES_MAX) this.#refuse(TLS_ALERT.decodeError);
  }

  readonly #onEnd = (): void => {
    if (this.#state === 'hello' || this.#state === 'over') this.#socket.destroySoon();
  };

  async #open(host: string): Promise<void> {
    const { router, events } = this.#options;
    events.request();
    const target = router.findTarget(host);
    if (!target) return this.#refuse(router.isReady() ? TLS_ALERT.unrecognizedName : TLS_ALERT.internalError);
    if (!this.#options.claim(target.clusterId)) return this.#refuse(TLS_ALERT.internalError);
    const { remoteAddress: address = '', remotePort: port = 0 } = this.#socket;
    const upstream = await router.open(target.clusterId, { protocol: 'tls', address, port, host }, new Set());
    if (!upstream) return this.#refuse(TLS_ALERT.internalError);
    if (this.#socket.destroyed) return upstream.stream.destroy();
    this.#state = 'spliced';
    this.deadlineAt = Number.POSITIVE_INFINITY;
    events.bytes(this.#hello.length, 0);
    upstream.stream.write(this.#hello);
    this.#hello = NOTHING;
    splice(new SocketStream(this.#socket), upstream.stream, (received, sent) => events.bytes(received, sent));
  }

  /** A fault of this program ends the one connection it happened on. */
  #fail(error: unknown): void {
    this.#options.events.failed(error);
    resetSocket(this.#socket);
  }

  #refuse(alert: TlsAlert): void {
    this.#state = 'over';
    this.#hello = NOTHING;
    this.#options.events.refused(alert);
    this.#socket.end(tlsAlert(alert));
    this.deadlineAt = performance.now() + 2_000;
    this.#socket.resume();
  }
}
