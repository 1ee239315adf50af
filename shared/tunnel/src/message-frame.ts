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

/** The header of one unfragmented frame; masks `payload` in place where a key asks for it. */
export function messageHeader(opcode: number, payload: Buffer, masking: Masking): Buffer {
  const { length } = payload;
  const lengthBytes = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const maskAt = 2 + lengthBytes;
  const header = Buffer.allocUnsafe(masking === 'none' ? maskAt : maskAt + 4);
  header[0] = FIN_BIT | opcode;
  header[1] =
    (masking === 'none' ? 0 : MASK_BIT) | (lengthBytes === 0 ? length : lengthBytes === 2 ? 126 : 127);
  if (lengthBytes === 2) header.writeUInt16BE(length, 2);
  if (lengthBytes === 8) header.writeBigUInt64BE(BigInt(length), 2);
  if (masking === 'zero') header.fill(0, maskAt);
  if (masking === 'random') {
    const key = randomKey();
    key.copy(header, maskAt);
    bufferUtil.mask(payload, key, payload, 0, length);
  }
  return header;
}
