import { Failure } from '@portolan/console/failure';

/**
 * Returns a `fetch` whose responses must be complete within some milliseconds, so that a platform that accepts connections and
 * does not respond cannot hang a command. Of event streams only the head must arrive in time. 0 never times out.
 */
export function timedFetch(timeoutMs: number): typeof fetch {
  if (timeoutMs === 0) return fetch;
  return async (input, init) => {
    const stop = new AbortController();
    const reason = new Failure(
      `no complete response within ${timeoutMs / 1000} s`,
      'Try again, or allow more time with --request-timeout.',
    );
    const timer = setTimeout(() => stop.abort(reason), timeoutMs);
    const signals = [stop.signal, ...(init?.signal ? [init.signal] : [])];
    try {
      const response = await fetch(input, { ...init, signal: AbortSignal.any(signals) });
      if (new Headers(init?.headers).get('accept') === 'text/event-stream') return response;
      const body = await response.arrayBuffer();
      const { status, statusText, headers } = response;
      return new Response(BODILESS.has(status) ? null : body, { status, statusText, headers });
    } finally {
      clearTimeout(timer);
    }
  };
}

/** Statuses whose responses have no content (RFC 9110 §15). */
const BODILESS: ReadonlySet<number> = new Set([101, 204, 205, 304]);
