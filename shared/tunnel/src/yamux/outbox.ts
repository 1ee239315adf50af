import { Fifo } from './fifo.ts';
import { FrameType, HEADER_BYTES, writeHeader, writeUint32, type FrameHeader } from './frame.ts';
import { BATCH_BYTES, HEADROOM_BYTES, SLAB_BYTES, slabPool } from './slab-pool.ts';
import type { Batch } from './transport.ts';

/** Below this a data frame is not worth starting at the end of a batch. */
const DATA_ROOM_MIN = 4 * 1024;

/**
 * Builds the next batch of frames in one buffer. Payloads are copied once, straight behind their header, so the
 * caller's buffer is free again at once and a WebSocket message needs no further assembly.
 */
export class Outbox {
  #slab: Buffer | undefined;
  /** Control frames that had no room; data waits for them. */
  #waiting: Fifo<FrameHeader> | undefined;
  #end = HEADROOM_BYTES;
  #lastId = 0;
  #lastHeaderAt = 0;
  #lastBytes = 0;

  get isEmpty(): boolean {
    return this.#end === HEADROOM_BYTES && !this.#waiting;
  }

  /** Control frames that wait for the next batch. */
  get waitingFrames(): number {
    return this.#waiting?.length ?? 0;
  }

  /** Payload bytes that may still be put into this batch; 0 means: take it first. */
  get dataRoom(): number {
    if (this.#waiting) return 0;
    const room = HEADROOM_BYTES + BATCH_BYTES - this.#end - HEADER_BYTES;
    return room < DATA_ROOM_MIN ? 0 : room;
  }

  /** Puts a frame without payload, into the next batch if not even the reserve for such frames has room. */
  control(header: FrameHeader): void {
    if (this.#waiting || !this.#putControl(header)) (this.#waiting ??= new Fifo()).push(header);
  }

  /** Puts the control frames that wait, as far as there is room. */
  putWaiting(): void {
    for (let next = this.#waiting?.peek(); next; next = this.#waiting?.peek()) {
      if (!this.#putControl(next)) return;
      this.#waiting?.shift();
    }
    this.#waiting = undefined;
  }

  /** Puts `bytes` bytes of payload (at most `dataRoom`), growing the latest frame if it is the stream's own. */
  data(id: number, source: Buffer, at: number, bytes: number): void {
    const extend = this.#lastId === id;
    const slab = this.#reserve(extend ? bytes : HEADER_BYTES + bytes);
    if (!slab) throw new RangeError('Outbox overrun: more data than dataRoom.');
    if (extend) {
      this.#lastBytes += bytes;
      writeUint32(slab, this.#lastHeaderAt + 8, this.#lastBytes);
    } else {
      this.#lastHeaderAt = this.#end;
      this.#end = writeHeader(slab, this.#end, { type: FrameType.Data, flags: 0, id, length: bytes });
      this.#lastId = id;
      this.#lastBytes = bytes;
    }
    source.copy(slab, this.#end, at, at + bytes);
    this.#end += bytes;
  }

  /** Hands over what was built and starts afresh. */
  take(): Batch | undefined {
    const slab = this.#slab;
    const end = this.#end;
    if (!slab || end === HEADROOM_BYTES) return undefined;
    this.#slab = undefined;
    this.#end = HEADROOM_BYTES;
    this.#lastId = 0;
    return { slab, start: HEADROOM_BYTES, end };
  }

  /** Forgets what waits: the session is over. */
  dropWaiting(): void {
    this.#waiting = undefined;
  }

  #putControl(header: FrameHeader): boolean {
    const slab = this.#reserve(HEADER_BYTES);
    if (!slab) return false;
    this.#end = writeHeader(slab, this.#end, header);
    this.#lastId = 0;
    return true;
  }

  #reserve(bytes: number): Buffer | undefined {
    const needed = this.#end + bytes;
    if (needed > SLAB_BYTES) return undefined;
    this.#slab ??= needed > 1024 ? slabPool.large() : slabPool.small();
    if (needed > this.#slab.length) {
      const large = slabPool.large();
      this.#slab.copy(large, 0, 0, this.#end);
      slabPool.release(this.#slab);
      this.#slab = large;
    }
    return this.#slab;
  }
}
