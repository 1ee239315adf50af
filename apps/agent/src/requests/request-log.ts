import { compareRecords, type RequestQuery, type RequestRecord } from '@portolan/contract/requests';
import type { FinishedExchange, RequestRecorder } from '../gateway/exchange/finished-exchange.ts';
import { Exemplars } from './exemplars.ts';
import type { LiveTail } from './live-tail.ts';
import { requestTest } from '@portolan/contract/request-filter';
import { requestRecord } from './request-record.ts';

const RECENT_MAX = 1_000;

export interface FoundRequests {
  readonly requests: RequestRecord[];
  readonly matched: number;
  readonly total: number;
}

/** The requests a gateway served, as far as it remembers them: nothing is written, nothing leaves unless someone asks. */
export class RequestLog implements RequestRecorder {
  readonly #exemplars: Exemplars;
  readonly #recent: FinishedExchange[] = [];
  #next = 0;
  readonly #tails = new Set<LiveTail>();

  constructor(now: () => number = Date.now) {
    this.#exemplars = new Exemplars(now);
  }

  record(exchange: FinishedExchange): void {
    this.#recent[this.#next] = exchange;
    this.#next = (this.#next + 1) % RECENT_MAX;
    this.#exemplars.offer(exchange);
    if (this.#tails.size === 0) return;
    const record = requestRecord(exchange);
    const now = performance.now();
    for (const tail of this.#tails) tail.offer(record, now);
  }

  /** Follows requests until the returned function is called. */
  follow(tail: LiveTail): () => void {
    this.#tails.add(tail);
    return () => this.#tails.delete(tail);
  }

  /** Returns the requests that a query is about. @throws Error for a filter that cannot be evaluated. */
  list({ filter, sort, limit }: RequestQuery): FoundRequests {
    const all = this.#all();
    const test = requestTest(filter ?? '', Date.now());
    const found = all.filter(test).toSorted(compareRecords(sort));
    return { requests: found.slice(0, limit), matched: found.length, total: all.length };
  }

  /** Exemplars of the last minutes are among the recent ones too. */
  #all(): readonly RequestRecord[] {
    const { slowest, failing } = this.#exemplars;
    return [...new Set([...slowest, ...failing, ...this.#recent.map(requestRecord)])];
  }
}
