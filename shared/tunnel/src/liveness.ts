import { SessionError } from './errors.ts';
import type { SessionOptions } from './session-options.ts';

export interface LivenessHost {
  ping(value: number): void;
  fail(error: SessionError): void;
  oldestUnackedAt(): number | undefined;
}

interface PendingPing {
  readonly sentAt: number;
  readonly answer: PromiseWithResolvers<number>;
}

/** A timer this late means that the process stood still: what the peer sent meanwhile is still unread. */
const STANDSTILL_MS = 1_000;

/**
 * Decides whether the peer lives: any byte from it is a sign of life, so a session under load never dies for an
 * answer that queues behind data; a silent one dies on time, without waiting for TCP to give up.
 */
export class Liveness {
  /** Smoothed round trip (RFC 6298's 1/8), undefined until the first answer. */
  rttMs: number | undefined;
  /** Shortest recent round trip; forgets slowly, for paths change. */
  rttMinMs = 0;
  readonly #options: SessionOptions;
  readonly #host: LivenessHost;
  readonly #pings = new Map<number, PendingPing>();
  #nextPing = 0;
  #heardAt = performance.now();
  #pingedAt = 0;
  #writingBytes = 0;
  #writtenAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #dueAt = 0;

  constructor(options: SessionOptions, host: LivenessHost) {
    this.#options = options;
    this.#host = host;
  }

  start(): void {
    // The first round trip is worth knowing at once: windows cannot grow without it.
    this.#keepAlive();
    this.#schedule(performance.now());
  }

  stop(error: SessionError): void {
    clearTimeout(this.#timer);
    for (const { answer } of this.#pings.values()) answer.reject(error);
    this.#pings.clear();
  }

  heard(): void {
    this.#heardAt = performance.now();
  }

  sending(bytes: number): void {
    if (this.#writingBytes === 0) this.#writtenAt = performance.now();
    this.#writingBytes += bytes;
  }

  sent(bytes: number): void {
    this.#writingBytes -= bytes;
    this.#writtenAt = performance.now();
  }

  ping(): Promise<number> {
    const answer = Promise.withResolvers<number>();
    const value = this.#nextPing;
    this.#nextPing = (value + 1) % 2 ** 32;
    this.#pings.set(value, { sentAt: performance.now(), answer });
    this.#host.ping(value);
    return answer.promise;
  }

  pong(value: number): void {
    const ping = this.#pings.get(value);
    if (!ping || !this.#pings.delete(value)) return;
    const now = performance.now();
    const rttMs = now - ping.sentAt;
    this.#writtenAt = now;
    this.rttMs = this.rttMs === undefined ? rttMs : this.rttMs + (rttMs - this.rttMs) / 8;
    this.rttMinMs = this.rttMinMs === 0 ? rttMs : Math.min(rttMs, this.rttMinMs * 1.25);
    ping.answer.resolve(rttMs);
  }

  #keepAlive(): void {
    if (this.#options.keepAliveMs === 0) return;
    this.#pingedAt = performance.now();
    // An unanswered ping is no news: the watchdog judges by silence alone.
    this.ping().catch(() => undefined);
  }

  #schedule(now: number): void {
    const { keepAliveMs, silenceTimeoutMs, writeTimeoutMs, openTimeoutMs } = this.#options;
    const due = [this.#heardAt + silenceTimeoutMs];
    if (keepAliveMs > 0) due.push(this.#pingedAt + keepAliveMs);
    if (this.#writingBytes > 0) due.push(this.#writtenAt + writeTimeoutMs);
    const unackedAt = this.#host.oldestUnackedAt();
    if (unackedAt !== undefined) due.push(unackedAt + openTimeoutMs);
    // Whatever begins to wait after this is looked at within half the shortest limit.
    due.push(now + Math.min(silenceTimeoutMs, writeTimeoutMs, openTimeoutMs) / 2);
    this.#dueAt = Math.min(...due);
    this.#timer = setTimeout(() => this.#tick(), Math.max(1, Math.ceil(this.#dueAt - now)));
  }

  #tick(): void {
    const now = performance.now();
    if (now - this.#dueAt > STANDSTILL_MS) {
      this.#heardAt = Math.max(this.#heardAt, now - this.#options.silenceTimeoutMs / 2);
      this.#writtenAt = now;
    }
    const error = this.#verdict(now);
    if (error) {
      this.#host.fail(error);
      return;
    }
    if (this.#options.keepAliveMs > 0 && now - this.#pingedAt >= this.#options.keepAliveMs) this.#keepAlive();
    this.#schedule(now);
  }

  #verdict(now: number): SessionError | undefined {
    const { silenceTimeoutMs, writeTimeoutMs, openTimeoutMs } = this.#options;
    if (now - this.#heardAt >= silenceTimeoutMs) {
      return new SessionError('silent', `Nothing came from the peer for ${silenceTimeoutMs} ms.`);
    }
    if (this.#writingBytes > 0 && now - this.#writtenAt >= writeTimeoutMs) {
      return new SessionError('write-timeout', `The peer took no byte for ${writeTimeoutMs} ms.`);
    }
    const unackedAt = this.#host.oldestUnackedAt();
    if (unackedAt !== undefined && now - unackedAt >= openTimeoutMs) {
      return new SessionError(
        'open-timeout',
        `The peer did not acknowledge a stream for ${openTimeoutMs} ms.`,
      );
    }
    return undefined;
  }
}
