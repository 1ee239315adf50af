import { Duplex } from 'node:stream';
import type { Channel, ChannelHandler } from '../yamux/channel.ts';
import { StreamResetError } from '../yamux/errors.ts';
import { ReceiveQueue } from './receive-queue.ts';

type Callback = (error?: Error | null) => void;

/** Takes a piece for the duration of the call; returns whether it is still needed afterwards. */
type Borrower = (piece: Buffer) => boolean;

/**
 * One yamux stream as a Duplex that `node:http`, `undici` and `pipeline` take for a socket. Its receive window is
 * credited when a reader has really taken the bytes, so back-pressure reaches the other end of the tunnel.
 */
export class TunnelStream extends Duplex implements ChannelHandler {
  readonly id: number;
  /** Settable: who is at the far end, for servers that ask their socket. */
  remoteAddress: string | undefined;
  remotePort: number | undefined;
  remoteFamily: string | undefined;
  readonly #channel: Channel;
  readonly #unread: ReceiveQueue;
  #isWanted = false;
  #uncredited = 0;
  #borrower: Borrower | undefined;
  #writeDone: Callback | undefined;

  /** `unread`: what was received before. */
  constructor(channel: Channel, unread = new ReceiveQueue()) {
    // A readable mark of one byte: what a reader has not asked for stays in #unread, which is bounded and compact.
    super({ readableHighWaterMark: 1, writableHighWaterMark: 256 * 1024 });
    this.id = channel.id;
    this.#channel = channel;
    this.#unread = unread;
    channel.handler = this;
    // A peer may reset a stream before its owner listens; that must not end the process.
    this.on('error', ignore);
  }

  /** Socket methods that `node:http` and `undici` call; a stream of a tunnel has nothing to set. */
  setTimeout(_timeoutMs?: number, _listener?: () => void): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }

  /**
   * As `on('data')`, for a listener that says whether it still needs the piece after the call. If not, as when a socket
   * has taken all of it at once, its memory is free again without a garbage collection: half the CPU time of bulk data.
   */
  lend(borrower: Borrower): this {
    this.#borrower = this.listenerCount('data') === 0 ? borrower : undefined;
    return this.on('data', borrower);
  }

  /** @internal */
  channelData(piece: Buffer): boolean {
    if (this.#isWanted && this.#unread.isEmpty && this.#isConsumedAtOnce()) {
      // What push() would do here, without its housekeeping, which costs more than a small message itself.
      const isLent = this.#borrower !== undefined && this.listenerCount('data') === 1;
      const isKept = isLent ? this.#borrower?.(piece) !== false : this.emit('data', piece);
      this.#channel.consume(piece.length);
      return isKept;
    }
    const isKept = this.#unread.push(piece);
    this.#pull();
    return isKept;
  }

  /** @internal */
  channelEnd(): void {
    this.#pull();
  }

  /** @internal */
  channelDrain(): void {
    const done = this.#writeDone;
    this.#writeDone = undefined;
    done?.();
  }

  /** @internal */
  channelStopped(error: Error): void {
    this.channelDrain();
    if (this.readableEnded) this.destroy(error);
    else this.once('end', () => this.destroy(error));
  }

  /** @internal */
  channelReset(error: Error): void {
    this.destroy(error);
  }

  override _read(): void {
    this.#credit();
    this.#isWanted = true;
    this.#pull();
  }

  /** As Writable's; bytes that can leave at once skip its queue, its callback and the tick behind it. */
  override write(chunk: unknown, ...rest: unknown[]): boolean {
    if (
      rest.length === 0 &&
      Buffer.isBuffer(chunk) &&
      this.#isWriteIdle() &&
      this.#channel.canTake(chunk.length)
    ) {
      return this.#channel.write(chunk);
    }
    return Reflect.apply(super.write, this, [chunk, ...rest]);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Callback): void {
    if (this.#channel.write(chunk)) done();
    else this.#writeDone = done;
  }

  override _writev(chunks: { chunk: Buffer }[], done: Callback): void {
    let hasLeft = true;
    for (const { chunk } of chunks) hasLeft = this.#channel.write(chunk) && hasLeft;
    if (hasLeft) done();
    else this.#writeDone = done;
  }

  override _final(done: Callback): void {
    this.#channel.end();
    done();
  }

  override _destroy(error: Error | null, done: Callback): void {
    this.#unread.clear();
    // Destroyed by its user after a proper end, as node:http, node:tls and autoDestroy do: nothing is cut off.
    if (error === null && this.writableFinished) this.#channel.close();
    else this.#channel.abandon();
    const writeDone = this.#writeDone;
    this.#writeDone = undefined;
    writeDone?.(error ?? new StreamResetError('The stream was destroyed before the data had left.'));
    done(error);
  }

  #isConsumedAtOnce(): boolean {
    const isFlowing = this.readableFlowing === true && this.readableLength === 0;
    return isFlowing && this.readableEncoding === null && this.listenerCount('data') > 0;
  }

  #isWriteIdle(): boolean {
    return this.writable && this.writableLength === 0 && this.writableCorked === 0;
  }

  #pull(): void {
    while (this.#isWanted) {
      const piece = this.#unread.shift();
      if (!piece) break;
      this.#push(piece);
    }
    if (this.#channel.isRemoteEnded && this.#unread.isEmpty) this.push(null);
  }

  #push(piece: Buffer): void {
    this.#isWanted = false;
    this.#uncredited += piece.length;
    if (!this.push(piece)) return;
    this.#isWanted = true;
    this.#credit();
  }

  #credit(): void {
    const bytes = this.#uncredited;
    this.#uncredited = 0;
    this.#channel.consume(bytes);
  }
}

function ignore(): void {}
