import type { Duplex } from 'node:stream';
import { CloseCode, Opcode, writeMessageHeader, type Masking } from './message-frame.ts';
import { MessageError, MessageParser, type MessageSink } from './message-parser.ts';
import { freeReadBuffer } from '../streams/read-buffer.ts';
import { HEADROOM_BYTES } from '../yamux/slab-pool.ts';
import type { Batch, Transport, TransportHandlers } from '../yamux/transport.ts';

/** Two batches: enough to keep the socket busy, little enough that a ping does not queue for long. */
const CONGESTED_BYTES = 512 * 1024;

/** Answers to pings that may wait for a peer that does not read. */
const PONGS_WAITING_BYTES_MAX = 1024 * 1024;

/** How long a peer may take to answer our close frame. */
const CLOSE_TIMEOUT_MS = 3_000;

/**
 * A WebSocket as a session's transport, framed straight on the upgraded socket: one unfragmented binary message per
 * batch, messages read as a byte stream without being put together first.
 */
export class SocketTransport implements Transport, MessageSink {
  readonly remoteAddress: string | undefined;
  readonly #socket: Duplex;
  readonly #masking: Masking;
  readonly #parser: MessageParser;
  #handlers: TransportHandlers | undefined;
  #isDrainAwaited = false;
  #isCloseSent = false;
  #reason: { code: number; message: string } | undefined;
  #closeTimer: NodeJS.Timeout | undefined;

  constructor(
    socket: Duplex,
    head: Buffer,
    options: { masking: Masking; remoteAddress?: string | undefined },
  ) {
    this.#socket = socket;
    this.#masking = options.masking;
    this.remoteAddress = options.remoteAddress;
    this.#parser = new MessageParser(this, options.masking === 'none');
    if (head.length > 0) socket.unshift(head);
    socket.on('error', (error) => (this.#reason ??= { code: CloseCode.Abnormal, message: error.message }));
  }

  get isCongested(): boolean {
    if (this.#socket.writableLength < CONGESTED_BYTES) return false;
    this.#isDrainAwaited = true;
    return true;
  }

  start(handlers: TransportHandlers): void {
    this.#handlers = handlers;
    this.#socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    this.#socket.on('end', endToo);
    this.#socket.on('close', () => {
      clearTimeout(this.#closeTimer);
      handlers.transportClose(this.#reason ?? { code: CloseCode.Abnormal, message: '' });
    });
  }

  send(batch: Batch, sent: () => void): void {
    if (this.#isCloseSent || this.#socket.destroyed) return;
    this.#socket.write(writeMessageHeader(Opcode.Binary, batch, this.#masking), (error) => {
      if (error) return;
      sent();
      if (!this.#isDrainAwaited || this.#socket.writableLength >= CONGESTED_BYTES) return;
      this.#isDrainAwaited = false;
      this.#handlers?.transportDrain();
    });
  }

  close(code: number, reason: string): void {
    if (this.#socket.destroyed) return;
    this.#sendClose(code, reason);
    this.#closeTimer ??= setTimeout(() => this.#socket.destroy(), CLOSE_TIMEOUT_MS);
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** @internal */
  messageData(piece: Buffer): boolean {
    return this.#handlers?.transportData(piece) ?? false;
  }

  /** @internal */
  messagePing(payload: Buffer): void {
    if (this.#socket.writableLength > PONGS_WAITING_BYTES_MAX) this.#socket.destroy();
    else if (!this.#isCloseSent) this.#writeControl(Opcode.Pong, payload);
  }

  /** @internal */
  messageClose(code: number, reason: string): void {
    this.#reason ??= { code, message: reason };
    this.#sendClose(code === CloseCode.NoStatus ? CloseCode.Normal : code, '');
    // Both close frames have passed: the server ends TCP first (RFC 6455 §7.1.1), the client gives it a moment.
    if (this.#masking === 'none') this.#socket.end();
    this.#closeTimer ??= setTimeout(() => this.#socket.destroy(), CLOSE_TIMEOUT_MS);
  }

  #receive(chunk: Buffer): void {
    try {
      if (!this.#parser.push(chunk)) freeReadBuffer(chunk);
    } catch (error) {
      if (!(error instanceof MessageError)) throw error;
      this.#reason = { code: error.closeCode, message: error.message };
      this.#socket.removeAllListeners('data').resume();
      this.#sendClose(error.closeCode, error.message);
      this.#socket.end();
      this.#closeTimer ??= setTimeout(() => this.#socket.destroy(), CLOSE_TIMEOUT_MS);
    }
  }

  #sendClose(code: number, reason: string): void {
    if (this.#isCloseSent) return;
    this.#isCloseSent = true;
    const text = Buffer.from(reason).subarray(0, 120);
    const payload = Buffer.concat([Buffer.from([code >> 8, code & 255]), text]);
    this.#writeControl(Opcode.Close, payload);
  }

  #writeControl(opcode: number, payload: Buffer): void {
    const slab = Buffer.concat([Buffer.alloc(HEADROOM_BYTES), payload]);
    const batch = { slab, start: HEADROOM_BYTES, end: slab.length };
    this.#socket.write(writeMessageHeader(opcode, batch, this.#masking));
  }
}

function endToo(this: Duplex): void {
  this.end();
}
