import type { AgentLogger } from '../../logger.ts';
import { RepeatedWarning } from './repeated-warning.ts';
import { Backoff } from '@portolan/process/retry';
import { WakeSignal } from '@portolan/process/wake-signal';
import { PlatformError } from '@portolan/contract/client';

const ATTEMPT_MS = 20_000;
/** Of a body that is wrong or too large; any other refusal may pass. */
const HOPELESS = new Set([400, 413, 422]);
const PACE = { baseMs: 250, capMs: 30_000, floor: 0.1 };

export interface OutboxOptions {
  readonly log: AgentLogger;
  /** What is sent, for people: `metrics`. */
  readonly what: string;
  /** Sends what is waiting and forgets it; false when nothing was. Must be repeatable. */
  readonly sendNext: (signal: AbortSignal) => Promise<boolean>;
  /** Drops a batch that the platform will never take. */
  readonly giveUp: () => Promise<void>;
}

/** Sends what accumulates, one batch after another, as long as there is any, with back-off while it cannot. */
export class Outbox {
  readonly #options: OutboxOptions;
  #isIdle = false;
  readonly #added = new WakeSignal();

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Sends what was added to the outbox. */
  wake(): void {
    this.#isIdle = false;
    this.#added.wake();
  }

  /** Sends until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { log, what, sendNext, giveUp } = this.#options;
    const backoff = new Backoff(PACE);
    const trouble = new RepeatedWarning(log, `${what}.not-sent`);
    while (!signal.aborted) {
      this.#isIdle = true;
      try {
        const didSend = await sendNext(AbortSignal.any([signal, AbortSignal.timeout(ATTEMPT_MS)]));
        backoff.reset();
        trouble.over(`${what} reach the platform again`);
        if (!didSend && this.#isIdle) await this.#added.wait(signal);
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof PlatformError && HOPELESS.has(error.status)) await giveUp();
        trouble.warn(
          `${what} do not reach the platform: ${error instanceof Error ? error.message : String(error)}.`,
        );
        await backoff.wait(signal);
      }
    }
  }
}
