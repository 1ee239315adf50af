import { Http2ServerResponse } from 'node:http2';
import type { Exchange } from '../exchange/exchange.ts';
import { joinTransforms, type JoinedTransforms } from '../exchange/join-transforms.ts';
import { abortResponse, sendHead, sendHeadAlone } from '../exchange/respond.ts';
import type { ResponseHead } from '../exchange/exchange.ts';
import { clientTrailers } from './response-head.ts';

/** Above this, copying a body costs more than writing it by itself. */
const JOINED_BYTES_MAX = 16 * 1024;

/** Sends response content to the client as it arrives, no faster than the client reads. */
export class ResponseBody {
  readonly #exchange: Exchange;
  readonly #head: ResponseHead;
  readonly #length: number;
  readonly #resume: () => void;
  /** Joined when the head goes out. */
  #content: JoinedTransforms | null = null;
  #received = 0;
  #hasBegun = false;
  #isEnded = false;
  #held: Buffer[] | null = null;
  #heldMax = 0;
  #onTooLarge: (() => void) | null = null;

  constructor(
    exchange: Exchange,
    head: ResponseHead,
    source: { readonly length: number; readonly resume: () => void },
  ) {
    this.#exchange = exchange;
    this.#head = head;
    this.#length = source.length;
    this.#resume = source.resume;
  }

  /** Sends the head now; without this call it goes out together with the first bytes. */
  begin(): void {
    this.#hasBegun = true;
    sendHead(this.#exchange, this.#head);
    this.#content = joinTransforms(this.#head.transforms, () => abortResponse(this.#exchange));
    if (this.#content === null) {
      const { res } = this.#exchange;
      // A stream's reader wants the head before its first event. `flushHeaders` would write it in UTF-8; this keeps every byte.
      if (!(res instanceof Http2ServerResponse) && this.#head.hasBody) res.write('', 'latin1');
      return;
    }
    const { output } = this.#content;
    output.on('data', (chunk: Buffer) => this.#emit(chunk) || output.pause());
    output.on('end', () => this.#exchange.res.end());
  }

  /** Holds everything back until it is complete and small enough. */
  hold(bytesMax: number, onTooLarge: () => void): void {
    this.#held = [];
    this.#heldMax = bytesMax;
    this.#onTooLarge = onTooLarge;
  }

  write(chunk: Buffer): boolean {
    this.#received += chunk.length;
    if (this.#held !== null) return this.#keep(chunk);
    if (!this.#hasBegun) {
      if (this.#received === this.#length) return this.#sendWhole(chunk);
      this.begin();
    }
    if (this.#content === null) return this.#emit(chunk);
    if (this.#content.input.write(chunk)) return true;
    this.#content.input.once('drain', this.#resume);
    return false;
  }

  end(trailers: readonly (Buffer | string)[] | null): void {
    const { res } = this.#exchange;
    if (this.#held !== null) {
      const held = this.#held;
      this.#held = null;
      this.#received = 0;
      for (const chunk of held) this.write(chunk);
    }
    if (this.#isEnded || res.writableEnded) return;
    this.#isEnded = true;
    const hasTrailers = trailers !== null && trailers.length > 0;
    if (!this.#hasBegun && !hasTrailers && this.#head.transforms.length === 0) {
      this.#hasBegun = true;
      sendHeadAlone(this.#exchange, this.#head);
      return;
    }
    if (!this.#hasBegun) this.begin();
    if (this.#content !== null) {
      this.#content.input.end();
      return;
    }
    if (hasTrailers) res.addTrailers(clientTrailers(trailers));
    res.end();
  }

  /** Head and body in one write: the common small response. */
  #sendWhole(chunk: Buffer): boolean {
    this.#hasBegun = true;
    if (this.#head.transforms.length > 0) {
      this.begin();
      this.#content?.input.write(chunk);
      return true;
    }
    const { res } = this.#exchange;
    sendHead(this.#exchange, this.#head);
    this.#exchange.bytesOut += chunk.length;
    // Node writes a string in one piece with the head, a buffer separately; latin1 keeps every byte.
    if (chunk.length <= JOINED_BYTES_MAX && !(res instanceof Http2ServerResponse))
      res.end(chunk.toString('latin1'), 'latin1');
    else res.end(chunk);
    return true;
  }

  #emit(chunk: Buffer): boolean {
    const { res } = this.#exchange;
    this.#exchange.bytesOut += chunk.length;
    const isRoomLeft = res instanceof Http2ServerResponse ? res.write(chunk) : res.write(chunk);
    if (isRoomLeft) return true;
    const output = this.#content?.output;
    res.once('drain', output === undefined ? this.#resume : () => output.resume());
    return false;
  }

  #keep(chunk: Buffer): boolean {
    if (this.#received > this.#heldMax) {
      this.#held = [];
      this.#onTooLarge?.();
      this.#onTooLarge = null;
    } else {
      this.#held?.push(chunk);
    }
    return true;
  }
}
