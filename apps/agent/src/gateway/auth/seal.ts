import { hkdfSync } from 'node:crypto';
import { EncryptJWT, jwtDecrypt } from 'jose';
import type { z } from 'zod';

/** Turns values into text that only those who know a secret can make or read: AES-256-GCM (JWE, RFC 7516). */
export class Seal<T extends Record<string, unknown>> {
  readonly #key: Uint8Array;
  readonly #shape: z.ZodType<T>;

  /** `purpose` separates what is sealed with one secret: text of another purpose cannot be read. */
  constructor({ secret, purpose, shape }: { secret: string; purpose: string; shape: z.ZodType<T> }) {
    this.#key = new Uint8Array(hkdfSync('sha256', secret, 'portolan', purpose, 32));
    this.#shape = shape;
  }

  seal(value: T, seconds: number): Promise<string> {
    return new EncryptJWT({ value })
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .setExpirationTime(`${seconds}s`)
      .encrypt(this.#key);
  }

  /** Returns the value; null for text that was not made here or is out of date. */
  async open(text: string): Promise<T | null> {
    try {
      const { payload } = await jwtDecrypt(text, this.#key, {
        contentEncryptionAlgorithms: ['A256GCM'],
        keyManagementAlgorithms: ['dir'],
      });
      const parsed = this.#shape.safeParse(payload['value']);
      return parsed.success ? parsed.data : null;
    } catch {
      return null;
    }
  }
}
