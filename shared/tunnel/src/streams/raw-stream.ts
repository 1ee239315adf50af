import type { ByteListener, ByteStream } from './byte-stream.ts';
import type { Channel, ChannelHandler } from '../yamux/channel.ts';
import { ReceiveQueue } from './receive-queue.ts';
import { TunnelStream } from './tunnel-stream.ts';

/** As the writable mark of a TunnelStream. */
const HELD_BYTES_MAX = 256 * 1024;

/**
 * One yamux stream for relays: a quarter of a Duplex's cost to open and close. Its receive window is credited as its
 * listener takes the bytes, so back-pressure reaches the other end of the tunnel.
 */
export class RawStream implements ByteStream, ChannelHandler {
  readonly #channel: Channel;
  #listener: ByteListener | undefined;
  #unread: ReceiveQueue | undefined;
  #isFlowing = false;
  #isDraining = false;
  #returnedBytes = 0;
  #isEndDelivered = false;
  #error: Error | undefined;
  /** Set when the peer takes nothing more: `broken` follows once everything it sent is delivered. */
  #stopError: Error | undefined;

  constructor(channel: Channel) {
    this.#channel = channel;
    channel.handler = this;
  }

  get id(): number {
    return this.#channel.id;
  }

  get heldBytes(): number {
    return this.#channel.pendingBytes;
  }

  get needsDrain(): boolean {
    return this.#channel.pendingBytes >= HELD_BYTES_MAX;
  }

  /** Whether it was reset or destroyed; one that ended properly in both directions was not. */
  get isBroken(): boolean {
    return this.#channel.isReset || this.#stopError !== undefined;
  }

  listen(listener: ByteListener): void {
    this.#listener = listener;
    if (this.#error) listener.broken(this.#error);
    else if (this.#isFlowing) this.#deliverUnread();
  }

  write(bytes: Buffer): boolean {
    this.#channel.write(bytes);
    this.#isDraining ||= this.needsDrain;
    return !this.#isDraining;
  }

  end(): void {
    this.#channel.end();
  }

  destroy(): void {
    this.#listener = undefined;
    this.#unread = undefined;
    this.#channel.abandon();
  }

  pause(): void {
    this.#isFlowing = false;
  }

  resume(): void {
    this.#isFlowing = true;
    this.#deliverUnread();
  }

  /** Gives back the tail of the piece that `data` is being called with: it will be delivered again. */
  unshift(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#returnedBytes += bytes.length;
    (this.#unread ??= new ReceiveQueue()).unshift(bytes);
  }

  /** The same stream with all of Node's machinery, for `node:http` and the like; this object is spent. */
  toDuplex(): TunnelStream {
    const stream = new TunnelStream(this.#channel, this.#unread);
    if (this.#error) stream.destroy(this.#error);
    if (this.#stopError) stream.channelStopped(this.#stopError);
    return stream;
  }

  /** @internal */
  channelData(piece: Buffer): boolean {
    if (!this.#isFlowing || !this.#listener || this.#unread?.isEmpty === false) {
      return (this.#unread ??= new ReceiveQueue()).push(piece);
    }
    const isKept = this.#deliver(this.#listener, piece);
    if (this.#unread) this.#deliverUnread();
    return isKept;
  }

  /** @internal */
  channelEnd(): void {
    this.#deliverUnread();
  }

  /** @internal */
  channelDrain(): void {
    if (!this.#isDraining) return;
    this.#isDraining = false;
    this.#listener?.drain();
  }

  /** @internal */
  channelStopped(error: Error): void {
    this.#stopError = error;
    this.channelDrain();
    this.#deliverUnread();
  }

  /** @internal */
  channelReset(error: Error): void {
    this.#error = error;
    this.#unread = undefined;
    this.#listener?.broken(error);
  }

  #deliver(listener: ByteListener, piece: Buffer): boolean {
    this.#returnedBytes = 0;
    const isKept = listener.data(piece);
    this.#channel.consume(piece.length - this.#returnedBytes);
    return isKept;
  }

  #deliverUnread(): void {
    while (this.#isFlowing && this.#listener && this.#unread) {
      const piece = this.#unread.shift();
      if (!piece) break;
      this.#deliver(this.#listener, piece);
    }
    const hasAll = this.#channel.isRemoteEnded && this.#unread?.isEmpty !== false && !this.#error;
    if (!hasAll || !this.#isFlowing || !this.#listener) return;
    if (!this.#isEndDelivered) {
      this.#isEndDelivered = true;
      this.#listener.end();
    }
    const stopError = this.#stopError;
    if (!stopError || this.#error) return;
    this.#error = stopError;
    this.#listener?.broken(stopError);
  }
}
