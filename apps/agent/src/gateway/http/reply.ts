import { STATUS_CODES } from 'node:http';
import type { RefusalReason } from '../exchange/response-source.ts';

/** A response of the gateway itself. */
export interface Reply {
  readonly status: number;
  /** Flat list of names and values. */
  readonly headers: readonly string[];
  readonly body: string | Buffer;
  /** Why the request is refused, where the status alone does not tell. */
  readonly reason?: RefusalReason;
}

/** RFC 9457 §3. */
export const PROBLEM_TYPE = 'application/problem+json';

const TEXT = ['Content-Type', 'text/plain; charset=utf-8', 'X-Content-Type-Options', 'nosniff'];

/** Returns a response without content. */
export function emptyReply(status: number, headers: readonly string[] = []): Reply {
  return { status, headers, body: '' };
}

/** Returns a problem (RFC 9457) made by the gateway: a sentence for the caller, and the header fields that its status needs. */
export function problemReply(status: number, detail: string, headers: readonly string[] = []): Reply {
  const body = { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail };
  return {
    status,
    headers: ['Content-Type', PROBLEM_TYPE, 'Cache-Control', 'no-store', ...headers],
    body: JSON.stringify(body),
  };
}

/** Returns whether what a check has returned is a response rather than its result. */
export function isReply(value: object): value is Reply {
  return 'status' in value && 'body' in value && 'headers' in value;
}

/** Returns a one-line plain text response in the form of Go's `http.Error`. */
export function textReply(status: number, text: string, headers: readonly string[] = []): Reply {
  return { status, headers: headers.length === 0 ? TEXT : [...TEXT, ...headers], body: `${text}\n` };
}

/** Returns a redirect; GET gets 301/302, other methods 308/307 so that they keep method and body (RFC 9110 §15.4). */
export function redirectReply(method: string, location: string, permanent: boolean): Reply {
  const rewritable = method === 'GET';
  const permanentStatus = rewritable ? 301 : 308;
  const temporaryStatus = rewritable ? 302 : 307;
  return { status: permanent ? permanentStatus : temporaryStatus, headers: ['Location', location], body: '' };
}

/** No route matches. */
export const NOT_FOUND: Reply = { status: 404, headers: TEXT, body: '404 page not found\n' };
export const BAD_REQUEST: Reply = emptyReply(400);
export const BAD_GATEWAY: Reply = textReply(502, 'Bad Gateway');
export const NO_ENDPOINTS: Reply = { ...textReply(503, 'no available server'), reason: 'no-endpoint' };
export const GATEWAY_TIMEOUT: Reply = textReply(504, 'Gateway Timeout');
export const INTERNAL_ERROR: Reply = textReply(500, 'Internal Server Error');
