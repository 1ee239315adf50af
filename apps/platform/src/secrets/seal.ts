import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { KeyRing } from './key-ring.ts';

const ALGORITHM = 'aes-256-gcm';
const TAG_BYTES = 16;

/** Encrypts what the database keeps but must not tell (AES-256-GCM); `context` ties a text to its place. */
export class Sealer {
  readonly #keys: KeyRing;

  constructor(keys: KeyRing) {
    this.#keys = keys;
  }

  /** `<key version>.<nonce>.<tag>.<text>`, under the newest key. */
  seal(text: string, context: string): string {
    const { version, secret } = this.#keys.newest();
    const nonce = randomBytes(12);
    const cipher = createCipheriv(ALGORITHM, keyOf(secret), nonce).setAAD(Buffer.from(context));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return [version, ...[nonce, cipher.getAuthTag(), sealed].map((part) => part.toString('base64'))].join(
      '.',
    );
  }

  /** Throws when the text was sealed under a key we do not have, for another context, or was changed. */
  open(sealed: string, context: string): string {
    const [version = '', nonce = '', tag = '', text = ''] = sealed.split('.');
    const secret = this.#keys.find(version);
    if (secret === undefined) throw new Error(`sealed under key ${version}, which is not there`);
    const decipher = createDecipheriv(ALGORITHM, keyOf(secret), Buffer.from(nonce, 'base64'), {
      authTagLength: TAG_BYTES,
    })
      .setAAD(Buffer.from(context))
      .setAuthTag(Buffer.from(tag, 'base64'));
    return decipher.update(Buffer.from(text, 'base64'), undefined, 'utf8') + decipher.final('utf8');
  }

  /** Whether it is sealed under the newest key. */
  isCurrent(sealed: string): boolean {
    return sealed.startsWith(`${this.#keys.newest().version}.`);
  }
}

function keyOf(secret: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', 'portolan seal', 32));
}
