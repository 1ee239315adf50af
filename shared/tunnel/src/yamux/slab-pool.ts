/** Most bytes one flush hands to the transport; 64 KiB costs a third of the throughput, 1 MiB gains nothing. */
export const BATCH_BYTES = 256 * 1024;

/** Room behind the data for control frames, which must never wait for data to leave. */
const CONTROL_BYTES = 16 * 1024;

/** Room in front of a batch for the header of the message that carries it: one buffer, one write. */
export const HEADROOM_BYTES = 14;

export const SLAB_BYTES = HEADROOM_BYTES + BATCH_BYTES + CONTROL_BYTES;

const SMALL_BYTES = 4 * 1024;
const FREE_LARGE_MAX = 16;
const FREE_SMALL_MAX = 64;

const freeLarge: Buffer[] = [];
const freeSmall: Buffer[] = [];

/** Buffers for outgoing batches, shared by every session of the process so that idle sessions own none. */
export const slabPool = {
  /** For the few frames of a quiet session. */
  small(): Buffer {
    return freeSmall.pop() ?? Buffer.allocUnsafeSlow(SMALL_BYTES);
  },
  large(): Buffer {
    return freeLarge.pop() ?? Buffer.allocUnsafeSlow(SLAB_BYTES);
  },
  /** Gives a buffer back once the transport no longer reads it. */
  release(slab: Buffer): void {
    if (slab.length === SMALL_BYTES && freeSmall.length < FREE_SMALL_MAX) freeSmall.push(slab);
    if (slab.length === SLAB_BYTES && freeLarge.length < FREE_LARGE_MAX) freeLarge.push(slab);
  },
};
