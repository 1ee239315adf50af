import { createServer, type Socket } from 'node:net';
import { CLIENT_SOCKETS } from '@portolan/process/client-sockets';
import { resetSocket } from '@portolan/process/reset-socket';
import {
  CLIENT_HELLO_BYTES_MAX,
  parseClientHello,
  TLS_ALERT,
  type TlsAlert,
  tlsAlert,
} from './client-hello.ts';
import { ConnectionShares } from './connection-shares.ts';
import { Deadlines, type Timed } from './deadlines.ts';
import type { Edge, EdgeOptions } from './http-edge.ts';
import { SocketStream } from './socket-stream.ts';
import { splice } from './splice.ts';

const NOTHING = Buffer.alloc(0);

/** The public TLS listener: connections go to the agent their server name asks for, still encrypted. */
export function createTlsEdge(options: EdgeOptions): Edge {
  const open = new ConnectionShares<TlsConnection>(options.limits);
  const deadlines = new Deadlines();
  const server = createServer(CLIENT_SOCKETS, (socket) => {
    const address = socket.remoteAddress ?? '';
    if (!open.admits(address)) {
      options.events.refused(TLS_ALERT.internalError);
      socket.on('error', () => undefined);
      socket.end(tlsAlert(TLS_ALERT.internalError));
      socket.destroySoon();
      return;
    }
    const connection = new TlsConnection(socket, {
      ...options,
      claim: (clusterId) => open.claim(connection, clusterId),
    });
    open.add(connection, address);
    deadlines.add(connection);
    socket.on('close', () => {
      open.remove(connection);
      deadlines.remove(connection);
    });
  });
  return {
    server,
    get connections() {
      return open.size;
    },
    // What a TLS connection is doing is not visible here: it lasts until its ends close it or the broker does.
    drain: () => void server.close(),
    close() {
      server.close();
      for (const connection of open) connection.close();
      deadlines.close();
    },
  };
}

interface TlsConnectionOptions extends EdgeOptions {
  /** Counts the connection for a cluster; false where that has its share. */
  readonly claim: (clusterId: string) => boolean;
}

/** One connection until its ClientHello is read; afterwards only bytes pass. */
class TlsConnection implements Timed {
  deadlineAt: number;
  readonly #socket: Socket;
  readonly #options: TlsConnectionOptions;
  #hello: Buffer = NOTHING;
  #state: 'hello' | 'opening' | 'spliced' | 'over' = 'hello';

  constructor(socket: Socket, options: TlsConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.deadlineAt = performance.now() + options.limits.headMs;
    socket.on('data', this.#onData);
    socket.on('end', this.#onEnd);
    socket.on('error', () => undefined);
  }

  /** Whether it has not yet said what it is for: what an encrypted one does afterwards is not visible here. */
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
