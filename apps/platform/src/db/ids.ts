import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * Generates an id such as `usr_06b8…`: 48 bits of time, so that ids sort by age, and 80 random bits, in Crockford's base 32.
 */
export function newId(prefix: string, now = Date.now()): string {
  const bits = (BigInt(now) << 80n) | BigInt(`0x${randomBytes(10).toString('hex')}`);
  let text = '';
  for (let shift = 125n; shift >= 0n; shift -= 5n) text += ALPHABET[Number((bits >> shift) & 31n)];
  return `${prefix}_${text}`;
}
