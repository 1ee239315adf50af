import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const RANDOM_LENGTH = 43;
const CHECKSUM_LENGTH = 6;

/**
 * Generates a secret such as `ptl_<43 random>_<6 checksum>`: 256 random bits, a prefix that names its kind, and the CRC-32 of
 * the preceding text, with which leak scanners recognise real secrets offline.
 */
export function newSecret(prefix: string): string {
  const body = `${prefix}_${base62(BigInt(`0x${randomBytes(32).toString('hex')}`), RANDOM_LENGTH)}`;
  return `${body}_${checksum(body)}`;
}

/** Returns whether a text has the format and checksum of a secret with this prefix. */
export function isWellFormed(secret: string, prefix: string): boolean {
  const split = secret.lastIndexOf('_');
  const body = secret.slice(0, split);
  return body.startsWith(`${prefix}_`) && secret.slice(split + 1) === checksum(body);
}

/** Returns the SHA-256 that is stored for a token. A fast hash is sufficient for 256 random bits. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function checksum(body: string): string {
  return base62(BigInt(crc32(body)), CHECKSUM_LENGTH);
}

function base62(value: bigint, length: number): string {
  let text = '';
  for (let rest = value, i = 0; i < length; i += 1, rest /= 62n)
    text = BASE62.charAt(Number(rest % 62n)) + text;
  return text;
}
