/** From this size on a piece is kept as it is; smaller ones are copied together. */
const KEEP_BYTES = 4 * 1024;
/** A piece that pins a buffer more than this many times its size is copied out of it. */
const PINNED_RATIO = 4;
const BLOCK_BYTES = 16 * 1024;

/**
 * What a stream has received and its reader has not taken. Holds little more memory than bytes, even if a hostile
 * peer sends one byte per frame: small pieces are gathered in blocks instead of each pinning the buffer it came in.
 */
export class ReceiveQueue {
  #pieces: Buffer[] | undefined;
  #tail: Buffer | undefined;
  #tailBytes = 0;

  get isEmpty(): boolean {
    return !this.#pieces?.length && this.#tailBytes === 0;
  }

  /** Returns whether the piece itself is kept, not a copy. */
  push(piece: Buffer): boolean {
    if (piece.length >= KEEP_BYTES && piece.buffer.byteLength <= piece.length * PINNED_RATIO) {
      this.#sealTail();
      this.#keep(piece);
      return true;
    }
    for (let at = 0; at < piece.length;) {
      const tail = this.#tail ?? this.#newTail(piece.length);
      const copied = piece.copy(tail, this.#tailBytes, at);
      this.#tailBytes += copied;
      at += copied;
      if (this.#tailBytes === tail.length) this.#sealTail();
    }
    return false;
  }

  /** Puts bytes back before all others; copied, for they may be a part of something much larger. */
  unshift(bytes: Buffer): void {
    this.#pieces ??= [];
    this.#pieces.unshift(Buffer.from(bytes));
  }

  /** The oldest bytes, as one buffer; undefined when empty. */
  shift(): Buffer | undefined {
    if (!this.#pieces?.length) this.#sealTail();
    return this.#pieces?.shift();
  }

  clear(): void {
    this.#pieces = undefined;
    this.#tail = undefined;
    this.#tailBytes = 0;
  }

  #keep(piece: Buffer): void {
    this.#pieces ??= [];
    this.#pieces.push(piece);
  }

  #newTail(bytes: number): Buffer {
    // Grows with what is already waiting, so that an idle stream with one short message stays small.
    const size = !this.#pieces?.length ? Math.max(512, bytes) : BLOCK_BYTES;
    this.#tail = Buffer.allocUnsafeSlow(size);
    return this.#tail;
  }

  #sealTail(): void {
    if (this.#tail && this.#tailBytes > 0) this.#keep(this.#tail.subarray(0, this.#tailBytes));
    this.#tail = undefined;
    this.#tailBytes = 0;
  }
}
