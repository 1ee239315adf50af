/** An answer the gateway gives by itself. */
export interface Reply {
  readonly status: number;
  /** Flat list of names and values. */
  readonly headers: readonly string[];
  readonly body: string | Buffer;
}

const TEXT = ['Content-Type', 'text/plain; charset=utf-8', 'X-Content-Type-Options', 'nosniff'];

/** An answer without a body: what callers without valid credentials or above a limit get. */
export function emptyReply(status: number, headers: readonly string[] = []): Reply {
  return { status, headers, body: '' };
}

/** A one-line plain text answer, worded as Go's `http.Error` words it. */
export function textReply(status: number, text: string, headers: readonly string[] = []): Reply {
  return { status, headers: headers.length === 0 ? TEXT : [...TEXT, ...headers], body: `${text}\n` };
}

/** A redirect; GET and HEAD get 301/302, other methods 308/307 so that they keep method and body (RFC 9110 §15.4). */
export function redirectReply(method: string, location: string, permanent: boolean): Reply {
  const rewritable = method === 'GET' || method === 'HEAD';
  const permanentStatus = rewritable ? 301 : 308;
  const temporaryStatus = rewritable ? 302 : 307;
  return { status: permanent ? permanentStatus : temporaryStatus, headers: ['Location', location], body: '' };
}

/** No route answers for this request. */
export const NOT_FOUND: Reply = { status: 404, headers: TEXT, body: '404 page not found\n' };
export const BAD_REQUEST: Reply = emptyReply(400);
export const UNAUTHORIZED: Reply = emptyReply(401);
export const FORBIDDEN: Reply = emptyReply(403);
export const BAD_GATEWAY: Reply = textReply(502, 'Bad Gateway');
export const NO_ENDPOINTS: Reply = textReply(503, 'no available server');
export const GATEWAY_TIMEOUT: Reply = textReply(504, 'Gateway Timeout');
export const INTERNAL_ERROR: Reply = textReply(500, 'Internal Server Error');
