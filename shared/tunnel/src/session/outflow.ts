import type { Liveness } from './liveness.ts';
import type { Multiplexer } from '../yamux/multiplexer.ts';
import { slabPool } from '../yamux/slab-pool.ts';
import type { Transport } from '../yamux/transport.ts';

/** Brings a multiplexer's batches to the transport, as fast as that takes them. */
export class Outflow {
  bytes = 0;
  readonly #multiplexer: Multiplexer;
  readonly #transport: Transport;
  readonly #liveness: Liveness;
  #isScheduled = false;
  #isFlushing = false;
  #isStopped = false;

  constructor(multiplexer: Multiplexer, transport: Transport, liveness: Liveness) {
    this.#multiplexer = multiplexer;
    this.#transport = transport;
    this.#liveness = liveness;
  }

  /** Small output waits for the end of this turn of the event loop, so that what many sockets bring leaves together. */
  schedule(): void {
    if (this.#isScheduled || this.#isFlushing || this.#isStopped) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.flush();
    });
  }

  flush(): void {
    if (this.#isFlushing || this.#isStopped) return;
    this.#isFlushing = true;
    while (!this.#transport.isCongested) {
      this.#multiplexer.pump();
      const batch = this.#multiplexer.take();
      if (!batch) break;
      const bytes = batch.end - batch.start;
      this.bytes += bytes;
      this.#liveness.sending(bytes);
      this.#transport.send(batch, () => {
        this.#liveness.sent(bytes);
        slabPool.release(batch.slab);
      });
    }
    this.#isFlushing = false;
  }

  /** Nothing leaves any more. */
  stop(): void {
    this.#isStopped = true;
  }
}
