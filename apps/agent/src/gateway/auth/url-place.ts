import type { Exchange } from '../exchange/exchange.ts';

/** A URL that a policy names as a path (`/login`), a host and path (`app.example.com/login`), or as a whole. */
export class UrlPlace {
  /** The text where it is a whole URL: identity providers compare it as it was registered. */
  readonly #whole: string | null;
  /** Lower case, with its port if one is named. */
  readonly #host: string | null;
  /** Path and query. */
  readonly #uri: string;
  readonly #path: string;

  /** @throws Error when it is none of these. */
  constructor(text: string) {
    const isWhole = /^https?:\/\//.test(text);
    const isPath = text.startsWith('/');
    const url = new URL(isWhole ? text : `http://${isPath ? `localhost${text}` : text}`);
    this.#whole = isWhole ? text : null;
    this.#host = isPath ? null : url.host;
    this.#uri = url.pathname + url.search;
    this.#path = url.pathname;
  }

  get path(): string {
    return this.#path;
  }

  /** Returns whether a request is for it; its scheme is left to whatever stands in front of the gateway. */
  matches(exchange: Exchange): boolean {
    if (exchange.path !== this.#path) return false;
    if (this.#host === null) return true;
    const host = exchange.host.toLowerCase();
    return host === this.#host || host.replace(/:\d+$/, '') === this.#host;
  }

  /** Returns it as a whole URL; what it leaves open is that of the request. */
  resolve(exchange: Exchange): string {
    return this.#whole ?? `${exchange.scheme}://${this.#host ?? exchange.host}${this.#uri}`;
  }
}
