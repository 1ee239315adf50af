import { TAIL_LINES_PER_SECOND, type RequestRecord } from '@portolan/contract/requests';
import { requestTest, type RequestTest } from '@portolan/contract/request-filter';

/** Records that wait to be sent; the uplink takes them a few times a second. */
const WAITING_MAX = 500;

export interface TailRequest {
  readonly filter: string;
  /** One of so many matching requests. */
  readonly sample: number;
}

/** What one viewer follows: the requests that match, at most so many a second, and how many more there were. */
export class LiveTail {
  readonly #test: RequestTest;
  readonly #sample: number;
  #matched = 0;
  #second = 0;
  #sentInSecond = 0;
  #waiting: RequestRecord[] = [];
  #dropped = 0;

  /** @throws Error for a filter that cannot be evaluated. */
  constructor({ filter, sample }: TailRequest, now: number) {
    this.#test = requestTest(filter, now);
    this.#sample = sample;
  }

  /** `now` in milliseconds, of any clock that goes forward. */
  offer(record: RequestRecord, now: number): void {
    if (!this.#test(record)) return;
    this.#matched += 1;
    if (this.#matched % this.#sample !== 0) return;
    const second = Math.floor(now / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#sentInSecond = 0;
    }
    if (this.#sentInSecond >= TAIL_LINES_PER_SECOND || this.#waiting.length >= WAITING_MAX) {
      this.#dropped += 1;
      return;
    }
    this.#sentInSecond += 1;
    this.#waiting.push(record);
  }

  /** Returns whether there is anything to send. */
  get hasNews(): boolean {
    return this.#waiting.length > 0 || this.#dropped > 0;
  }

  /** Returns what is waiting, once. */
  take(): { readonly requests: RequestRecord[]; readonly dropped: number } {
    const taken = { requests: this.#waiting, dropped: this.#dropped };
    this.#waiting = [];
    this.#dropped = 0;
    return taken;
  }

  /** Counts requests that did not reach the viewer after all. */
  drop(count: number): void {
    this.#dropped += count;
  }
}
