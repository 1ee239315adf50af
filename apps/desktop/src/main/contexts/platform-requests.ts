import { keptToken, renewToken } from '@portolan/contexts/kept-token';
import type { Environment } from '@portolan/contexts/paths';
import type { LastData } from './last-data.ts';

export interface PlatformRequest {
  readonly method: string;
  /** Path and query, from `/`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly signal: AbortSignal;
}

export interface PlatformRequestsOptions {
  readonly env: Environment;
  /** Address of the platform, without a slash at its end. */
  readonly platform: string;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly lastData: LastData;
}

/** Headers that a page may set; `authorization` and what names a host or connection are the main process's. */
const HEADERS: ReadonlySet<string> = new Set([
  'accept',
  'content-type',
  'idempotency-key',
  'if-match',
  'if-none-match',
  'last-event-id',
  'prefer',
]);

/** When a response was stored that is given in place of one of the platform, which cannot be reached (RFC 3339). */
const STORED_AT_HEADER = 'portolan-stored-at';

/** Performs requests to one platform with the token of this user, which no page ever sees. */
export class PlatformRequests {
  readonly #options: PlatformRequestsOptions;
  #token: string | null | undefined;

  constructor(options: PlatformRequestsOptions) {
    this.#options = options;
  }

  /** Forgets the token read so far, after a sign-in or its end. */
  reset(): void {
    this.#token = undefined;
  }

  /**
   * Sends a request; a refused token is renewed once. Where the platform cannot be reached, the last response to the same GET
   * is returned with the time it was stored; otherwise rejects as `fetch` does.
   */
  async send(request: PlatformRequest): Promise<Response> {
    const { env, platform } = this.#options;
    this.#token ??= await keptToken(env, platform).catch(() => null);
    const token = this.#token;
    try {
      const response = await this.#fetch(request, token);
      if (response.status !== 401 || token === null) return await this.#keep(request, response);
      const fresh = await renewToken(env, platform, token).catch(() => null);
      if (fresh === null || fresh === token) return response;
      await response.body?.cancel();
      this.#token = fresh;
      return await this.#keep(request, await this.#fetch(request, fresh));
    } catch (error) {
      const stored = request.signal.aborted ? null : await this.#stored(request);
      if (stored === null) throw error;
      return stored;
    }
  }

  #fetch({ method, path, headers, body, signal }: PlatformRequest, token: string | null): Promise<Response> {
    const sent = new Headers({ 'portolan-origin': 'desktop' });
    for (const [name, value] of Object.entries(headers))
      if (HEADERS.has(name.toLowerCase())) sent.set(name, value);
    if (token !== null) sent.set('authorization', `Bearer ${token}`);
    // A redirect could take the token to another host; the platform's API has none.
    const init: RequestInit = { method, headers: sent, redirect: 'error', credentials: 'omit', signal };
    if (body !== null) init.body = body;
    return this.#options.fetch(`${this.#options.platform}${path}`, init);
  }

  async #keep({ method, path }: PlatformRequest, response: Response): Promise<Response> {
    const type = response.headers.get('content-type') ?? '';
    if (method !== 'GET' || response.status !== 200 || !type.startsWith('application/json')) return response;
    const text = await response.text();
    void this.#options.lastData.keep(path, type, text);
    return new Response(text, { status: 200, headers: response.headers });
  }

  async #stored({ method, path }: PlatformRequest): Promise<Response | null> {
    const found = method === 'GET' ? await this.#options.lastData.find(path) : null;
    return (
      found &&
      new Response(found.text, {
        headers: { 'content-type': found.type, [STORED_AT_HEADER]: found.storedAt },
      })
    );
  }
}
