import { randomFillSync } from 'node:crypto';
import bufferUtil from 'bufferutil';

/** Opcodes of RFC 6455 §5.2. */
export const Opcode = { Continuation: 0, Text: 1, Binary: 2, Close: 8, Ping: 9, Pong: 10 } as const;

/** Close codes of RFC 6455 §7.4.1. */
export const CloseCode = {
  Normal: 1000,
  Protocol: 1002,
  Unsupported: 1003,
  NoStatus: 1005,
  Abnormal: 1006,
} as const;

/**
 * How a client masks: `zero` is a valid key (§5.3) that leaves the bytes alone, for paths no intermediary can read;
 * `none` is a server.
 */
export type Masking = 'none' | 'random' | 'zero';

const MASK_BIT = 0x80;
const FIN_BIT = 0x80;

const keys = Buffer.alloc(4 * 1024);
let keysUsed = keys.length;

function randomKey(): Buffer {
  if (keysUsed === keys.length) {
    randomFillSync(keys);
    keysUsed = 0;
  }
  keysUsed += 4;
  return keys.subarray(keysUsed - 4, keysUsed);
}

/** How many bytes `writeMessageHeader` needs. */
export function messageHeaderBytes(payloadBytes: number, masking: Masking): number {
  return 2 + lengthBytesOf(payloadBytes) + (masking === 'none' ? 0 : 4);
}

/**
 * Writes the header of one unfragmented frame right in front of its payload, `slab` from `start` to `end`, masks the
 * payload in place where a key asks for it, and returns the whole frame.
 */
export function writeMessageHeader(
  opcode: number,
  { slab, start, end }: { slab: Buffer; start: number; end: number },
  masking: Masking,
): Buffer {
  const length = end - start;
  const lengthBytes = lengthBytesOf(length);
  const at = start - messageHeaderBytes(length, masking);
  slab[at] = FIN_BIT | opcode;
  slab[at + 1] =
    (masking === 'none' ? 0 : MASK_BIT) | (lengthBytes === 0 ? length : lengthBytes === 2 ? 126 : 127);
  if (lengthBytes === 2) slab.writeUInt16BE(length, at + 2);
  if (lengthBytes === 8) slab.writeBigUInt64BE(BigInt(length), at + 2);
  if (masking === 'zero') slab.writeUInt32BE(0, start - 4);
  if (masking === 'random') {
    const key = randomKey();
    key.copy(slab, start - 4);
    const payload = slab.subarray(start, end);
    bufferUtil.mask(payload, key, payload, 0, length);
  }
  return slab.subarray(at, end);
}

function lengthBytesOf(payloadBytes: number): number {
  return payloadBytes < 126 ? 0 : payloadBytes < 65_536 ? 2 : 8;
}
