import type { HeaderList } from '../http/header-list.ts';
import type { Freshness } from './freshness.ts';

/** A response that is kept. */
export interface StoredResponse {
  /** Routes do not share responses: each may lead to another upstream. */
  readonly routeId: string;
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: Buffer;
  readonly freshness: Freshness;
  /** The request fields that Vary names, by lower-case name, as they were (RFC 9111 §4.1). */
  readonly vary: readonly (readonly [name: string, value: string])[];
}

/** Reads a field of a request by its lower-case name; '' without it. */
export type FieldReader = (name: string) => string;

/** What a response costs beside its content. */
const OVERHEAD_BYTES = 1024;
/** Of one URL: clients choose what Vary tells apart. */
const VARIANTS_MAX = 32;

/** Responses by URL, bounded in memory; those that were used longest ago go first. */
export class ResponseStore {
  readonly #bytesMax: number;
  /** In the order of use. */
  readonly #byUrl = new Map<string, readonly StoredResponse[]>();
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Bytes that are taken, those of responses on their way included. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The largest content that is kept. */
  get bodyBytesMax(): number {
    return Math.floor(this.#bytesMax / 4);
  }

  /** Returns the response of a route that fits a request, of several the newest. */
  find(url: string, routeId: string, field: FieldReader): StoredResponse | null {
    const variants = this.#byUrl.get(url);
    const found = variants?.find(
      (stored) => stored.routeId === routeId && stored.vary.every(([name, value]) => field(name) === value),
    );
    if (variants === undefined || found === undefined) return null;
    this.#byUrl.delete(url);
    this.#byUrl.set(url, variants);
    return found;
  }

  /** Keeps a response in the place of those for the same requests. Its content must have been reserved. */
  add(url: string, response: StoredResponse): void {
    const others = (this.#byUrl.get(url) ?? []).filter((stored) => !isSame(stored, response));
    this.delete(url);
    const variants = [response, ...others].slice(0, VARIANTS_MAX);
    if (!this.reserve(sizeOf(url, variants) - response.body.length)) {
      this.release(response.body.length);
      return;
    }
    this.#byUrl.set(url, variants);
  }

  /** Forgets a response, unless another has taken its place. */
  remove(url: string, response: StoredResponse): void {
    const variants = this.#byUrl.get(url);
    if (variants?.includes(response) !== true) return;
    const others = variants.filter((stored) => stored !== response);
    this.delete(url);
    if (others.length > 0 && this.reserve(sizeOf(url, others))) this.#byUrl.set(url, others);
  }

  /** Forgets all responses of a URL. */
  delete(url: string): void {
    const variants = this.#byUrl.get(url);
    if (variants === undefined) return;
    this.#byUrl.delete(url);
    this.#bytes -= sizeOf(url, variants);
  }

  /** Takes memory, for which older responses are forgotten; false when there is not enough. */
  reserve(bytes: number): boolean {
    while (this.#bytes + bytes > this.#bytesMax) {
      const [oldest] = this.#byUrl.keys();
      if (oldest === undefined) return false;
      this.delete(oldest);
    }
    this.#bytes += bytes;
    return true;
  }

  /** Gives reserved memory back. */
  release(bytes: number): void {
    this.#bytes -= bytes;
  }
}

function isSame(a: StoredResponse, b: StoredResponse): boolean {
  return a.routeId === b.routeId && JSON.stringify(a.vary) === JSON.stringify(b.vary);
}

function sizeOf(url: string, variants: readonly StoredResponse[]): number {
  let bytes = url.length * 2;
  for (const { body, headers, vary } of variants) {
    bytes += OVERHEAD_BYTES + body.length;
    for (const text of headers) bytes += text.length;
    for (const [name, value] of vary) bytes += (name.length + value.length) * 2;
  }
  return bytes;
}
