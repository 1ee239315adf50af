import { setTimeout as delay } from 'node:timers/promises';
import type { z } from 'zod';
import {
  confirmChallenges,
  directoryMessage,
  followDirectory,
  registerBroker,
  renewBrokerLease,
  reportSessions,
  type BrokerRegistration,
  type DirectoryMessage,
  type sessionsReport,
  type sessionsVerdict,
} from '@portolan/contract/broker-link';
import { PlatformError, type Client } from '@portolan/contract/client';
import { readJsonLines } from '@portolan/process/json-lines';
import { fullJitter } from '@portolan/process/retry';
import type { Logger } from 'pino';

export interface PlatformLinkEvents {
  message(message: DirectoryMessage): void;
  /** The platform has not approved this broker, or no longer: what it sent before must not be used. */
  refused(): void;
  /** These sessions are no longer good. */
  close(sessions: z.infer<typeof sessionsVerdict>['close']): void;
  report(): z.input<typeof sessionsReport>;
  /** Tokens of the challenges that are answered. */
  challengeTokens(): string[];
}

const BACKOFF = { baseMs: 250, capMs: 5_000, floor: 0.1 };
const REPORT_MS = 2_000;
const LEASE_MS = 2_000;
/** Changes within this time travel in one report; and where reports are slow, they take a fifth of the time at most. */
const GATHER_MS = 20;
const GATHER_FACTOR = 4;
const REQUEST_MS = 5_000;
const REPORT_REQUEST_MS = 30_000;
/** The platform says something at least every 2 s. */
const SILENCE_MS = 8_000;
const LINE_CHARS_MAX = 64 * 1024 * 1024;

/**
 * Keeps the broker known to the platform: registers, follows the directory, reports sessions.
 * While the platform is away it tries again, says so, and the broker goes on with what it knows.
 */
export class PlatformLink {
  readonly #client: Client;
  readonly #events: PlatformLinkEvents;
  readonly #log: Logger;
  readonly #ending = new AbortController();
  readonly #settled = Promise.withResolvers<void>();
  #state: 'connecting' | 'connected' | 'away' | 'refused' = 'connecting';
  #running: Promise<void> = Promise.resolve();
  #wakeReport: () => void = () => undefined;

  constructor(client: Client, events: PlatformLinkEvents, log: Logger) {
    this.#client = client;
    this.#events = events;
    this.#log = log;
  }

  get state(): string {
    return this.#state;
  }

  /** Resolves when the platform has first accepted the registration and sent its directory, or refused it. */
  get settled(): Promise<void> {
    return this.#settled.promise;
  }

  start(registration: BrokerRegistration): void {
    this.#running = this.#run(registration);
  }

  /** Schedules a report after a change. */
  changed(): void {
    this.#wakeReport();
  }

  /** Sends the report immediately, for the last one before exit. */
  async reportNow(): Promise<void> {
    await this.#sendReport(AbortSignal.timeout(1_000)).catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#ending.abort();
    await this.#running;
  }

