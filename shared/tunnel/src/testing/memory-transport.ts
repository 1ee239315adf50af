import type { Batch, Transport, TransportHandlers } from '../yamux/transport.ts';

export interface MemoryLink {
  /** How the next delivery is cut: gives the size of the next piece of `left` bytes. */
  readonly cut?: (left: number) => number;
  /** Bytes under way from which the sender sees congestion. */
  readonly congestedBytes?: number;
}

/** Two transports joined in memory: bytes arrive a turn later, cut as the link says. */
export function memoryTransportPair(link: MemoryLink = {}): [MemoryTransport, MemoryTransport] {
  const a = new MemoryTransport(link);
  const b = new MemoryTransport(link);
  a.peer = b;
  b.peer = a;
  return [a, b];
}

const SPOILT = 0xdd;

export class MemoryTransport implements Transport {
  peer: MemoryTransport | undefined;
  handlers: TransportHandlers | undefined;
  /** What was sent, in order, kept for tests that look at the wire. */
  readonly sentBatches: Buffer[] = [];
  /** While true, nothing is delivered from here: a path that swallows everything. */
  isBlackHole = false;
  #waitingBytes = 0;
  #isDrainAwaited = false;
  #isClosed = false;
  readonly #link: MemoryLink;

  constructor(link: MemoryLink) {
    this.#link = link;
  }

  get isCongested(): boolean {
    this.#isDrainAwaited = this.#waitingBytes >= (this.#link.congestedBytes ?? Infinity);
    return this.#isDrainAwaited;
  }

  start(handlers: TransportHandlers): void {
    this.handlers = handlers;
  }

  send({ slab, start, end }: Batch, sent: () => void): void {
    const copy = Buffer.from(slab.subarray(start, end));
    this.sentBatches.push(copy);
    if (this.isBlackHole) return;
    this.#waitingBytes += copy.length;
    setImmediate(() => {
      this.#waitingBytes -= copy.length;
      sent();
      for (let at = 0; at < copy.length;) {
        const piece = Math.max(
          1,
          Math.min(copy.length - at, this.#link.cut?.(copy.length - at) ?? copy.length),
        );
        const chunk = Buffer.from(copy.subarray(at, at + piece));
        // Bytes that nobody claims to keep are spoilt: who reads them later is found out.
        if (this.peer?.handlers?.transportData(chunk) === false) chunk.fill(SPOILT);
        at += piece;
      }
      if (this.#isDrainAwaited) this.handlers?.transportDrain();
    });
  }

  close(code: number, message: string): void {
    this.#end(code, message);
  }

  destroy(): void {
    this.#end(1006, 'destroyed');
  }

  #end(code: number, message: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    setImmediate(() => {
      this.handlers?.transportClose({ code, message });
      if (!this.isBlackHole) this.peer?.close(code, message);
    });
  }
}
