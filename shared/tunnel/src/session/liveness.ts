import { SessionError } from '../yamux/errors.ts';
import { leaveInterval, joinInterval, type IntervalMember } from './shared-interval.ts';
import type { SessionOptions } from '../yamux/session-options.ts';

export interface LivenessOwner {
  livenessPing(value: number): void;
  livenessFailure(error: SessionError): void;
  /** When the SYN was sent that waits longest for its ACK. */
  livenessUnackedAt(): number | undefined;
  /** Is called `SWEEPS` times within the shorter of the limits for streams. */
  livenessSweep(): void;
}

interface PendingPing {
  readonly sentAt: number;
  readonly answer: PromiseWithResolvers<number>;
}

/** How often a session is looked at within its shortest limit, and at least. */
const LOOKS = 10;
const PERIOD_MS_MAX = 500;
/** How often the streams of a session are looked at within the shorter of their two limits. */
export const SWEEPS = 4;
/** Any peer may take that long to answer, however short the path. */
const LATE_MS = 1_000;

/**
 * Decides whether the peer lives: any byte from it is a sign of life, so a session under load never dies for an
 * answer that queues behind data; a silent one dies on time, without waiting for TCP to give up.
 *
 * Time is counted in ticks, so that a process that stood still does not take its own pause for the peer's silence.
 */
export class Liveness implements IntervalMember {
  /** Smoothed round trip (RFC 6298's 1/8), undefined until the first answer. */
  rttMs: number | undefined;
  /** Shortest recent round trip; forgets slowly, for paths change. */
  rttMinMs = 0;
  readonly #options: SessionOptions;
  readonly #owner: LivenessOwner;
  readonly #periodMs: number;
  #pings: Map<number, PendingPing> | undefined;
  #nextPing = 0;
  #isHeard = false;
  #hasMoved = false;
  #silentTicks = 0;
  #stuckTicks = 0;
  #unpingedTicks = 0;
  #writingBytes = 0;
  #sweepTicks = 0;
  readonly #ticksPerSweep: number;

  constructor(options: SessionOptions, owner: LivenessOwner) {
    const { keepAliveMs, silenceTimeoutMs, writeTimeoutMs, openTimeoutMs } = options;
    const shortest = Math.min(keepAliveMs || Infinity, silenceTimeoutMs, writeTimeoutMs, openTimeoutMs);
    this.#options = options;
    this.#owner = owner;
    const sweepMs = sweepPeriodMs(options);
    this.#periodMs = Math.max(1, Math.min(PERIOD_MS_MAX, Math.floor(shortest / LOOKS), sweepMs));
    this.#ticksPerSweep = Math.ceil(sweepMs / this.#periodMs);
  }

  /** A ping's answer is overdue: the peer may well be gone, though it is too early to say so. */
  get isUnresponsive(): boolean {
    const { keepAliveMs } = this.#options;
    const grace = Math.max(LATE_MS, 4 * (this.rttMs ?? 0));
    return keepAliveMs > 0 && this.#silentTicks * this.#periodMs > keepAliveMs + grace;
  }

  start(): void {
    // The first round trip is worth knowing at once: windows cannot grow without it.
    this.#keepAlive();
    joinInterval(this.#periodMs, this);
  }

  stop(error: SessionError): void {
    leaveInterval(this.#periodMs, this);
    for (const { answer } of this.#pings?.values() ?? []) answer.reject(error);
    this.#pings = undefined;
  }

  heard(): void {
    this.#isHeard = true;
  }

  sending(bytes: number): void {
    if (this.#writingBytes === 0) this.#hasMoved = true;
    this.#writingBytes += bytes;
  }

  sent(bytes: number): void {
    this.#writingBytes -= bytes;
    this.#hasMoved = true;
  }

  ping(): Promise<number> {
    const answer = Promise.withResolvers<number>();
    const value = this.#nextPing;
    this.#nextPing = (value + 1) % 2 ** 32;
    this.#pings ??= new Map();
    this.#pings.set(value, { sentAt: performance.now(), answer });
    this.#owner.livenessPing(value);
    return answer.promise;
  }

  pong(value: number): void {
    const ping = this.#pings?.get(value);
    if (!ping || !this.#pings?.delete(value)) return;
    // Most sessions are idle, and an empty map is a good part of what an idle one holds.
    if (this.#pings.size === 0) this.#pings = undefined;
    const rttMs = performance.now() - ping.sentAt;
    this.#hasMoved = true;
    this.rttMs = this.rttMs === undefined ? rttMs : this.rttMs + (rttMs - this.rttMs) / 8;
    this.rttMinMs = this.rttMinMs === 0 ? rttMs : Math.min(rttMs, this.rttMinMs * 1.25);
    ping.answer.resolve(rttMs);
  }

  tick(): void {
    this.#silentTicks = this.#isHeard ? 0 : this.#silentTicks + 1;
    this.#stuckTicks = this.#hasMoved || this.#writingBytes === 0 ? 0 : this.#stuckTicks + 1;
    this.#unpingedTicks++;
    this.#isHeard = false;
    this.#hasMoved = false;
    this.#sweepTicks += 1;
    if (this.#sweepTicks >= this.#ticksPerSweep) {
      this.#sweepTicks = 0;
      this.#owner.livenessSweep();
    }
    const error = this.#verdict();
    if (error) this.#owner.livenessFailure(error);
    else if (this.#hasLasted(this.#unpingedTicks, this.#options.keepAliveMs)) this.#keepAlive();
  }

  #keepAlive(): void {
    if (this.#options.keepAliveMs === 0) return;
    this.#unpingedTicks = 0;
    // An unanswered ping is no news: the watchdog judges by silence alone.
    this.ping().catch(() => undefined);
  }

  #verdict(): SessionError | undefined {
    const { silenceTimeoutMs, writeTimeoutMs, openTimeoutMs } = this.#options;
    // One tick early: the last byte may have come a whole period before the tick that noticed it.
    if (this.#hasLasted(this.#silentTicks + 1, silenceTimeoutMs)) {
      return new SessionError('silent', `Nothing came from the peer for ${silenceTimeoutMs} ms.`);
    }
    if (this.#hasLasted(this.#stuckTicks, writeTimeoutMs)) {
      return new SessionError('write-timeout', `The peer took no byte for ${writeTimeoutMs} ms.`);
    }
    const unackedAt = this.#owner.livenessUnackedAt();
    if (unackedAt !== undefined && performance.now() - unackedAt >= openTimeoutMs) {
      return new SessionError(
        'open-timeout',
        `The peer did not acknowledge a stream for ${openTimeoutMs} ms.`,
      );
    }
    return undefined;
  }

  #hasLasted(ticks: number, limitMs: number): boolean {
    return limitMs > 0 && ticks * this.#periodMs >= limitMs;
  }
}

/** How long after one another a session's streams are looked at, in milliseconds. */
export function sweepPeriodMs({ streamStallTimeoutMs, streamLingerMs }: SessionOptions): number {
  return Math.max(1, Math.min(streamStallTimeoutMs || Infinity, streamLingerMs) / SWEEPS);
}
