import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { startInterval, type IntervalJob } from '@portolan/process/interval';
import type { CertificateRow } from './order-store.ts';
import { renewLeases, storeStep, takeDue } from './order-store.ts';
import { takeStep, type OrderContext } from './order-steps.ts';
import { after } from './progress.ts';

const TICK_MS = 1_000;
const LEASE_RENEWAL_MS = 10_000;
const AT_ONCE = 20;
/** Waits up to this are spent with the row in hand. */
const SHORT_WAIT_MS = 3_000;
const STEPS_MAX = 500;
const FAULT_PAUSE_MS = 60_000;

/**
 * Works on the certificates that are due, several at once. Each step is stored before the next: a replica that dies is followed by
 * another one from there, once its lease has ended.
 */
export class OrderWorker {
  readonly #context: OrderContext;
  readonly #log: Logger;
  readonly #leaseId = randomUUID();
  readonly #ending = new AbortController();
  readonly #running = new Set<Promise<void>>();
  readonly #jobs: readonly IntervalJob[];

  constructor(context: OrderContext, log: Logger) {
    this.#context = context;
    this.#log = log;
    const onError = (error: unknown) => this.#warn(error);
    this.#jobs = [
      startInterval({ everyMs: TICK_MS, run: () => this.#takeMore(), onError }),
      startInterval({ everyMs: LEASE_RENEWAL_MS, run: () => this.#renewLeases(), onError }),
    ];
  }

  /** Stops; another replica or the next start continues orders in progress. */
  async close(): Promise<void> {
    this.#ending.abort();
    await Promise.all(this.#jobs.map((job) => job.close()));
    await Promise.all(this.#running);
  }

  async #renewLeases(): Promise<void> {
    if (this.#running.size > 0) await renewLeases(this.#context.db, this.#leaseId);
  }

  async #takeMore(): Promise<void> {
    const room = AT_ONCE - this.#running.size;
    if (room === 0) return;
    for (const row of await takeDue(this.#context.db, this.#leaseId, room)) {
      const running = this.#work(row)
        .catch((error: unknown) => this.#warn(error))
        .finally(() => this.#running.delete(running));
      this.#running.add(running);
    }
  }

  async #work(taken: CertificateRow): Promise<void> {
    const { signal } = this.#ending;
    let row: CertificateRow | null = taken;
    for (let step = 0; row !== null && step < STEPS_MAX; step += 1) {
      if (signal.aborted) return void (await storeStep(this.#context.db, row, {}, true));
      row = await this.#step(row, signal);
    }
  }

  /** Returns the row to go on with; null when there is nothing to do now. */
  async #step(row: CertificateRow, signal: AbortSignal): Promise<CertificateRow | null> {
    const { db, now } = this.#context;
    try {
      const { change, nextAt } = await takeStep(this.#context, row, signal);
      const waitMs = nextAt === null ? 0 : nextAt.getTime() - now().getTime();
      const isLast = waitMs > SHORT_WAIT_MS;
      const next = await storeStep(db, row, change, isLast);
      if (isLast || next === null) return null;
      await delay(Math.max(0, waitMs), undefined, { signal }).catch(() => undefined);
      return next;
    } catch (error) {
      if (!signal.aborted) {
        this.#log.error({ event: 'certificate.step-failed', host: row.host, error: String(error) });
        await storeStep(db, row, { nextAt: after(now(), FAULT_PAUSE_MS) }, true);
        return null;
      }
      return row;
    }
  }

  #warn(error: unknown): void {
    this.#log.warn({ event: 'certificates.work-failed', error: String(error) });
  }
}
