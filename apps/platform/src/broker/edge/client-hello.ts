import { hostNameOf } from './host-name.ts';

/** TLS alert descriptions an edge may answer with (RFC 8446 §6). */
export const TLS_ALERT = {
  unexpectedMessage: 10,
  recordOverflow: 22,
  handshakeFailure: 40,
  decodeError: 50,
  internalError: 80,
  missingExtension: 109,
  unrecognizedName: 112,
} as const;
export type TlsAlert = (typeof TLS_ALERT)[keyof typeof TLS_ALERT];

export type ClientHelloResult =
  | { readonly state: 'incomplete' }
  | { readonly state: 'hello'; readonly serverName: string }
  | { readonly state: 'refused'; readonly alert: TlsAlert; readonly reason: string };

/** Real hellos stay below 4 KiB, with post-quantum key shares and ECH; what exceeds this is not one. */
export const CLIENT_HELLO_BYTES_MAX = 32 * 1024;
const RECORD_BYTES_MAX = 16_384;
const RECORDS_MAX = 64;
const HANDSHAKE_RECORD = 22;
const CLIENT_HELLO = 1;
const EXTENSION_SERVER_NAME = 0;
const EXTENSION_SUPPORTED_VERSIONS = 43;

/** Returns the bytes of a fatal alert record. Sent in the clear: nothing was negotiated yet. */
export function tlsAlert(alert: TlsAlert): Buffer {
  return Buffer.from([21, 3, 3, 0, 2, 2, alert]);
}

/**
 * Reads the server name from the first bytes of a TLS connection without decrypting anything.
 * The hello may be split over any number of segments and of records (RFC 8446 §5.1).
 */
export function parseClientHello(bytes: Buffer): ClientHelloResult {
  const handshake = joinRecords(bytes);
  if ('state' in handshake) return handshake;
  const { body } = handshake;
  if (body.length < 4) return { state: 'incomplete' };
  if (body[0] !== CLIENT_HELLO) return refused(TLS_ALERT.unexpectedMessage, 'not a ClientHello');
  const length = body.readUIntBE(1, 3);
  if (length > CLIENT_HELLO_BYTES_MAX) return refused(TLS_ALERT.decodeError, 'the ClientHello is oversized');
  if (body.length < 4 + length) return { state: 'incomplete' };
  try {
    return readServerName(new Cursor(body.subarray(4, 4 + length)));
  } catch (error) {
    if (error instanceof RangeError) return malformed;
    throw error;
  }
}

function refused(alert: TlsAlert, reason: string): ClientHelloResult {
  return { state: 'refused', alert, reason };
}
const malformed = refused(TLS_ALERT.decodeError, 'the ClientHello is malformed');

/**
 * Concatenates the handshake payloads of the records received so far, up to the end of the first message: what comes
 * right behind it, such as early data (RFC 8446 §4.2.10), is not looked at.
 */
function joinRecords(bytes: Buffer): ClientHelloResult | { readonly body: Buffer } {
  const parts: Buffer[] = [];
  let at = 0;
  let joined = 0;
  let needed = Number.POSITIVE_INFINITY;
  while (bytes.length > at && joined < needed) {
    if (bytes[at] !== HANDSHAKE_RECORD) return refused(TLS_ALERT.unexpectedMessage, 'not a TLS handshake');
    if (bytes.length > at + 1 && bytes[at + 1] !== 3) return malformed;
    if (bytes.length < at + 5) break;
    const length = bytes.readUInt16BE(at + 3);
    if (length === 0) return malformed;
    // Clients send a hello in one record or a few.
    if (parts.length === RECORDS_MAX) return malformed;
    if (length > RECORD_BYTES_MAX) return refused(TLS_ALERT.recordOverflow, 'a TLS record is oversized');
    const part = bytes.subarray(at + 5, at + 5 + length);
    parts.push(part);
    joined += part.length;
    if (joined >= 4 && needed === Number.POSITIVE_INFINITY)
      needed = 4 + Buffer.concat(parts).readUIntBE(1, 3);
    at += 5 + length;
  }
  const [only, ...others] = parts;
  const body = only && others.length === 0 ? only : Buffer.concat(parts);
  return { body };
}

/** Bounds-checked reader: every read past the end throws a RangeError. */
class Cursor {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  uint(size: 1 | 2): number {
    const value = this.#bytes.readUIntBE(this.#at, size);
    this.#at += size;
    return value;
  }

  take(length: number): Buffer {
    if (this.#at + length > this.#bytes.length) throw new RangeError('beyond the end');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** Returns a vector: its length in `size` bytes, then its content. */
  vector(size: 1 | 2): Buffer {
    return this.take(this.uint(size));
  }
}

function readServerName(hello: Cursor): ClientHelloResult {
  hello.take(2 + 32); // legacy_version, random
  hello.vector(1); // legacy_session_id
  hello.vector(2); // cipher_suites
  hello.vector(1); // legacy_compression_methods
  let serverName: string | null = null;
  let isTls13 = false;
  // Encrypted ClientHello (real or GREASE) is one of the extensions not looked at: the outer name routes.
  const extensions = new Cursor(hello.isAtEnd ? Buffer.alloc(0) : hello.vector(2));
  while (!extensions.isAtEnd) {
    const type = extensions.uint(2);
    const data = extensions.vector(2);
    if (type === EXTENSION_SERVER_NAME) {
      if (serverName !== null) return malformed;
      serverName = firstHostName(new Cursor(data));
      if (serverName === null) return malformed;
    }
    if (type === EXTENSION_SUPPORTED_VERSIONS) isTls13 = data.includes(Buffer.from([3, 4]));
  }
  if (serverName !== null) return { state: 'hello', serverName };
  // RFC 8446 §9.2 for TLS 1.3; older clients do not know missing_extension.
  return refused(isTls13 ? TLS_ALERT.missingExtension : TLS_ALERT.handshakeFailure, 'no server name (SNI)');
}

/** RFC 6066 §3: a list of typed names, of which only host_name (0) exists. */
function firstHostName(data: Cursor): string | null {
  const list = new Cursor(data.vector(2));
  while (!list.isAtEnd) {
    const type = list.uint(1);
    const name = list.vector(2);
    if (type === 0) return hostNameOf(name.toString('latin1'));
  }
  return null;
}
