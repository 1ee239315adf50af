import type { Duplex } from 'node:stream';

/** First bytes of an HTTP/2 client with prior knowledge (RFC 9113 §3.4); no HTTP/1.1 request begins with them. */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

/** Detects the protocol of a connection by its first bytes, which stay unread; one that sends nothing in time is closed. */
export function awaitPreface(
  socket: Duplex,
  timeoutMs: number,
  onKnown: (protocol: 'http1' | 'http2') => void,
): void {
  let seen: Buffer = Buffer.alloc(0);
  const timer = setTimeout(() => socket.destroy(), timeoutMs);
  const stop = (): void => {
    clearTimeout(timer);
    socket.removeListener('readable', look);
    socket.removeListener('close', stop);
    socket.removeListener('end', end);
    socket.removeListener('error', ignore);
  };
  const end = (): void => void socket.destroy();
  const look = (): void => {
    const chunk: unknown = socket.read();
    if (!(chunk instanceof Buffer)) return;
    seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk]);
    const length = Math.min(seen.length, PREFACE.length);
    const isPreface = PREFACE.subarray(0, length).equals(seen.subarray(0, length));
    if (isPreface && length < PREFACE.length) return;
    stop();
    socket.unshift(seen);
    onKnown(isPreface ? 'http2' : 'http1');
  };
  socket.on('readable', look);
  socket.once('close', stop);
  socket.once('end', end);
  socket.on('error', ignore);
}

/** Every error is followed by 'close'. */
function ignore(): void {}
