import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Exchange } from '../exchange.ts';
import type { GatewayLimits } from '../options.ts';

export type Prepare = (exchange: Exchange) => void;

interface Http1Events {
  onRequest(req: IncomingMessage, res: ServerResponse, prepare?: Prepare): void;
  onUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** Marks a request whose client waits to be told to send its body. */
export const expectContinue: Prepare = (exchange) => void (exchange.expectsContinue = true);

/** Serves HTTP/1.1 on the connections it is handed by its event 'connection'. */
export function makeHttp1Server(limits: GatewayLimits, { onRequest, onUpgrade }: Http1Events): Server {
  const server = createServer({
    maxHeaderSize: limits.headerBytesMax,
    headersTimeout: limits.headersTimeoutMs,
    // Uploads may take as long as they make progress; stall-watch ends those that do not.
    requestTimeout: 0,
    connectionsCheckingInterval: Math.max(50, Math.min(2000, limits.headersTimeoutMs / 4)),
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    insecureHTTPParser: false,
    shouldUpgradeCallback: isWebSocketHandshake,
  });
  // Node would silently drop the fields above this count; they are counted and refused instead.
  server.maxHeadersCount = 0;
  server.maxRequestsPerSocket = 0;
  server.on('request', (req, res) => onRequest(req, res));
  server.on('checkContinue', (req, res) => onRequest(req, res, expectContinue));
  server.on('upgrade', onUpgrade);
  server.on('connect', (_req, socket) => refuseConnect(socket));
  // It listens to no address of its own; without this word it would let connections take for ever over their fields.
  server.emit('listening');
  return server;
}

/** RFC 6455 §4.1: a GET; one with a body is an ordinary request, or its body would be read as frames. */
function isWebSocketHandshake({ method, headers }: IncomingMessage): boolean {
  const hasBody = headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
  return method === 'GET' && !hasBody && headers.upgrade?.toLowerCase() === 'websocket';
}

/** A gateway tunnels nothing for anyone. */
function refuseConnect(socket: Duplex): void {
  socket.on('error', () => socket.destroy());
  socket.end('HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
}
