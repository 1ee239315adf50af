import type { Duplex } from 'node:stream';
import { TunnelStream } from '@portolan/tunnel/stream';

/**
 * Joins two duplex streams: bytes, back-pressure and half-close pass both ways; when one breaks, so does the other.
 * `onBytes` hears how many bytes passed from `left` to `right` and back.
 */
export function splice(
  left: Duplex,
  right: Duplex,
  onBytes?: (outbound: number, inbound: number) => void,
): void {
  forward(left, right, onBytes && ((bytes) => onBytes(bytes, 0)));
  forward(right, left, onBytes && ((bytes) => onBytes(0, bytes)));
}

function forward(from: Duplex, to: Duplex, onBytes: ((bytes: number) => void) | undefined): void {
  const pass = (chunk: Buffer): boolean => {
    onBytes?.(chunk.length);
    if (!to.write(chunk)) from.pause();
    return to.writableLength > 0;
  };
  if (from instanceof TunnelStream) from.lend(pass);
  else from.on('data', pass);
  to.on('drain', () => from.resume());
  from.on('end', () => to.end());
  from.on('error', () => undefined);
  from.on('close', () => {
    // After a clean end on both sides this changes nothing; before it, the other side must see a break, not an end.
    if (!from.readableEnded || !from.writableFinished) to.destroy();
  });
}
