import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { KeyRing } from './key-ring.ts';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts secrets for the database by envelope encryption (AES-256-GCM): each text has its own key, which is wrapped with the
 * newest key of the ring. `context` binds a text to its row. Format: `<key version>.<wrapped key>.<text>`.
 */
export class Sealer {
  readonly #keys: KeyRing;

  constructor(keys: KeyRing) {
    this.#keys = keys;
  }

  seal(text: string, context: string): string {
    const key = randomBytes(32);
    return `${this.#wrap(key)}.${encrypt(key, Buffer.from(text), context)}`;
  }

  /** Decrypts a text. @throws Error when its key is not in the ring, the context differs, or the text was modified. */
  open(sealed: string, context: string): string {
    const { key, text } = this.#unwrap(sealed);
    return decrypt(key, text, context).toString();
  }

  /** Rewraps a text's key with the newest key of the ring, without decrypting the text. */
  rewrap(sealed: string): string {
    const { key, text } = this.#unwrap(sealed);
    return `${this.#wrap(key)}.${text}`;
  }

  /** Returns whether a text is sealed with the newest key. */
  isCurrent(sealed: string): boolean {
    return sealed.startsWith(`${this.#keys.newest().version}.`);
  }

  #wrap(key: Buffer): string {
    const { version, secret } = this.#keys.newest();
    return `${version}.${encrypt(wrappingKey(secret), key, version)}`;
  }

  #unwrap(sealed: string): { readonly key: Buffer; readonly text: string } {
    const [version = '', wrapped = '', text = ''] = sealed.split('.');
    const secret = this.#keys.find(version);
    if (secret === undefined) throw new Error(`sealed with key ${version}, which is not in the key ring`);
    return { key: decrypt(wrappingKey(secret), wrapped, version), text };
  }
}

function encrypt(key: Buffer, text: Buffer, context: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(context));
  const encrypted = Buffer.concat([cipher.update(text), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), encrypted]).toString('base64url');
}

function decrypt(key: Buffer, encrypted: string, context: string): Buffer {
  const bytes = Buffer.from(encrypted, 'base64url');
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(context))
    .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
}

function wrappingKey(secret: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', 'portolan seal', 32));
}
