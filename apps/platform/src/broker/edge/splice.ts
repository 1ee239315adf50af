import type { ByteListener, ByteStream } from '@portolan/tunnel/streams/byte-stream';

/**
 * Joins two streams: bytes, back-pressure and half-close pass both ways; when one breaks, so does the other.
 * `onBytes` receives how many bytes came from `left` and how many from `right`.
 */
export function splice(
  left: ByteStream,
  right: ByteStream,
  onBytes?: (fromLeft: number, fromRight: number) => void,
): void {
  left.listen(new Forward(left, right, onBytes && ((bytes) => onBytes(bytes, 0))));
  right.listen(new Forward(right, left, onBytes && ((bytes) => onBytes(0, bytes))));
  left.resume();
  right.resume();
}

/** Forwards what one side of a splice delivers to the other. */
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
