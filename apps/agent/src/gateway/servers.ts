import { once } from 'node:events';
import { STATUS_CODES, ServerResponse, type IncomingMessage, type Server as HttpServer } from 'node:http';
import type { Http2Server, Http2ServerRequest, Http2Session } from 'node:http2';
import {
  Socket,
  createServer as createTcpServer,
  type AddressInfo,
  type Server as TcpServer,
} from 'node:net';
import type { Duplex } from 'node:stream';
import { CLIENT_SOCKETS } from '@portolan/process/client-sockets';
import { closeGently } from '@portolan/process/close-gently';
import { destroyAfterEnd } from '@portolan/process/destroy-after-end';
import { Connections, asSocket, type Connection } from './connections.ts';
import { Exchange } from './exchange/exchange.ts';
import type { ClientRequest, ClientResponse } from './http/messages.ts';
import type { AddressSet } from './http/addresses.ts';
import { makeHttp1Server } from './http/http1-server.ts';
import { makeHttp2Server } from './http/http2-server.ts';
import { awaitPreface } from './http/preface.ts';
import { refusedStatus } from './http/refusal.ts';
import { parseRequestTarget } from './http/request-target.ts';
import { StallWatch } from './exchange/stall-watch.ts';
import type { ListenAddress } from './options.ts';
import { runPipeline } from './pipeline.ts';
import { abortResponse } from './exchange/respond.ts';
import type { RoutingTable } from './routing-table.ts';
import type { GatewayRuntime } from './runtime.ts';
import { isMisdirected } from './tls/host-tls.ts';
import { terminateTls, type Termination } from './tls/terminate.ts';

/** A client may end its half after the request; it gets the response all the same (RFC 9293 §3.6). */
const SOCKETS = { ...CLIENT_SOCKETS, highWaterMark: 64 * 1024 };

interface ClientAddress {
  readonly address: string;
  readonly port: number;
  /** When a broker's edge opened the stream, by its clock. */
  readonly openedAt?: number | undefined;
}

/** The HTTP/1.1 and HTTP/2 servers, and TLS in front of them. */
export class Servers {
  readonly #runtime: GatewayRuntime;
  readonly #table: () => RoutingTable;
  readonly #connections: Connections;
  readonly #running: StallWatch;
  readonly #http: HttpServer;
  readonly #http2: Http2Server;
  readonly #plain: TcpServer;
  readonly #tls: TcpServer;
  readonly #sessions = new Map<Http2Session, Connection>();
  /** The connection whose HTTP/2 session is just being made. */
  #opening: Connection | null = null;
  #onIdle: (() => void) | null = null;

