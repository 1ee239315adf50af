import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Exchange } from '../exchange/exchange.ts';

/** As Traefik Hub names it, so that scripts of pages find it. */
const COOKIE = 'traefikee-csrf-token';
/** RFC 9110 §9.2.1. */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

export interface CsrfOptions {
  readonly headerName: string;
  readonly secure: boolean;
  readonly secret: string;
  readonly scope: string;
}

/**
 * Tokens that pages of a session send back in a header (OWASP, signed double-submit cookie): scripts of other sites can make a browser
 * send the cookie, but not read it.
 */
export class CsrfTokens {
  readonly headerName: string;
  readonly #secure: boolean;
  readonly #key: Buffer;

  constructor({ headerName, secure, secret, scope }: CsrfOptions) {
    this.headerName = headerName;
    this.#secure = secure;
    this.#key = Buffer.from(hkdfSync('sha256', secret, 'portolan', `csrf of ${scope}`, 32));
  }

  /** Returns whether a request changes nothing, or carries the token of its session in cookie and header. */
  admits(exchange: Exchange, sessionId: string): boolean {
    if (SAFE.has(exchange.method)) return true;
    const header = exchange.header(this.headerName) ?? '';
    return header !== '' && header === exchange.cookies.get(COOKIE) && this.#isOf(header, sessionId);
  }

  /** Returns the field that gives a session its token; none when the request shows that it has one. */
  renew(exchange: Exchange, sessionId: string): readonly string[] {
    const current = exchange.cookies.get(COOKIE);
    return current !== undefined && this.#isOf(current, sessionId) ? [] : [this.issue(sessionId)];
  }

  /** Returns the field with a new token. */
  issue(sessionId: string): string {
    const nonce = randomBytes(16).toString('base64url');
    return this.#field(`${nonce}.${this.#sign(nonce, sessionId)}`, '');
  }

  /** Returns the fields that delete the cookie, if the request has it. */
  clear(exchange: Exchange): readonly string[] {
    return exchange.cookies.has(COOKIE) ? [this.#field('', '; Max-Age=0')] : [];
  }

  get cookieName(): string {
    return COOKIE;
  }

  #isOf(token: string, sessionId: string): boolean {
    const [nonce = '', signature = ''] = token.split('.');
    const expected = Buffer.from(this.#sign(nonce, sessionId));
    const given = Buffer.from(signature);
    return expected.length === given.length && timingSafeEqual(expected, given);
  }

  #sign(nonce: string, sessionId: string): string {
    return createHmac('sha256', this.#key)
      .update(JSON.stringify([sessionId, nonce]))
      .digest('base64url');
  }

  #field(value: string, more: string): string {
    return `${COOKIE}=${value}; Path=/${more}; SameSite=Lax${this.#secure ? '; Secure' : ''}`;
  }
}
