/** What the user of a byte stream hears: synchronously, in order, and nothing after `broken`. */
export interface ByteListener {
  /** Bytes count as read when the call returns. Returns whether their memory is still needed afterwards. */
  data(piece: Buffer): boolean;
  /** The other side will send nothing more. */
  end(): void;
  /** Everything written has left, after `write` said no. */
  drain(): void;
  /** Nothing more comes or goes, and the two directions had not both ended. */
  broken(error: Error): void;
}

/**
 * A stream of bytes both ways with half-close and back-pressure, without the machinery of Node's: what a relay needs.
 * It begins paused.
 */
export interface ByteStream {
  /** Bytes written that have not left: their memory is in use. */
  readonly heldBytes: number;
  /** Whether so much is held that a writer should wait for `drain`. */
  readonly needsDrain: boolean;
  /** Sets who hears, instead of whoever did before. */
  listen(listener: ByteListener): void;
  /** False: wait for `drain`. */
  write(bytes: Buffer): boolean;
  /** Half-closes behind what was written. */
  end(): void;
  /** Ends both directions at once; the other side sees a break unless both had ended. */
  destroy(): void;
  pause(): void;
  resume(): void;
}
