/** How the end of an HTTP/1.1 message body is found (RFC 9112 §6). */
export type BodyFraming =
  | { readonly kind: 'length'; readonly bytes: number }
  | { readonly kind: 'chunked' }
  /** Responses only: the body ends with the connection. */
  | { readonly kind: 'until-close' };

export class BodyError extends Error {
  override readonly name = 'BodyError';
}

const CHUNK_LINE_BYTES_MAX = 1024;
const TRAILER_BYTES_MAX = 8 * 1024;
const LF = 10;

/** Finds where a body ends in the bytes that are being forwarded, without changing them. */
export class MessageBody {
  readonly #isUntilClose: boolean;
  readonly #isChunked: boolean;
  #remaining: number;
  #state: 'data' | 'size-line' | 'data-end' | 'trailer' | 'done';
  #line = '';
  #trailerBytes = 0;

  constructor(framing: BodyFraming) {
    this.#isUntilClose = framing.kind === 'until-close';
    this.#isChunked = framing.kind === 'chunked';
    this.#remaining = framing.kind === 'length' ? framing.bytes : 0;
    this.#state = this.#isChunked ? 'size-line' : 'data';
    if (framing.kind === 'length' && framing.bytes === 0) this.#state = 'done';
  }

  get isDone(): boolean {
    return this.#state === 'done';
  }

  get isUntilClose(): boolean {
    return this.#isUntilClose;
  }

  /** How many bytes from `at` on belong to this body. Throws `BodyError` where the framing is broken. */
  consume(bytes: Buffer, at: number): number {
    if (this.#isUntilClose) return bytes.length - at;
    let next = at;
    while (next < bytes.length && this.#state !== 'done') {
      next = this.#state === 'data' ? this.#skip(bytes, next) : this.#readLine(bytes, next);
    }
    return next - at;
  }

  #skip(bytes: Buffer, at: number): number {
    const taken = Math.min(this.#remaining, bytes.length - at);
    this.#remaining -= taken;
    if (this.#remaining === 0) this.#state = this.#isChunked ? 'data-end' : 'done';
    return at + taken;
  }

  #readLine(bytes: Buffer, at: number): number {
    const end = bytes.indexOf(LF, at);
    const until = end === -1 ? bytes.length : end + 1;
    if (this.#line.length + until - at > CHUNK_LINE_BYTES_MAX)
      throw new BodyError('a chunk line is too long');
    this.#line += bytes.toString('latin1', at, until);
    if (end === -1) return until;
    const line = this.#line;
    this.#line = '';
    // A bare LF is where two parsers may disagree on the end of a message (request smuggling).
    if (!line.endsWith('\r\n') || line.indexOf('\r') !== line.length - 2)
      throw new BodyError('a line ends without CR LF');
    this.#endLine(line.slice(0, -2));
    return until;
  }

  #endLine(line: string): void {
    switch (this.#state) {
      case 'size-line': {
        const size = /^([0-9a-fA-F]{1,12})[ \t]*(;.*)?$/.exec(line)?.[1];
        if (size === undefined) throw new BodyError('a chunk size is malformed');
        this.#remaining = Number.parseInt(size, 16);
        this.#state = this.#remaining === 0 ? 'trailer' : 'data';
        break;
      }
      case 'data-end':
        if (line !== '') throw new BodyError('a chunk is longer than it says');
        this.#state = 'size-line';
        break;
      case 'trailer':
        this.#trailerBytes += line.length + 2;
        if (this.#trailerBytes > TRAILER_BYTES_MAX) throw new BodyError('the trailers are too long');
        if (line === '') this.#state = 'done';
        break;
      default:
        throw new BodyError('no line is expected here');
    }
  }
}
