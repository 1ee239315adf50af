import { MessageBody } from './message-body.ts';
import type { RequestHead } from './message-head.ts';
import { ResponseReader } from './response-reader.ts';

/** Of a request's bytes, how many are kept so that it can be sent again. */
const RETAINED_BYTES_MAX = 64 * 1024;
const ATTEMPTS_MAX = 3;
/** RFC 9110 §9.2.2. */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/** One request and its answer on a client connection. */
export class Exchange {
  readonly head: RequestHead;
  readonly clusterId: string;
  readonly tried = new Set<string>();
  readonly #requestBody: MessageBody;
  readonly #mustClose: () => boolean;
  response: ResponseReader;
  #retained: Buffer[] = [];
  #retainedBytes = 0;
  #isRetained = true;
  #isSent = false;
  #isAnswered = false;

  constructor(head: RequestHead, clusterId: string, mustClose: () => boolean) {
    this.head = head;
    this.clusterId = clusterId;
    this.#requestBody = new MessageBody(head.body);
    this.#mustClose = mustClose;
    this.response = new ResponseReader(head.method, mustClose);
  }

  get isRequestDone(): boolean {
    return this.#requestBody.isDone;
  }

  get isAnswered(): boolean {
    return this.#isAnswered;
  }

  get retainedBytes(): number {
    return this.#retainedBytes;
  }

  /** How many bytes from `at` on belong to the request's body. */
  measure(bytes: Buffer, at: number): number {
    return this.#requestBody.isDone ? 0 : this.#requestBody.consume(bytes, at);
  }

  /** Keeps request bytes for another attempt while they are few. */
  retain(bytes: Buffer, isSent: boolean): void {
    this.#isSent ||= isSent;
    this.#retainedBytes += bytes.length;
    if (isSent && this.#retainedBytes > RETAINED_BYTES_MAX) {
      this.#isRetained = false;
      this.#retained = [];
    }
    if (this.#isRetained) this.#retained.push(bytes);
  }

  /** Everything received of the request so far; from now on it counts as sent. */
  takeRetained(): readonly Buffer[] {
    this.#isSent = true;
    return this.#retained;
  }

  markAnswered(): void {
    this.#isAnswered = true;
  }

  /**
   * True if another attempt cannot do anything twice: no byte was answered, all bytes are at hand, and
   * the method is idempotent or nothing was sent.
   */
  canRetry(): boolean {
    if (this.#isAnswered || !this.#isRetained || this.tried.size >= ATTEMPTS_MAX) return false;
    return !this.#isSent || IDEMPOTENT.has(this.head.method);
  }

  /** Forgets what a failed attempt has half read. */
  restart(): void {
    this.response = new ResponseReader(this.head.method, this.#mustClose);
  }
}
