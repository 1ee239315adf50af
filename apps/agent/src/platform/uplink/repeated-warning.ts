import type { AgentLogger } from '../../logger.ts';

const REPEAT_MS = 60_000;

/** Logs a lasting failure when it begins, then once a minute, and when it is over, instead of at every attempt. */
export class RepeatedWarning {
  readonly #log: AgentLogger;
  readonly #event: string;
  #message: string | null = null;
  #saidAt = 0;

  constructor(log: AgentLogger, event: string) {
    this.#log = log;
    this.#event = event;
  }

  warn(message: string): void {
    const now = Date.now();
    if (message === this.#message && now - this.#saidAt < REPEAT_MS) return;
    this.#message = message;
    this.#saidAt = now;
    this.#log.warn({ event: this.#event }, message);
  }

  over(message: string): void {
    if (this.#message === null) return;
    this.#message = null;
    this.#log.info({ event: `${this.#event}.over` }, message);
  }
}