  async #run(registration: BrokerRegistration): Promise<void> {
    const ending = this.#ending.signal;
    for (let attempt = 0; !ending.aborted; attempt += 1) {
      const startedAt = performance.now();
      try {
        await this.#connect(registration, ending);
      } catch (error) {
        if (!ending.aborted) this.#explain(error);
      }
      if (performance.now() - startedAt > 10_000) attempt = 0;
      await delay(fullJitter(BACKOFF, attempt), undefined, { signal: ending }).catch(() => undefined);
    }
  }

  /** One connection to the platform; ends by throwing. */
  async #connect(registration: BrokerRegistration, ending: AbortSignal): Promise<void> {
    this.#params = { id: registration.id };
    const lost = new AbortController();
    const signal = AbortSignal.any([ending, lost.signal]);
    const timed = () => AbortSignal.any([signal, AbortSignal.timeout(REQUEST_MS)]);
    await this.#client.call(registerBroker, { body: registration }, timed());
    const following = this.#follow(signal, lost);
    const working = [following, this.#reportForever(signal), this.#renewForever(signal)];
    try {
      await Promise.race(working);
    } finally {
      lost.abort();
      await Promise.allSettled(working);
    }
  }

  #params = { id: '' };

  async #follow(signal: AbortSignal, lost: AbortController): Promise<void> {
    const watchdog = setTimeout(() => lost.abort(new Error('the platform fell silent')), SILENCE_MS);
    try {
      const body = await this.#client.open(followDirectory, { params: this.#params }, signal);
      for await (const message of readJsonLines(body, directoryMessage.parse, LINE_CHARS_MAX)) {
        watchdog.refresh();
        this.#receive(message);
      }
      throw new Error('the platform ended the connection');
    } finally {
      clearTimeout(watchdog);
    }
  }

  #receive(message: DirectoryMessage): void {
    this.#events.message(message);
    if (message.type === 'snapshot' || message.type === 'hosts')
      this.#confirmChallenges([...(message.challenges ?? []), ...(message.dns?.texts ?? [])]);
    if (message.type !== 'snapshot' || this.#state === 'connected') return;
    this.#state = 'connected';
    this.#settled.resolve();
    this.#log.info({ event: 'broker.registered', hosts: message.hosts.length, peers: message.peers.length });
  }

  /** Confirms what is answered now: the platform tells an authority only then. A lost confirmation is repeated with the next one. */
  #confirmChallenges(challenges: readonly unknown[]): void {
    if (challenges.length === 0) return;
    const tokens = this.#events.challengeTokens();
    const signal = AbortSignal.any([this.#ending.signal, AbortSignal.timeout(REQUEST_MS)]);
    this.#client
      .call(confirmChallenges, { params: this.#params, body: { tokens } }, signal)
      .catch((error: unknown) =>
        this.#log.warn({ event: 'challenges.not-confirmed', reason: String(error) }),
      );
  }

  async #reportForever(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const startedAt = performance.now();
      const timed = AbortSignal.any([signal, AbortSignal.timeout(REPORT_REQUEST_MS)]);
      await ignoreTimeout(this.#sendReport(timed), signal);
      const tookMs = performance.now() - startedAt;
      await this.#nextReport(signal);
      await delay(Math.max(GATHER_MS, tookMs * GATHER_FACTOR), undefined, { signal });
    }
  }

  /** Renews the lease, separately from reports: those of a large broker may take longer than the lease. */
  async #renewForever(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const timed = AbortSignal.any([signal, AbortSignal.timeout(REQUEST_MS)]);
      await ignoreTimeout(this.#client.call(renewBrokerLease, { params: this.#params }, timed), signal);
      await delay(LEASE_MS, undefined, { signal });
    }
  }

  /** Waits for a change, or for the time at which the lease must be renewed. */
  #nextReport(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, REPORT_MS);
    signal.addEventListener('abort', () => resolve(), { once: true });
    this.#wakeReport = resolve;
    return promise.finally(() => {
      clearTimeout(timer);
      this.#wakeReport = () => undefined;
    });
  }

  async #sendReport(signal: AbortSignal): Promise<void> {
    const input = { params: this.#params, body: this.#events.report() };
    const { close } = await this.#client.call(reportSessions, input, signal);
    if (close.length > 0) this.#events.close(close);
  }

  #explain(error: unknown): void {
    const isRefused = error instanceof PlatformError;
    const before = this.#state;
    this.#state = isRefused && error.status < 500 ? 'refused' : 'away';
    if (isRefused && error.code === 'not-allowed') this.#events.refused();
    if (this.#state === before) return;
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const why = cause instanceof Error ? cause.message : String(cause);
    if (this.#state === 'refused') {
      this.#settled.resolve();
      this.#log.error(
        { event: 'broker.refused', reason: why },
        `The platform refuses this broker: ${why} ${isRefused ? (error.fix ?? '') : ''} It tries again.`,
      );
    } else {
      this.#log.warn(
        { event: 'platform.away', reason: why },
        `The platform is away: ${why}. Tunnels go on; it will be tried again.`,
      );
    }
  }
}

/**
 * Lets a call fail that a busy platform did not answer in time: whether the platform is there at all is judged by the
 * directory stream alone, and giving that up for slowness would only make more work. A refusal is an answer.
 */
async function ignoreTimeout(call: Promise<unknown>, signal: AbortSignal): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (signal.aborted || (error instanceof PlatformError && error.status < 500)) throw error;
  }
}
