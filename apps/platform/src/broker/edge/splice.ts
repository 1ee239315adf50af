import type { ByteListener, ByteStream } from '@portolan/tunnel/streams/byte-stream';

/**
 * Joins two streams: bytes, back-pressure and half-close pass both ways; when one breaks, so does the other.
 * `onBytes` hears how many bytes passed from `left` to `right` and back.
 */
export function splice(
  left: ByteStream,
  right: ByteStream,
  onBytes?: (outbound: number, inbound: number) => void,
): void {
  left.listen(new Forward(left, right, onBytes && ((bytes) => onBytes(bytes, 0))));
  right.listen(new Forward(right, left, onBytes && ((bytes) => onBytes(0, bytes))));
  left.resume();
  right.resume();
}

/** Hears one side of a splice and tells the other. */
class Forward implements ByteListener {
  readonly #from: ByteStream;
  readonly #to: ByteStream;
  readonly #onBytes: ((bytes: number) => void) | undefined;

  constructor(from: ByteStream, to: ByteStream, onBytes: ((bytes: number) => void) | undefined) {
    this.#from = from;
    this.#to = to;
    this.#onBytes = onBytes;
  }

  data(piece: Buffer): boolean {
    this.#onBytes?.(piece.length);
    if (!this.#to.write(piece)) this.#from.pause();
    return this.#to.heldBytes > 0;
  }

  end(): void {
    this.#to.end();
  }

  /** What was written to this side has left: the other may go on. */
  drain(): void {
    this.#to.resume();
  }

  broken(): void {
    this.#to.destroy();
  }
}