  constructor(runtime: GatewayRuntime, table: () => RoutingTable, trusted: AddressSet) {
    this.#runtime = runtime;
    this.#table = table;
    this.#connections = new Connections(trusted);
    this.#running = new StallWatch(runtime.limits.stallTimeoutMs, (exchange) => abortResponse(exchange));
    this.#http = makeHttp1Server(runtime.limits, {
      onRequest: (req, res) => this.#begin(req, res, this.#connections.find(req.socket)),
      onExpectation: (req, res) => this.#begin(req, res, this.#connections.find(req.socket), expectContinue),
      onUpgrade: (req, socket, head) => this.#beginUpgrade(req, socket, head),
      onRefused: (socket, status) => this.#refuse(socket, status),
      onFault: (error, socket) => {
        this.#logFault(error);
        socket.destroy();
      },
      isBusy: (socket) => (this.#connections.find(socket)?.inFlight ?? 0) > 0,
    });
    this.#http2 = makeHttp2Server(runtime.limits, {
      onSession: (session) => this.#keep(session),
      onFault: (error, session) => {
        this.#logFault(error);
        session?.destroy();
      },
      onRequest: (req, res) => this.#begin(req, res, this.#connectionOf(req)),
      onExpectation: (req, res) => this.#begin(req, res, this.#connectionOf(req), expectContinue),
    });
    this.#plain = createTcpServer(SOCKETS, (socket) => this.acceptPlain(socket, addressOf(socket)));
    this.#tls = createTcpServer(SOCKETS, (socket) => this.#secure(socket, addressOf(socket), null));
  }

  async listenHttp(address: ListenAddress): Promise<AddressInfo> {
    return listen(this.#plain, address);
  }

  async listenHttps(address: ListenAddress): Promise<AddressInfo> {
    return listen(this.#tls, address);
  }

  /** `scheme` is that by which the client reached what is in front, where it is not plain HTTP. */
  acceptPlain(stream: Duplex, client: ClientAddress, scheme: 'http' | 'https' = 'http'): void {
    if (this.#runtime.isDraining) {
      stream.destroy();
      return;
    }
    const socket = stream instanceof Socket ? stream : asSocket(stream, client);
    const connection = this.#connections.add(socket, { ...client, scheme });
    awaitPreface(socket, this.#runtime.limits.headersTimeoutMs, (protocol) => {
      if (protocol === 'http2') this.#serveHttp2(socket, connection);
      else this.#http.emit('connection', socket);
    });
  }

  acceptTls(stream: Duplex, client: ClientAddress, serverName: string): void {
    if (this.#runtime.isDraining) stream.destroy();
    else this.#secure(stream, client, serverName);
  }

  /** Stops accepting and resolves when the last request has its response or `graceMs` have passed; everything is closed then. */
  async drain(graceMs: number): Promise<void> {
    this.#plain.close();
    this.#http.close();
    this.#tls.close();
    for (const session of this.#sessions.keys()) session.close();
    this.#connections.closeIdle();
    if (this.#running.count > 0) await this.#untilIdle(graceMs);
    // Written responses may not have reached the socket yet.
    await this.#untilClosed(graceMs === 0 ? 0 : 1000);
    this.#connections.closeAll();
    this.#running.close();
  }

  #secure(socket: Duplex, client: ClientAddress, serverName: string | null): void {
    const raw = socket instanceof Socket ? socket : asSocket(socket, client);
    this.#connections.add(raw, { ...client, scheme: 'https' });
    const termination: Termination = {
      model: () => this.#table().model,
      challenge: (serverName) => this.#runtime.challenges.find(serverName),
      serverName,
      onFailed: (reason) =>
        this.#runtime.logger.debug(
          { event: 'tls.failed', client: client.address, reason },
          'TLS handshake failed',
        ),
      onSecure: (tls, handshake) => {
        const connection = this.#connections.add(tls, { ...client, scheme: 'https' }, handshake);
        if (tls.alpnProtocol !== 'h2') {
          this.#http.emit('connection', tls);
          return;
        }
        this.#serveHttp2(tls, connection);
      },
    };
    try {
      terminateTls(raw, termination);
    } catch (error) {
      this.#logFault(error);
      raw.destroy();
    }
  }

  #serveHttp2(socket: Duplex, connection: Connection): void {
    // HTTP/2 ends its streams one by one; a connection that ends is over.
    socket.allowHalfOpen = false;
    destroyAfterEnd(socket);
    this.#opening = connection;
    this.#http2.emit('connection', socket);
    this.#opening = null;
  }

  #connectionOf({ stream }: Http2ServerRequest): Connection | undefined {
    return stream.session === undefined ? undefined : this.#sessions.get(stream.session);
  }

  #keep(session: Http2Session): void {
    if (this.#opening === null) return;
    this.#sessions.set(session, this.#opening);
    session.once('close', () => this.#sessions.delete(session));
  }

  #begin(
    req: ClientRequest,
    res: ClientResponse,
    connection: Connection | undefined,
    prepare?: (exchange: Exchange) => void,
  ): void {
    if (connection === undefined) {
      req.destroy();
      return;
    }
    const target = parseRequestTarget(req.url ?? '', req.method);
    const refusal = refusedStatus(req, this.#runtime.limits);
    if (target === null || refusal !== 0) {
      sendEmptyResponse(connection, res, refusal === 0 ? 400 : refusal);
      return;
    }
    // RFC 9110 §9.3.7: asks about the server, not about anything it serves.
    if (target.path === '*') {
      sendEmptyResponse(connection, res, 200);
      return;
    }
    const table = this.#table();
    const exchange = new Exchange({ req, res }, connection.client, target, table);
    const { handshake } = connection.client;
    if (handshake !== null && isMisdirected(table.model, exchange.host, handshake.options)) {
      sendEmptyResponse(connection, res, 421);
      return;
    }
    prepare?.(exchange);
    exchange.edgeOpenedAt = connection.edgeOpenedAt;
    connection.edgeOpenedAt = null;
    this.#track(exchange, connection);
    runPipeline(exchange, table, this.#runtime.onDone);
  }

  #track(exchange: Exchange, connection: Connection): void {
    connection.inFlight += 1;
    this.#running.add(exchange);
    exchange.onFinished = () => {
      this.#running.delete(exchange);
      release(connection);
      if (this.#runtime.isDraining && this.#running.count === 0) this.#onIdle?.();
    };
  }

  #beginUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const res = new ServerResponse(req);
    res.shouldKeepAlive = false;
    // Responses other than 101 are ordinary ones, after which the connection ends.
    if (socket instanceof Socket || 'setTimeout' in socket) res.assignSocket(socket as Socket);
    res.once('finish', () => closeGently(socket));
    this.#begin(
      req,
      res,
      this.#connections.find(socket),
      (exchange) => void (exchange.upgrade = { socket, head }),
    );
  }

  /** Refuses what is no request, after the responses that are due on its connection (RFC 9112 §9.3.2), and closes it. */
  #refuse(socket: Duplex, status: number): void {
    socket.on('error', () => socket.destroy());
    const connection = this.#connections.find(socket);
    const earlier = this.#running.on(socket);
    const first = earlier[0];
    if (connection === undefined || connection.onIdle !== null) {
      socket.destroy();
    } else if (earlier.some(({ req }) => !req.complete)) {
      // The fault is in the body of a request that is being served.
      if (earlier.length === 1 && first?.res.headersSent === false) socket.write(rawRefusal(status));
      socket.destroy();
    } else if (connection.inFlight === 0) {
      refuseRaw(socket, status);
    } else {
      socket.pause();
      // Node has detached from the connection and no longer emits `drain` on its responses.
      if (status === 405)
        socket.on('drain', () => earlier.find(({ isClosed }) => !isClosed)?.res.emit('drain'));
      connection.onIdle = () => refuseRaw(socket, status);
    }
  }

  #logFault(error: unknown): void {
    this.#runtime.logger.error({ event: 'gateway.fault', err: error }, 'a connection failed in the gateway');
  }

  #untilIdle(graceMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, graceMs);
      this.#onIdle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #untilClosed(graceMs: number): Promise<void> {
    this.#connections.closeIdle();
    return this.#connections.untilEmpty(graceMs);
  }
}

