import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

const compress = promisify(gzip);
const decompress = promisify(gunzip);
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** A state that expands to more is not one that an agent wrote. */
const PLAIN_BYTES_MAX = 256 * 1024 * 1024;

/**
 * Compresses and encrypts a value (AES-256-GCM). The nonce is a MAC of the content, so that the same content is sealed to the same
 * bytes: what did not change need not be written.
 */
export async function seal(value: unknown, key: Buffer, name: string): Promise<Buffer> {
  const plain = await compress(JSON.stringify(value));
  const nonce = createHmac('sha256', derive(key, 'nonce')).update(name).update(plain).digest();
  const cipher = createCipheriv('aes-256-gcm', derive(key, 'seal'), nonce.subarray(0, NONCE_BYTES));
  cipher.setAAD(Buffer.from(name));
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce.subarray(0, NONCE_BYTES), cipher.getAuthTag(), sealed]);
}

/** Returns a value that was sealed under this name. Rejects for anything else. */
export async function unseal(sealed: Buffer, key: Buffer, name: string): Promise<unknown> {
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', derive(key, 'seal'), nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(name));
  decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  const plain = Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
  const text = await decompress(plain, { maxOutputLength: PLAIN_BYTES_MAX });
  return JSON.parse(text.toString()) as unknown;
}

function derive(key: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', `portolan agent state ${purpose}`, 32));
}
