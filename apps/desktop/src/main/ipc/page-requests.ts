import type { FetchHead } from '../../bridge/verbs.ts';

interface OpenRequest {
  readonly stop: AbortController;
  body: ReadableStreamDefaultReader<Uint8Array> | null;
}

/** Requests one page may have open at once. */
const OPEN_MAX = 200;
/** Bodies of these types arrive over time and are read part by part. */
const STREAMS = /^(?:text\/event-stream|application\/x-ndjson)\b/;
/** Of the headers of a response, what pages use; the others (cookies, servers) stay here. */
const HEADERS = ['content-type', 'content-disposition', 'etag', 'retry-after', 'date', 'portolan-stored-at'];

/** The requests of pages under way, by window and the page's own id of the request. They end with the window. */
export class PageRequests {
  readonly #open = new Map<number, Map<number, OpenRequest>>();

  /** Performs a request for a page and returns its head, with the body unless that is a stream. */
  async fetch(
    contentsId: number,
    id: number,
    send: (signal: AbortSignal) => Promise<Response>,
  ): Promise<FetchHead> {
    const request = this.#begin(contentsId, id);
    try {
      const response = await send(request.stop.signal);
      const { status, statusText, headers } = response;
      const head = {
        status,
        statusText,
        headers: HEADERS.flatMap((name) => {
          const value = headers.get(name);
          return value === null ? [] : [[name, value] as const];
        }),
      };
      if (response.body !== null && STREAMS.test(headers.get('content-type') ?? '')) {
        request.body = response.body.getReader();
        return { ...head, body: { kind: 'stream' } };
      }
      const text = await response.text();
      this.#end(contentsId, id);
      return { ...head, body: { kind: 'text', text } };
    } catch (error) {
      this.#end(contentsId, id);
      throw error;
    }
  }

  /** Returns the next part of a body; null at its end and for requests that are over. */
  async read(contentsId: number, id: number): Promise<Uint8Array | null> {
    const body = this.#open.get(contentsId)?.get(id)?.body;
    if (!body) return null;
    try {
      const { done, value } = await body.read();
      if (!done) return value;
      this.#end(contentsId, id);
      return null;
    } catch (error) {
      this.#end(contentsId, id);
      throw error;
    }
  }

  cancel(contentsId: number, id: number): void {
    this.#open.get(contentsId)?.get(id)?.stop.abort();
    this.#end(contentsId, id);
  }

  /** Ends all requests of a window that was closed or loads its page again. */
  cancelAll(contentsId: number): void {
    for (const { stop } of this.#open.get(contentsId)?.values() ?? []) stop.abort();
    this.#open.delete(contentsId);
  }

  #begin(contentsId: number, id: number): OpenRequest {
    const requests = this.#open.get(contentsId) ?? new Map<number, OpenRequest>();
    this.#open.set(contentsId, requests);
    if (requests.has(id)) throw new Error(`request ${id} is already under way`);
    if (requests.size >= OPEN_MAX) throw new Error('too many requests are under way');
    const request: OpenRequest = { stop: new AbortController(), body: null };
    requests.set(id, request);
    return request;
  }

  #end(contentsId: number, id: number): void {
    this.#open.get(contentsId)?.delete(id);
  }
}
