import { createHmac, timingSafeEqual } from 'node:crypto';
import { CLASS, rcodeName, TYPE } from './codes.ts';
import { encodeName, readPlainName, skipName } from './name.ts';
import { encodeRecord } from './record.ts';

/** RFC 8945 §10: clocks may differ by so much. */
const FUDGE_SECONDS = 300;
const HEADER_BYTES = 12;
/** Names of algorithms (RFC 8945 §6) with those of Node. */
const ALGORITHMS = { 'hmac-sha256': 'sha256', 'hmac-sha384': 'sha384', 'hmac-sha512': 'sha512' } as const;

/** Key that a client shares with a name server. */
export interface TsigKey {
  readonly name: string;
  readonly algorithm: keyof typeof ALGORITHMS;
  readonly secret: Buffer;
}

/** Signs a message (RFC 8945 §5.1); returns it with its MAC, which the response is signed with too. */
export function signMessage(
  message: Buffer,
  key: TsigKey,
  now: Date,
): { readonly bytes: Buffer; readonly mac: Buffer } {
  const signedAt = Math.floor(now.getTime() / 1000);
  const mac = macOf(key, [message, variables(key, signedAt, 0)]);
  const rest = Buffer.alloc(6);
  rest.writeUInt16BE(message.readUInt16BE(0), 0);
  const record = encodeRecord({
    name: encodeName(key.name.toLowerCase()),
    type: TYPE.TSIG,
    class: CLASS.ANY,
    ttlSeconds: 0,
    data: Buffer.concat([encodeName(key.algorithm), timeOf(signedAt), sizeOf(mac), mac, rest]),
  });
  const bytes = Buffer.concat([message, record]);
  bytes.writeUInt16BE(bytes.readUInt16BE(10) + 1, 10);
  return { bytes, mac };
}

/**
 * Checks the signature of a response to a signed request (RFC 8945 §5.3). Returns null, or why the response is not to be
 * trusted.
 */
export function checkSignature(response: Buffer, key: TsigKey, requestMac: Buffer, now: Date): string | null {
  const found = findSignature(response);
  if (found === null) return 'the response is not signed';
  if (found.error !== 0) return `the server refused the signature (${rcodeName(found.error)})`;
  if (found.keyName !== key.name.toLowerCase().replace(/\.$/, ''))
    return 'the response is signed with another key';
  const message = Buffer.from(response.subarray(0, found.start));
  message.writeUInt16BE(message.readUInt16BE(10) - 1, 10);
  const { signedAt, error, mac } = found;
  const expected = macOf(key, [sizeOf(requestMac), requestMac, message, variables(key, signedAt, error)]);
  if (mac.length !== expected.length || !timingSafeEqual(mac, expected))
    return 'the signature of the response is wrong';
  const isLate = Math.abs(now.getTime() / 1000 - signedAt) > FUDGE_SECONDS;
  return isLate ? 'the clocks of the server and of this machine differ by more than five minutes' : null;
}

interface Signature {
  /** Offset of its record, which is the last one. */
  readonly start: number;
  readonly keyName: string;
  readonly signedAt: number;
  readonly mac: Buffer;
  readonly error: number;
}

function findSignature(message: Buffer): Signature | null {
  if (message.length < HEADER_BYTES || message.readUInt16BE(10) === 0) return null;
  const start = startOfLastRecord(message);
  if (start === null) return null;
  const key = readPlainName(message, start);
  if (key === null || key.end + 10 > message.length || message.readUInt16BE(key.end) !== TYPE.TSIG)
    return null;
  const algorithm = readPlainName(message, key.end + 10);
  if (algorithm === null || algorithm.end + 16 > message.length) return null;
  const macStart = algorithm.end + 10;
  const macEnd = macStart + message.readUInt16BE(algorithm.end + 8);
  if (macEnd + 6 > message.length) return null;
  return {
    start,
    keyName: key.name,
    signedAt: message.readUIntBE(algorithm.end, 6),
    mac: message.subarray(macStart, macEnd),
    error: message.readUInt16BE(macEnd + 2),
  };
}

function startOfLastRecord(message: Buffer): number | null {
  const [questions = 0, ...records] = [4, 6, 8, 10].map((at) => message.readUInt16BE(at));
  let at: number | null = HEADER_BYTES;
  for (let question = 0; question < questions && at !== null; question += 1) {
    const behind = skipName(message, at);
    at = behind === null ? null : behind + 4;
  }
  const count = records.reduce((sum, each) => sum + each, 0);
  for (let record = 1; record < count && at !== null; record += 1) {
    const behind = skipName(message, at);
    if (behind === null || behind + 10 > message.length) return null;
    at = behind + 10 + message.readUInt16BE(behind + 8);
  }
  return at;
}

/** RFC 8945 §4.3.3: what is signed beside the message. */
function variables(key: TsigKey, signedAt: number, error: number): Buffer {
  const fixed = Buffer.alloc(6);
  fixed.writeUInt16BE(CLASS.ANY, 0);
  const rest = Buffer.alloc(4);
  rest.writeUInt16BE(error, 0);
  return Buffer.concat([
    encodeName(key.name.toLowerCase()),
    fixed,
    encodeName(key.algorithm),
    timeOf(signedAt),
    rest,
  ]);
}

/** Time of signing and tolerance. */
function timeOf(signedAt: number): Buffer {
  const time = Buffer.alloc(8);
  time.writeUIntBE(signedAt, 0, 6);
  time.writeUInt16BE(FUDGE_SECONDS, 6);
  return time;
}

function sizeOf(bytes: Buffer): Buffer {
  const size = Buffer.alloc(2);
  size.writeUInt16BE(bytes.length, 0);
  return size;
}

function macOf({ algorithm, secret }: TsigKey, parts: readonly Buffer[]): Buffer {
  const hmac = createHmac(ALGORITHMS[algorithm], secret);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}
