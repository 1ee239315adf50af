import { createClient, PlatformError, type Client } from '@portolan/contract/client';
import type { Method, RouteDefinition, RouteInput, RouteOutput } from '@portolan/contract/route';

/** A request to the platform's agent API. */
export interface UplinkRequest {
  readonly method: Method;
  readonly path: string;
  /** JSON. */
  readonly body?: string;
  readonly signal: AbortSignal;
}

export interface UplinkResponse {
  readonly status: number;
  readonly body: AsyncIterable<Uint8Array>;
}

/** Carries requests to the platform through whichever tunnel is live. Rejects if none is. */
export interface Uplink {
  request(request: UplinkRequest): Promise<UplinkResponse>;
}

/** Calls a route of the platform; returns its parsed response, or throws `PlatformError`. */
export function callPlatform<R extends RouteDefinition>(
  uplink: Uplink,
  route: R,
  input: RouteInput<R>,
  signal: AbortSignal,
): Promise<RouteOutput<R>> {
  return clientOf(uplink).call(route, input, signal);
}

const NEWLINE = 10;

/** Yields the values of a route whose response is newline-delimited JSON; `onData` is called for everything that arrives. */
export async function* followPlatform<R extends RouteDefinition>(
  uplink: Uplink,
  route: R,
  input: RouteInput<R>,
  options: { readonly signal: AbortSignal; readonly onData: () => void },
): AsyncGenerator {
  const body = await clientOf(uplink).open(route, input, options.signal);
  // A line may have many megabytes: its pieces are put together once, when its end is there.
  let pieces: Uint8Array[] = [];
  for await (const chunk of body) {
    options.onData();
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const line = Buffer.concat([...pieces, chunk.subarray(start, end)]).toString('utf8');
      pieces = [];
      start = end + 1;
      if (line !== '') yield JSON.parse(line) as unknown;
    }
    if (start < chunk.length) pieces.push(chunk.subarray(start));
  }
}

/** Host of requests that travel through tunnels; it is never resolved. */
const BASE_URL = 'http://platform.internal';

function clientOf(uplink: Uplink): Client {
  return createClient({
    baseUrl: BASE_URL,
    async fetch(url, init) {
      const { status, body } = await uplink
        .request({
          method: init.method as Method,
          path: url.slice(BASE_URL.length),
          ...(typeof init.body === 'string' ? { body: init.body } : {}),
          signal: init.signal ?? new AbortController().signal,
        })
        .catch((cause: unknown) => {
          throw new PlatformError({ code: 'unavailable', message: messageOf(cause), cause }, 503);
        });
      return new Response(status === 204 ? null : ReadableStream.from(body), { status });
    },
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
