import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';

export type ClientRequest = IncomingMessage | Http2ServerRequest;
export type ClientResponse = ServerResponse | Http2ServerResponse;

/** Returns the authority a request is for: `:authority`, else Host; empty where there is neither. */
export function authorityOf(req: ClientRequest): string {
  const authority = req.headers[':authority'];
  return typeof authority === 'string' ? authority : (req.headers.host ?? '');
}

/** Returns whether a request has a body, which HTTP/1.1 has to announce (RFC 9112 §6.3). */
export function announcesBody(req: ClientRequest): boolean {
  if ('stream' in req) return !req.stream.endAfterHeaders;
  const length = req.headers['content-length'];
  return (length !== undefined && length !== '0') || req.headers['transfer-encoding'] !== undefined;
}

/** Parses a Cookie field (RFC 6265 §4.2.1); quotes around a value are dropped. */
export function parseCookies(header: string | undefined): Map<string, string> {
  const cookies = new Map<string, string>();
  for (const pair of (header ?? '').split(';')) {
    const equals = pair.indexOf('=');
    if (equals <= 0) continue;
    const name = pair.slice(0, equals).trim();
    const value = pair.slice(equals + 1).trim();
    if (!cookies.has(name)) cookies.set(name, value.replace(/^"(.*)"$/, '$1'));
  }
  return cookies;
}
