import type { Duplex } from 'node:stream';
import { closeGently } from '@portolan/process/close-gently';
import { resetSocket } from '@portolan/process/reset-socket';
import type { ByteListener, ByteStream } from '@portolan/tunnel/streams/byte-stream';
import { freeReadBuffer } from '@portolan/tunnel/streams/read-buffer';

/** Wraps a socket as a stream for relays. Reads that nobody keeps are freed at once. */
export class SocketStream implements ByteStream {
  readonly #socket: Duplex;
  #listener: ByteListener | undefined;

  constructor(socket: Duplex) {
    this.#socket = socket;
    socket.on('data', (piece: Buffer) => {
      if (this.#listener?.data(piece) === false) freeReadBuffer(piece);
    });
    socket.on('end', () => this.#listener?.end());
    socket.on('drain', () => this.#listener?.drain());
    socket.on('error', () => undefined);
    socket.on('close', () => {
      const hasEnded = socket.readableEnded && socket.writableFinished;
      if (!hasEnded) this.#listener?.broken(socket.errored ?? new Error('The connection broke.'));
    });
    socket.pause();
  }

  get heldBytes(): number {
    return this.#socket.writableLength;
  }

  get needsDrain(): boolean {
    return this.#socket.writableNeedDrain;
  }

  listen(listener: ByteListener): void {
    this.#listener = listener;
  }

  write(bytes: Buffer): boolean {
    return this.#socket.write(bytes);
  }

  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#listener = undefined;
    if (this.#socket.writableEnded) closeGently(this.#socket);
    else resetSocket(this.#socket);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }
}
