import type { Duplex } from 'node:stream';
import { resetSocket, tcpSocketOf } from './reset-socket.ts';

/** After the last byte was sent: how long a peer that goes on sending is read before the connection closes. */
const LINGER_MS = 2_000;
/** Without a byte that leaves for this long, what is still to be sent is given up. */
const FLUSH_STALL_MS = 60_000;

/**
 * Ends a connection whose own half is over: everything written is sent, then what still comes is read for a moment,
 * since closing with unread bytes makes TCP send a RST that can cost the peer what it has not read yet (RFC 9112 §9.6).
 * Without reading, the peer's own end would never be seen, and a connection that nobody reads would stay for ever.
 */
export function closeGently(socket: Duplex): void {
  if (socket.destroyed) return;
  socket.resume();
  // Counts from the last byte that left, not from now: a slow reader gets all of it.
  tcpSocketOf(socket)?.setTimeout(FLUSH_STALL_MS, () => resetSocket(socket));
  socket.end(() => {
    const timer = setTimeout(() => socket.destroy(), LINGER_MS);
    socket.once('close', () => clearTimeout(timer));
  });
}
