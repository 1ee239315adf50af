import type { RequestFacts } from '../model/request.ts';
import { normaliseHost } from './hosts.ts';
import { cleanPath, routingPath } from './path.ts';

/** A request as rules see it: host and path in their one form, the query read on first use. */
export class RuleFacts {
  readonly request: RequestFacts;
  readonly host: string;
  /** Forwardable; null when the path holds a malformed escape and so matches nothing. */
  readonly clean: string | null;
  readonly path: string;
  #query: URLSearchParams | null = null;

  constructor(request: RequestFacts) {
    this.request = request;
    this.host = normaliseHost(request.host);
    this.clean = cleanPath(request.path);
    this.path = this.clean === null ? '' : routingPath(this.clean);
  }

  queryValues(name: string): readonly string[] {
    if (this.request.query === '') return NONE;
    // The mark is the separator's: without it, the constructor would take a `?` that begins the query for one.
    this.#query ??= new URLSearchParams(`?${this.request.query}`);
    return this.#query.getAll(name);
  }
}

const NONE: readonly string[] = [];
