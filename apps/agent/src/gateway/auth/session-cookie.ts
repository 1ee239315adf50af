import type { CookieSettings } from '@portolan/resources/model/policy';
import type { z } from 'zod';
import type { Exchange } from '../exchange/exchange.ts';
import { Seal } from './seal.ts';

/** Browsers keep no more than 4096 bytes of a cookie, name and attributes included. */
const CHUNK_LENGTH = 3800;
const CHUNKS_MAX = 10;

export interface SealedCookieOptions<T> {
  readonly name: string;
  readonly settings: CookieSettings;
  readonly maxAgeSeconds: number;
  /** Every replica derives the same key from it. */
  readonly secret: string;
  /** Whose cookie it is; that of another, even of this name, cannot be read. */
  readonly scope: string;
  readonly shape: z.ZodType<T>;
}

/** A cookie only this gateway can read or make, split where it is too long for one. */
export class SealedCookie<T extends Record<string, unknown>> {
  readonly #options: SealedCookieOptions<T>;
  readonly #seal: Seal<T>;

  constructor(options: SealedCookieOptions<T>) {
    this.#options = options;
    const { secret, name, scope, shape } = options;
    this.#seal = new Seal({ secret, purpose: `cookie ${name} of ${scope}`, shape });
  }

  /** Null when it is absent, was not made here, or is out of date. */
  async read(exchange: Exchange): Promise<T | null> {
    const sealed = this.#join(exchange.cookies);
    return sealed === '' ? null : this.#seal.open(sealed);
  }

  /** Returns the fields that set it, for `maxAgeSeconds` unless a shorter time is left. @throws Error when the value is too large. */
  async write(value: T, secondsLeft = this.#options.maxAgeSeconds): Promise<readonly string[]> {
    const sealed = await this.#seal.seal(value, secondsLeft);
    const chunks = sealed.match(new RegExp(`.{1,${CHUNK_LENGTH}}`, 'g')) ?? [];
    if (chunks.length > CHUNKS_MAX)
      throw new Error('the identity provider sends more claims than cookies can hold; ask for fewer scopes');
    return chunks.map((chunk, index) => this.#field(this.#nameOf(index), chunk, secondsLeft));
  }

  /** Fields that delete the cookie, and whatever parts of it the request shows. */
  clear(exchange: Exchange): readonly string[] {
    return this.namesIn(exchange.cookies).map((name) => this.#field(name, '', 0));
  }

  namesIn(cookies: ReadonlyMap<string, string>): readonly string[] {
    return Array.from({ length: CHUNKS_MAX }, (_, index) => this.#nameOf(index)).filter((name) =>
      cookies.has(name),
    );
  }

  #join(cookies: ReadonlyMap<string, string>): string {
    let sealed = '';
    for (let index = 0; index < CHUNKS_MAX; index++) {
      const chunk = cookies.get(this.#nameOf(index));
      if (chunk === undefined || chunk === '') break;
      sealed += chunk;
    }
    return sealed;
  }

  #nameOf(index: number): string {
    return index === 0 ? this.#options.name : `${this.#options.name}-${index}`;
  }

  #field(name: string, value: string, maxAge: number): string {
    const { settings } = this.#options;
    const parts = [`${name}=${value}`, `Path=${settings.path || '/'}`, `Max-Age=${maxAge}`];
    if (settings.isReadable !== true) parts.push('HttpOnly');
    if (settings.domain !== null && settings.domain !== '') parts.push(`Domain=${settings.domain}`);
    if (settings.secure) parts.push('Secure');
    parts.push(`SameSite=${settings.sameSite[0]?.toUpperCase()}${settings.sameSite.slice(1)}`);
    return parts.join('; ');
  }
}
