import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const VERSION = 'v1';

/** Encrypts what the database keeps but must not tell (AES-256-GCM); `context` ties a text to its place. */
export class Sealer {
  readonly #key: Buffer;

  constructor(secret: string) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'portolan seal', 32));
  }

  seal(text: string, context: string): string {
    const nonce = randomBytes(12);
    const cipher = createCipheriv(ALGORITHM, this.#key, nonce).setAAD(Buffer.from(context));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return [
      VERSION,
      nonce.toString('base64'),
      cipher.getAuthTag().toString('base64'),
      sealed.toString('base64'),
    ].join('.');
  }

  /** Throws when the text was sealed under another key or for another context. */
  open(sealed: string, context: string): string {
    const [version, nonce = '', tag = '', text = ''] = sealed.split('.');
    if (version !== VERSION) throw new Error(`sealed in an unknown way: ${version ?? ''}`);
    const decipher = createDecipheriv(ALGORITHM, this.#key, Buffer.from(nonce, 'base64'), {
      authTagLength: 16,
    })
      .setAAD(Buffer.from(context))
      .setAuthTag(Buffer.from(tag, 'base64'));
    return decipher.update(Buffer.from(text, 'base64'), undefined, 'utf8') + decipher.final('utf8');
  }
}
