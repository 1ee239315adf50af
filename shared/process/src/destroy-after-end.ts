import type { Duplex } from 'node:stream';

/** How long a peer may take to end its half of a connection after ours has ended. */
const LINGER_MS = 2_000;

/**
 * Destroys a connection when our half has ended and the peer does not end its own. For protocols in which nothing is sent in
 * either direction then, such as HTTP/2 after its streams: the peer could hold the descriptor for as long as it likes.
 */
export function destroyAfterEnd(socket: Duplex): void {
  socket.once('finish', () => {
    const timer = setTimeout(() => socket.destroy(), LINGER_MS);
    socket.once('close', () => clearTimeout(timer));
  });
}
