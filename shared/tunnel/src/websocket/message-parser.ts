import bufferUtil from 'bufferutil';
import { CloseCode, Opcode } from './message-frame.ts';

/** What a stream of WebSocket frames says, in order. */
export interface MessageSink {
  /** Bytes of a binary message, as they come: boundaries mean nothing to a tunnel. Returns whether they are kept. */
  messageData(piece: Buffer): boolean;
  messagePing(payload: Buffer): void;
  messageClose(code: number, reason: string): void;
}

/** The peer broke RFC 6455 or sent what a tunnel does not carry; `closeCode` is what it must be told. */
export class MessageError extends Error {
  override readonly name = 'MessageError';
  readonly closeCode: number;

  constructor(closeCode: number, message: string) {
    super(message);
    this.closeCode = closeCode;
  }
}

const CONTROL_BYTES_MAX = 125;
const HEADER_BYTES_MAX = 14;

/**
 * Streaming parser of WebSocket frames: payload is handed on where it lies in the socket's chunk, never gathered into
 * messages, so nothing is copied and nothing is held (RFC 6455 §5).
 */
export class MessageParser {
  readonly #sink: MessageSink;
  readonly #isMasked: boolean;
  #header: Buffer | undefined;
  #opcode: number = Opcode.Binary;
  #left = 0;
  #key: Buffer | undefined;
  #isInMessage = false;
  #control: Buffer[] | undefined;
  #isKept = false;

  /** `isMasked`: whether the peer is a client, whose frames must be masked (§5.1). */
  constructor(sink: MessageSink, isMasked: boolean) {
    this.#sink = sink;
    this.#isMasked = isMasked;
  }

  /**
   * Takes the next bytes, cut anywhere; returns whether somebody keeps a part of them. Throws MessageError and must
   * not be used afterwards.
   */
  push(chunk: Buffer): boolean {
    this.#isKept = false;
    let at = 0;
    while (at < chunk.length) {
      if (this.#left > 0) at = this.#takePayload(chunk, at);
      else at = this.#takeHeader(chunk, at);
    }
    return this.#isKept;
  }

  #takePayload(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + this.#left);
    const piece = at === 0 && end === chunk.length ? chunk : chunk.subarray(at, end);
    this.#left -= piece.length;
    if (this.#key) this.#unmask(piece, this.#key);
    if (this.#opcode >= Opcode.Close) {
      (this.#control ??= []).push(Buffer.from(piece));
      if (this.#left === 0) this.#endControl();
    } else if (this.#sink.messageData(piece)) this.#isKept = true;
    return end;
  }

  /** Unmasks in place and turns the key for the piece that follows. */
  #unmask(piece: Buffer, key: Buffer): void {
    bufferUtil.unmask(piece, key);
    const turn = piece.length & 3;
    if (turn > 0) this.#key = Buffer.concat([key.subarray(turn), key.subarray(0, turn)]);
  }

  #takeHeader(chunk: Buffer, at: number): number {
    const held = this.#header?.length ?? 0;
    const window = chunk.subarray(at, at + HEADER_BYTES_MAX);
    const bytes = this.#header ? Buffer.concat([this.#header, window]) : window;
    const size = headerSize(bytes);
    if (bytes.length < size) {
      this.#header = Buffer.from(bytes);
      return chunk.length;
    }
    this.#header = undefined;
    this.#readHeader(bytes, size);
    return at + size - held;
  }

  #readHeader(bytes: Buffer, size: number): void {
    const first = bytes[0] ?? 0;
    const second = bytes[1] ?? 0;
    const isFinal = (first & 0x80) !== 0;
    const opcode = first & 0x0f;
    const isMasked = (second & 0x80) !== 0;
    if (first & 0x70) throw protocolError('a reserved bit is set, though no extension was agreed');
    if (isMasked !== this.#isMasked)
      throw protocolError(isMasked ? 'a server must not mask' : 'a client must mask');
    this.#left = payloadLength(bytes, second & 0x7f);
    this.#key =
      isMasked && bytes.readUInt32BE(size - 4) !== 0
        ? Buffer.from(bytes.subarray(size - 4, size))
        : undefined;
    this.#checkOpcode(opcode, isFinal);
    this.#opcode = opcode;
    if (opcode >= Opcode.Close && this.#left === 0) this.#endControl();
  }

  #checkOpcode(opcode: number, isFinal: boolean): void {
    if (opcode >= Opcode.Close) {
      if (opcode > Opcode.Pong) throw protocolError(`opcode ${opcode} is unknown`);
      if (!isFinal || this.#left > CONTROL_BYTES_MAX)
        throw protocolError('a control frame is fragmented or too long');
      return;
    }
    if (opcode === Opcode.Text)
      throw new MessageError(CloseCode.Unsupported, 'Tunnels carry binary messages only.');
    if (opcode > Opcode.Binary) throw protocolError(`opcode ${opcode} is unknown`);
    if ((opcode === Opcode.Continuation) !== this.#isInMessage)
      throw protocolError('fragments are out of order');
    this.#isInMessage = !isFinal;
  }

  #endControl(): void {
    const payload = Buffer.concat(this.#control ?? []);
    this.#control = undefined;
    if (this.#opcode === Opcode.Ping) this.#sink.messagePing(payload);
    if (this.#opcode !== Opcode.Close) return;
    if (payload.length === 1) throw protocolError('a close frame holds half a code');
    const code = payload.length === 0 ? CloseCode.NoStatus : payload.readUInt16BE();
    if (payload.length > 0 && !mayBeSent(code)) throw protocolError(`no peer may close with ${code}`);
    this.#sink.messageClose(code, payload.subarray(2).toString());
  }
}

/** RFC 6455 §7.4: codes of the protocol and its registry, and those of libraries and applications. */
function mayBeSent(code: number): boolean {
  const isReserved = code === 1004 || code === CloseCode.NoStatus || code === CloseCode.Abnormal;
  return (code >= 1000 && code <= 1014 && !isReserved) || (code >= 3000 && code <= 4999);
}

function headerSize(bytes: Buffer): number {
  if (bytes.length < 2) return 2;
  const second = bytes[1] ?? 0;
  const length = second & 0x7f;
  return 2 + (length === 126 ? 2 : length === 127 ? 8 : 0) + (second & 0x80 ? 4 : 0);
}

function payloadLength(bytes: Buffer, short: number): number {
  if (short < 126) return short;
  if (short === 126) return bytes.readUInt16BE(2);
  const length = bytes.readBigUInt64BE(2);
  if (length > BigInt(Number.MAX_SAFE_INTEGER)) throw protocolError('a frame is longer than 2^53 bytes');
  return Number(length);
}

function protocolError(what: string): MessageError {
  return new MessageError(CloseCode.Protocol, `WebSocket protocol error: ${what}.`);
}
