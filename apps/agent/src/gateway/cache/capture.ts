import { Transform, type TransformCallback } from 'node:stream';
import type { ResponseStore } from './response-store.ts';

/** Lets content pass and keeps a copy, as long as it is not too large. */
export class Capture extends Transform {
  readonly #store: ResponseStore;
  readonly #onWhole: (body: Buffer) => void;
  #chunks: Buffer[] | null = [];
  #bytes = 0;

  /** `onWhole` receives the complete content, whose bytes are reserved in the store. */
  constructor(store: ResponseStore, onWhole: (body: Buffer) => void) {
    super();
    this.#store = store;
    this.#onWhole = onWhole;
  }

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    this.#keep(chunk);
    done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    if (this.#chunks !== null) this.#onWhole(Buffer.concat(this.#chunks));
    this.#chunks = null;
    done();
  }

  /** Gives back what was kept of a response that broke off. */
  abandon(): void {
    if (this.#chunks === null) return;
    this.#chunks = null;
    this.#store.release(this.#bytes);
  }

  #keep(chunk: Buffer): void {
    if (this.#chunks === null) return;
    if (this.#bytes + chunk.length > this.#store.bodyBytesMax || !this.#store.reserve(chunk.length)) {
      this.abandon();
      return;
    }
    this.#bytes += chunk.length;
    this.#chunks.push(chunk);
  }
}
