import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { freeReadBuffer } from '@portolan/tunnel/streams/read-buffer';

/** After the last byte was sent: how long a peer that goes on sending is read before the connection closes. */
const LINGER_MS = 2_000;
/** Without a byte that leaves for this long, what is still to be sent is given up. */
const FLUSH_STALL_MS = 60_000;

/**
 * Ends a connection in the middle of what it carries: by RST, for a FIN would make the cut look like a proper end (a
 * body that ends with its connection, RFC 9112 §6.3).
 */
export function resetSocket(socket: Duplex): void {
  const tcp = tcpSocketOf(socket);
  if (tcp && !tcp.connecting && !tcp.destroyed) tcp.resetAndDestroy();
  socket.destroy();
}

/**
 * Ends a connection whose own half is over: everything written is sent, then what still comes is read for a moment,
 * since closing with unread bytes makes TCP send a RST that can cost the peer what it has not read yet (RFC 9112 §9.6).
 */
export function closeGently(socket: Duplex): void {
  if (socket.destroyed) return;
  socket.on('data', freeReadBuffer);
  socket.resume();
  const tcp = tcpSocketOf(socket);
  // Counts from the last byte that left, not from now: a slow reader gets all of it.
  tcp?.setTimeout(FLUSH_STALL_MS, () => resetSocket(socket));
  socket.end(() => {
    const timer = setTimeout(() => socket.destroy(), LINGER_MS);
    socket.once('close', () => clearTimeout(timer));
  });
}

/** The TCP connection itself: TLS on top of it cannot be reset. */
function tcpSocketOf(socket: Duplex): Socket | undefined {
  const below: unknown = Reflect.get(socket, '_parent');
  if (below instanceof Socket) return below;
  return socket instanceof Socket ? socket : undefined;
}
