import type { ClientRequest } from './messages.ts';
import type { GatewayLimits } from './limits.ts';

/** A registered name, an IPv4 or bracketed IPv6 address, and a port (RFC 3986 §3.2); empty is allowed (RFC 9112 §3.2). */
const AUTHORITY = /^(?:\[[\dA-Fa-f:.]+\]|[\w.-]*)(?::\d{1,5})?$/;

/** Returns the status that refuses a request by its form; 0 when it may go on. */
export function refusedStatus(req: ClientRequest, limits: GatewayLimits): number {
  if (req.method === 'CONNECT') return 405;
  if ((req.url?.length ?? 0) > limits.targetBytesMax) return 414;
  if (req.rawHeaders.length > limits.headerCountMax * 2) return 431;
  if (sizeOf(req.rawHeaders) > limits.headerBytesMax) return 431;
  if (hasTwice(req.rawHeaders)) return 400;
  const framing = 'stream' in req ? refusedHttp2(req) : refusedHttp1(req);
  if (framing !== 0) return framing;
  const length = req.headers['content-length'];
  if (limits.bodyBytesMax > 0 && length !== undefined && Number(length) > limits.bodyBytesMax) return 413;
  return 0;
}

/** Returns whether text is an authority that every server reads alike. */
export function isAuthority(text: string): boolean {
  return AUTHORITY.test(text);
}

/** Names, values, and what separates them in HTTP/1.1. */
function sizeOf(rawHeaders: readonly string[]): number {
  let size = rawHeaders.length * 2;
  for (const text of rawHeaders) size += text.length;
  return size;
}

function refusedHttp1(req: ClientRequest): number {
  // Node also reads the lines of HTTP/0.9 and 2.0.
  if (req.httpVersionMajor !== 1) return 505;
  const coding = req.headers['transfer-encoding'];
  if (coding !== undefined) {
    // RFC 9112 §6.1: in HTTP/1.0 the framing is faulty; codings other than chunked would reach the upstream undone.
    if (req.httpVersionMinor === 0) return 400;
    if (coding.toLowerCase() !== 'chunked') return 501;
  }
  // RFC 9112 §3.2: no Host field, or one that is no authority.
  if (req.headers.host === undefined && req.httpVersionMinor === 1) return 400;
  return isAuthority(req.headers.host ?? '') ? 0 : 400;
}

/** RFC 9113 §8.3.1: a Host field that differs from `:authority`. */
function refusedHttp2(req: ClientRequest): number {
  const authority = req.headers[':authority'];
  const { host } = req.headers;
  if (typeof authority === 'string' && host !== undefined && host !== authority) return 400;
  return isAuthority(typeof authority === 'string' ? authority : (host ?? '')) ? 0 : 400;
}

/** Fields of which the gateway reads the first and an upstream may read the last. */
function hasTwice(rawHeaders: readonly string[]): boolean {
  let hosts = 0;
  let credentials = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? '';
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
    else if (name.length === 13 && name.toLowerCase() === 'authorization') credentials += 1;
  }
  return hosts > 1 || credentials > 1;
}
