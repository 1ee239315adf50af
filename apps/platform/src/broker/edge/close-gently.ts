import type { Duplex } from 'node:stream';
import { resetSocket, tcpSocketOf } from '@portolan/process/reset-socket';
import { freeReadBuffer } from '@portolan/tunnel/streams/read-buffer';

/** After the last byte was sent: how long a peer that goes on sending is read before the connection closes. */
const LINGER_MS = 2_000;
/** Without a byte that leaves for this long, what is still to be sent is given up. */
const FLUSH_STALL_MS = 60_000;

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
