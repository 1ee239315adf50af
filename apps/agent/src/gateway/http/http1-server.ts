import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { guardListener } from '@portolan/process/guard-listener';
import type { GatewayLimits } from './limits.ts';

interface Http1Events {
  onRequest(req: IncomingMessage, res: ServerResponse): void;
  /** A request whose client waits for 100 (Continue). */
  onExpectation(req: IncomingMessage, res: ServerResponse): void;
  onUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** A message that is refused by its form; `status` is for the client. */
  onRefused(socket: Duplex, status: number): void;
  /** A listener failed; its connection must end. */
  onFault(error: unknown, socket: Duplex): void;
  /** Returns whether earlier requests of the connection wait for their responses. */
  isBusy(socket: Duplex): boolean;
}

/** Serves HTTP/1.1 on the connections it is handed by its event 'connection'. */
export function makeHttp1Server(limits: GatewayLimits, events: Http1Events): Server {
  const server = createServer({
    // Node counts both; each has its own status here.
    maxHeaderSize: limits.targetBytesMax + limits.headerBytesMax,
    headersTimeout: limits.headersTimeoutMs,
    // Uploads may take as long as they make progress; stall-watch ends those that do not.
    requestTimeout: 0,
    connectionsCheckingInterval: Math.max(50, Math.min(2000, limits.headersTimeoutMs / 4)),
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    insecureHTTPParser: false,
    // Refused with all else that is; what Node sends by itself would not be counted on its connection.
    requireHostHeader: false,
    // A connection on which responses are due cannot switch; it goes on in HTTP (RFC 9112 §9.3.2, RFC 9110 §7.8).
    shouldUpgradeCallback: (req) => isWebSocketHandshake(req) && !events.isBusy(req.socket),
  });
  // Node would silently drop the fields above this count; they are counted and refused instead.
  server.maxHeadersCount = 0;
  server.maxRequestsPerSocket = 0;
  // Node drops the response to a client that ends its half behind the request, unless this undocumented mark is set.
  Reflect.set(server, 'httpAllowHalfOpen', true);
  const onFault = (error: unknown, { socket }: IncomingMessage): void => events.onFault(error, socket);
  const on = {
    request: events.onRequest,
    expectation: events.onExpectation,
    upgrade: events.onUpgrade,
    refused: events.onRefused,
  };
  const begin = (req: IncomingMessage, res: ServerResponse): void => {
    // An upgrade that was ignored: Node drops what came in one piece with it, so that the client has to send that again.
    if (isWebSocketHandshake(req)) res.shouldKeepAlive = false;
    on.request(req, res);
  };
  server.on('request', guardListener(begin, onFault));
  server.on('checkContinue', guardListener(on.expectation, onFault));
  // RFC 9110 §10.1.1: an expectation that is not known may be ignored.
  server.on('checkExpectation', guardListener(begin, onFault));
  server.on('upgrade', guardListener(on.upgrade, onFault));
  // The gateway opens no tunnels.
  server.on(
    'connect',
    guardListener((_req: IncomingMessage, socket: Duplex) => on.refused(socket, 405), onFault),
  );
  server.on(
    'clientError',
    guardListener(
      (error: NodeJS.ErrnoException, socket: Duplex) => on.refused(socket, statusOf(error)),
      (error, _cause, socket) => events.onFault(error, socket),
    ),
  );
  // It is given its connections; without this event Node would not check their timeouts.
  server.emit('listening');
  return server;
}

/** RFC 6455 §4.1: a GET; one with a body is an ordinary request, or its body would be read as frames. */
function isWebSocketHandshake({ method, headers }: IncomingMessage): boolean {
  const hasBody = headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
  return method === 'GET' && !hasBody && headers.upgrade?.toLowerCase() === 'websocket';
}

/** Returns the status for a message that Node's parser refused. */
function statusOf(error: NodeJS.ErrnoException): number {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return isTargetTooLong(error) ? 414 : 431;
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return 413;
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return 408;
    default:
      return 400;
  }
}

/** Returns whether the head that overflowed has not even got past its request line. */
function isTargetTooLong(error: Error): boolean {
  const packet = 'rawPacket' in error && Buffer.isBuffer(error.rawPacket) ? error.rawPacket : null;
  return packet !== null && /^[A-Z]+ [^ \r\n]+$/.test(packet.toString('latin1', 0, 8192));
}
