import { FrameType, HEADER_BYTES } from './frame.ts';
import { ProtocolError } from './errors.ts';

/** Receives what the decoder recognises, in wire order. */
export interface FrameSink {
  frame(type: number, flags: number, id: number, length: number): void;
  /** A piece of the latest data frame's payload; `left` is what is still to come. Returns whether the piece is kept. */
  payload(piece: Buffer, left: number): boolean;
}

/** Incremental parser: holds at most one partial header, never a payload. */
export class FrameDecoder {
  readonly #sink: FrameSink;
  #header: Buffer | undefined;
  #headerBytes = 0;
  #payloadLeft = 0;
  #isKept = false;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  /**
   * Takes the next bytes, cut anywhere; returns whether somebody keeps a part of them. Throws ProtocolError and must
   * not be used afterwards.
   */
  push(chunk: Buffer): boolean {
    this.#isKept = false;
    let offset = 0;
    while (offset < chunk.length) {
      if (this.#payloadLeft > 0) offset = this.#takePayload(chunk, offset);
      else if (this.#headerBytes === 0 && chunk.length - offset >= HEADER_BYTES) {
        this.#dispatch(chunk, offset);
        offset += HEADER_BYTES;
      } else offset = this.#gatherHeader(chunk, offset);
    }
    return this.#isKept;
  }

  #takePayload(chunk: Buffer, offset: number): number {
    const end = Math.min(chunk.length, offset + this.#payloadLeft);
    this.#payloadLeft -= end - offset;
    const whole = offset === 0 && end === chunk.length;
    const piece = whole ? chunk : chunk.subarray(offset, end);
    if (this.#sink.payload(piece, this.#payloadLeft)) this.#isKept = true;
    return end;
  }

  #gatherHeader(chunk: Buffer, offset: number): number {
    this.#header ??= Buffer.alloc(HEADER_BYTES);
    const end = Math.min(chunk.length, offset + HEADER_BYTES - this.#headerBytes);
    chunk.copy(this.#header, this.#headerBytes, offset, end);
    this.#headerBytes += end - offset;
    if (this.#headerBytes === HEADER_BYTES) {
      this.#headerBytes = 0;
      this.#dispatch(this.#header, 0);
    }
    return end;
  }

  #dispatch(bytes: Buffer, at: number): void {
    const version = bytes[at] ?? 0;
    const type = bytes[at + 1] ?? 0;
    if (version !== 0) throw new ProtocolError(`Frame of yamux version ${version}; only version 0 exists.`);
    if (type > FrameType.GoAway) throw new ProtocolError(`Frame of unknown type ${type}.`);
    const flags = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    const length = bytes.readUInt32BE(at + 8);
    if (type === FrameType.Data) this.#payloadLeft = length;
    this.#sink.frame(type, flags, bytes.readUInt32BE(at + 4), length);
  }
}
