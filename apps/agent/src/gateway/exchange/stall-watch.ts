import type { Duplex } from 'node:stream';
import { guarded } from './respond.ts';
import type { Exchange } from './exchange.ts';

interface Progress {
  bytes: number;
  since: number;
}

/**
 * Ends exchanges whose client has stopped sending its body or reading its response, or has ended its half of the connection,
 * which may mean that it has left. Waiting for an upstream is no stall.
 */
export class StallWatch {
  /**
   * A list whose gaps are filled from its end. A Set would be rebuilt every few requests, and each table it leaves behind, once
   * promoted, keeps the requests of its time alive until the next full collection.
   */
  readonly #running: Exchange[] = [];
  readonly #progress = new WeakMap<Exchange, Progress>();
  readonly #timer: NodeJS.Timeout;
  readonly #timeoutMs: number;
  readonly #onStalled: (exchange: Exchange) => void;

  constructor(timeoutMs: number, onStalled: (exchange: Exchange) => void) {
    this.#timeoutMs = timeoutMs;
    this.#onStalled = onStalled;
    this.#timer = setInterval(() => this.#check(performance.now()), Math.max(20, timeoutMs / 4)).unref();
  }

  add(exchange: Exchange): void {
    exchange.runningIndex = this.#running.length;
    this.#running.push(exchange);
  }

  delete(exchange: Exchange): void {
    if (this.#running[exchange.runningIndex] !== exchange) return;
    const last = this.#running.pop();
    if (last === undefined || last === exchange) return;
    last.runningIndex = exchange.runningIndex;
    this.#running[exchange.runningIndex] = last;
  }

  /** Returns the exchanges of one HTTP/1.1 connection, oldest first. */
  on(socket: Duplex): readonly Exchange[] {
    return this.#running
      .filter(({ req }) => req.socket === socket)
      .toSorted((a, b) => a.startedAt - b.startedAt);
  }

  get count(): number {
    return this.#running.length;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #check(now: number): void {
    for (const exchange of this.#running) {
      const bytes = exchange.bytesIn + exchange.bytesOut;
      const last = this.#progress.get(exchange);
      if (last === undefined || last.bytes !== bytes || !isWaitingForClient(exchange)) {
        this.#progress.set(exchange, { bytes, since: now });
      } else if (now - last.since >= this.#timeoutMs) {
        guarded(exchange, this.#onStalled)(exchange);
      }
    }
  }
}

function isWaitingForClient({ req, res, hasBody, isSwitched }: Exchange): boolean {
  if (isSwitched) return false;
  const isSending = hasBody && !req.complete && req.readableFlowing === true;
  const hasEnded = !('stream' in res) && res.socket?.readableEnded === true;
  return isSending || hasEnded || res.writableNeedDrain;
}
