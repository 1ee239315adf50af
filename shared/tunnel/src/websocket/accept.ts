import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { SocketTransport } from './socket-transport.ts';
import type { Transport } from '../yamux/transport.ts';

const WEBSOCKET_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const WEBSOCKET_KEY = /^[+/0-9A-Za-z]{22}==$/;

/** What a server answers to a client's key (RFC 6455 §4.2.2). */
export function acceptValueOf(key: string): string {
  return createHash('sha1')
    .update(key + WEBSOCKET_GUID)
    .digest('base64');
}

/**
 * Completes the WebSocket handshake of an upgrade request (RFC 6455 §4.2) and takes its socket; offers of extensions
 * are declined. Undefined if the request is no valid handshake: it has been answered with 400 or 426.
 */
export function acceptTunnel(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  options: { subprotocol?: string | undefined; remoteAddress?: string | undefined } = {},
): Transport | undefined {
  const refusal = handshakeFault(request);
  if (refusal) {
    // Read to its end, or a client that leaves would not be noticed.
    socket.resume();
    socket.end(
      `HTTP/1.1 ${refusal.status}\r\nConnection: close\r\nContent-Length: ${refusal.text.length}\r\n\r\n${refusal.text}`,
      () => socket.destroy(),
    );
    return undefined;
  }
  const lines = [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${acceptValueOf(request.headers['sec-websocket-key'] ?? '')}`,
    ...(options.subprotocol ? [`Sec-WebSocket-Protocol: ${options.subprotocol}`] : []),
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  tuneSocket(socket);
  return new SocketTransport(socket, head, { masking: 'none', remoteAddress: options.remoteAddress });
}

/** A tunnel batches by itself and watches its own silence. */
export function tuneSocket(socket: Duplex): void {
  if (!(socket instanceof Socket)) return;
  socket.setNoDelay(true);
  socket.setTimeout(0);
}

function handshakeFault({ method, headers }: IncomingMessage): { status: string; text: string } | undefined {
  const bad = (text: string) => ({ status: '400 Bad Request', text });
  if (method !== 'GET') return bad('A WebSocket handshake is a GET request.');
  if (headers.upgrade?.toLowerCase() !== 'websocket')
    return bad('Only upgrades to websocket are known here.');
  if (!WEBSOCKET_KEY.test(headers['sec-websocket-key'] ?? ''))
    return bad('Sec-WebSocket-Key is missing or malformed.');
  if (headers['sec-websocket-version'] === '13') return undefined;
  return {
    status: '426 Upgrade Required\r\nSec-WebSocket-Version: 13',
    text: 'Only WebSocket version 13 is known.',
  };
}
