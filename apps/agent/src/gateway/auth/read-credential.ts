import type { KeySource } from '@portolan/resources/model/authentication';
import type { Exchange } from '../exchange/exchange.ts';

/** Returns the credential a request carries, or null; header before query before cookie. */
export function readCredential(exchange: Exchange, source: KeySource): string | null {
  return (
    fromHeader(exchange, source) ?? fromQuery(exchange, source.query) ?? fromCookie(exchange, source.cookie)
  );
}

/**
 * Takes the places where a credential is read out of what the upstream gets: it was for the gateway, and a Service that had it could
 * call every other API with it.
 */
export function consumeCredential(exchange: Exchange, source: KeySource): void {
  if (source.header !== undefined && fromHeader(exchange, source) !== null)
    exchange.deleteRequestHeader(source.header);
  if (source.query !== undefined && exchange.targetSearch !== '')
    exchange.targetSearch = withoutParameter(exchange.targetSearch, source.query);
  if (source.cookie !== undefined && exchange.cookies.has(source.cookie))
    withoutCookies(exchange, new Set([source.cookie]));
}

/** Deletes cookies from what the upstream gets. */
export function withoutCookies(exchange: Exchange, names: ReadonlySet<string>): void {
  const pairs = (exchange.header('cookie') ?? '').split(';').map((pair) => pair.trim());
  const kept = pairs.filter((pair) => pair !== '' && !names.has(pair.slice(0, pair.indexOf('=')).trim()));
  if (kept.length === 0) exchange.deleteRequestHeader('cookie');
  else exchange.setRequestHeader('Cookie', kept.join('; '));
}

/** Everything else stays as it is, octet for octet. */
function withoutParameter(search: string, name: string): string {
  const parts = search.slice(1).split('&');
  const kept = parts.filter((part) => !isParameter(part, name));
  if (kept.length === parts.length) return search;
  return kept.length === 0 ? '' : `?${kept.join('&')}`;
}

function isParameter(part: string, name: string): boolean {
  const [key] = new URLSearchParams(part).keys();
  return key === name;
}

/** Returns the token of an Authorization field of scheme Bearer, or null. */
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