/** Sends a response without a body, before any route is chosen. */
function sendEmptyResponse(connection: Connection, res: ClientResponse, status: number): void {
  connection.inFlight += 1;
  res.on('close', () => release(connection));
  res.on('error', () => res.destroy());
  res.statusCode = status;
  if (status === 405) res.setHeader('allow', ALLOWED);
  res.setHeader('content-length', '0');
  if (!('stream' in res) && status !== 200) res.setHeader('connection', 'close');
  res.end();
}

function release(connection: Connection): void {
  connection.inFlight -= 1;
  if (connection.inFlight === 0) connection.onIdle?.();
}

/** The methods of a request that a gateway serves; CONNECT is none (RFC 9110 §15.5.6 demands the list). */
const ALLOWED = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, TRACE';

function refuseRaw(socket: Duplex, status: number): void {
  if (socket.writable) socket.end(rawRefusal(status));
  // What the client still sends is discarded, and must not keep the connection open.
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), REFUSED_LINGER_MS).unref();
  socket.once('close', () => clearTimeout(timer));
}

const REFUSED_LINGER_MS = 2000;

function rawRefusal(status: number): string {
  const allow = status === 405 ? `Allow: ${ALLOWED}\r\n` : '';
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${allow}Content-Length: 0\r\nConnection: close\r\n\r\n`;
}

function expectContinue(exchange: Exchange): void {
  exchange.expectsContinue = true;
}

function addressOf(socket: Socket): ClientAddress {
  return { address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 };
}

async function listen(server: TcpServer, address: ListenAddress): Promise<AddressInfo> {
  server.listen(address.port, address.host);
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('the server has no address');
  return bound;
}
