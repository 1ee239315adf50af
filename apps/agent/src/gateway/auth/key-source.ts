import type { KeySource } from '@portolan/resources/model/model';
import type { Exchange } from '../exchange/exchange.ts';

/** The credential a request carries, or null; header before query before cookie. */
export function readCredential(exchange: Exchange, source: KeySource): string | null {
  return (
    fromHeader(exchange, source) ?? fromQuery(exchange, source.query) ?? fromCookie(exchange, source.cookie)
  );
}

/** The token of an Authorization field of scheme Bearer, or null. */
export function bearerToken(exchange: Exchange): string | null {
  return fromHeader(exchange, { header: 'authorization', headerAuthScheme: 'Bearer' });
}

function fromHeader(exchange: Exchange, source: KeySource): string | null {
  if (source.header === undefined) return null;
  const value = exchange.header(source.header);
  if (value === undefined) return null;
  if (source.headerAuthScheme === undefined || source.headerAuthScheme === '') return value.trim() || null;
  const scheme = source.headerAuthScheme;
  // RFC 9110 §11.1: the scheme is compared without case, then one space or more.
  if (
    value.charCodeAt(scheme.length) !== 0x20 ||
    value.slice(0, scheme.length).toLowerCase() !== scheme.toLowerCase()
  )
    return null;
  return value.slice(scheme.length + 1).trim() || null;
}

function fromQuery(exchange: Exchange, name: string | undefined): string | null {
  if (name === undefined || exchange.query === '') return null;
  return new URLSearchParams(exchange.query).get(name) || null;
}

function fromCookie(exchange: Exchange, name: string | undefined): string | null {
  return name === undefined ? null : (exchange.cookies.get(name) ?? null);
}
