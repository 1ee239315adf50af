import { createHash } from 'node:crypto';

const ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ROUNDS = 1000;
/** The order in which Apache's apr_md5_encode takes the digest's bytes, three at a time. */
const TRIPLES = [
  [0, 6, 12],
  [1, 7, 13],
  [2, 8, 14],
  [3, 9, 15],
  [4, 10, 5],
] as const;

/** Apache's iterated MD5 password hash, `$apr1$salt$…`. Weak by today's measure; htpasswd files still hold it. */
export function apr1(password: string, salt: string): string {
  const secret = Buffer.from(password, 'utf8');
  const grains = Buffer.from(salt, 'utf8');
  let digest = firstDigest(secret, grains);
  for (let round = 0; round < ROUNDS; round++) {
    const hash = createHash('md5');
    hash.update(round % 2 === 1 ? secret : digest);
    if (round % 3 !== 0) hash.update(grains);
    if (round % 7 !== 0) hash.update(secret);
    hash.update(round % 2 === 1 ? digest : secret);
    digest = hash.digest();
  }
  return `$apr1$${salt}$${encode(digest)}`;
}

function firstDigest(secret: Buffer, grains: Buffer): Buffer {
  const inner = createHash('md5').update(secret).update(grains).update(secret).digest();
  const hash = createHash('md5').update(secret).update('$apr1$').update(grains);
  for (let left = secret.length; left > 0; left -= 16) hash.update(inner.subarray(0, Math.min(16, left)));
  for (let bits = secret.length; bits > 0; bits >>= 1)
    hash.update(bits % 2 === 1 ? Buffer.from([0]) : secret.subarray(0, 1));
  return hash.digest();
}

function encode(digest: Buffer): string {
  const at = (index: number): number => digest[index] ?? 0;
  const groups = TRIPLES.map(([high, middle, low]) =>
    to64((at(high) << 16) | (at(middle) << 8) | at(low), 4),
  );
  return groups.join('') + to64(at(11), 2);
}

function to64(value: number, length: number): string {
  let rest = value;
  let text = '';
  for (let i = 0; i < length; i++) {
    text += ALPHABET[rest & 0x3f];
    rest >>= 6;
  }
  return text;
}
