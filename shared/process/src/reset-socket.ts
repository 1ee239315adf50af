import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';

/**
 * Ends a connection in the middle of what it carries: over TCP by RST, below TLS too, since a FIN makes the cut look like a
 * proper end (a body that ends with its connection, RFC 9112 §6.3). Other streams are destroyed.
 */
export function resetSocket(socket: Duplex): void {
  const tcp = tcpSocketOf(socket);
  if (tcp && !tcp.destroyed) tcp.resetAndDestroy();
  socket.destroy();
}

/** Returns the TCP connection that carries `socket`, undefined where that is something else. */
export function tcpSocketOf(socket: Duplex): Socket | undefined {
  const below: unknown = Reflect.get(socket, '_parent');
  const carrier = below instanceof Socket ? below : socket;
  // Other handles (pipes, streams in place of a socket, TLS that has lost its connection) throw when they are reset.
  const isTcp = carrier instanceof Socket && !(carrier instanceof TLSSocket);
  return isTcp && carrier.remoteAddress !== undefined ? carrier : undefined;
}
