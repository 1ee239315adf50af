import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { AgentLogger } from '../../logger.ts';
import type { ClusterAddress } from '../client/open-connection.ts';
import { RELEASE, type ElectionData, type ElectionReport } from './election-messages.ts';
import { LeaseDeadline } from './lease-deadline.ts';

/** Longest wait for writes under way, and then for the release, when the agent stops. */
const STOP_MS = 5_000;
const RESTART_MS = 1_000;

export interface LeadershipOptions {
  readonly cluster: ClusterAddress;
  /** Where the Lease is. */
  readonly namespace: string;
  /** Unique name of this replica. */
  readonly identity: string;
  readonly log: AgentLogger;
  /** Called when this replica begins and ceases to be the one that writes. */
  readonly onChange?: (isLeading: boolean) => void;
}

/** How long a write may take. */
export interface WriteLimits {
  readonly signal: AbortSignal;
  readonly deadlineMs: number;
}

/** A write was not sent, because this replica does not hold the lease. */
export class NotLeading extends Error {
  override readonly name = 'NotLeading';
}

/**
 * Makes one of several replicas the one that writes to the cluster. No write is sent by a replica whose lease has run out by its
 * own clock; one that was sent before may arrive later, so that writes must not depend on order.
 */
export class Leadership {
  readonly #options: LeadershipOptions;
  readonly #deadline = new LeaseDeadline();
  readonly #writes = new Set<Promise<unknown>>();
  #worker: Worker;
  #term: AbortController | null = null;
  #isStopping = false;
  #isUnreachable = false;

  constructor(options: LeadershipOptions) {
    this.#options = options;
    this.#worker = this.#startWorker();
  }

  /** Returns whether this replica may write at this moment. */
  get isLeading(): boolean {
    return !this.#isStopping && this.#deadline.leftMs() > 0;
  }

  /** Sends a write, which is aborted when the lease runs out. Rejects with `NotLeading` without having sent anything. */
  async write<T>(send: (limits: WriteLimits) => Promise<T>): Promise<T> {
    const term = this.#term;
    const leftMs = this.#deadline.leftMs();
    if (term === null || this.#isStopping || leftMs <= 0)
      throw new NotLeading('another replica writes to the cluster');
    const signal = AbortSignal.any([term.signal, AbortSignal.timeout(leftMs)]);
    const sent = send({ signal, deadlineMs: leftMs });
    this.#writes.add(sent);
    return sent.finally(() => this.#writes.delete(sent));
  }

  /** Waits for writes under way, gives the lease back and stops competing. */
  async close(): Promise<void> {
    this.#isStopping = true;
    await Promise.race([Promise.allSettled(this.#writes), delay(STOP_MS, undefined, { ref: false })]);
    this.#endTerm('the agent stops');
    const ended = once(this.#worker, 'exit');
    this.#worker.postMessage(RELEASE, []);
    await Promise.race([ended, delay(STOP_MS, undefined, { ref: false })]);
    await this.#worker.terminate();
  }

  #startWorker(): Worker {
    const { cluster, namespace, identity } = this.#options;
    const workerData: ElectionData = { cluster, namespace, identity, memory: this.#deadline.memory };
    const worker = new Worker(new URL('./election-worker.ts', import.meta.url), { workerData });
    worker.on('message', (report: ElectionReport) => this.#onReport(report));
    worker.on('error', (error) => this.#onWorkerFailed(error));
    return worker;
  }

  #onReport(report: ElectionReport): void {
    const { log } = this.#options;
    switch (report.type) {
      case 'held':
        this.#isUnreachable = false;
        this.#term = new AbortController();
        log.info({ event: 'leader.held' }, 'This replica writes to the cluster.');
        if (!this.#isStopping) this.#options.onChange?.(true);
        return;
      case 'lost':
        this.#endTerm(report.why);
        return;
      case 'holder':
        this.#isUnreachable = false;
        if (report.holder !== this.#options.identity)
          log.info(
            { event: 'leader.other', holder: report.holder },
            'Another replica writes to the cluster.',
          );
        return;
      case 'unreachable':
        if (!this.#isUnreachable)
          log.warn(
            { event: 'leader.unreachable' },
            `Cannot take or renew the lease: ${report.why}. It is tried again.`,
          );
        this.#isUnreachable = true;
        return;
      case 'released':
        return;
      default:
        report satisfies never;
    }
  }

  #endTerm(why: string): void {
    const term = this.#term;
    if (term === null) return;
    this.#term = null;
    term.abort(new NotLeading(why));
    this.#options.log.info(
      { event: 'leader.ended' },
      `This replica no longer writes to the cluster: ${why}.`,
    );
    this.#options.onChange?.(false);
  }

  #onWorkerFailed(error: unknown): void {
    this.#deadline.end();
    this.#endTerm(String(error));
    this.#options.log.error(
      { event: 'leader.worker-failed', error: String(error) },
      'The thread that renews the lease failed; it is started again.',
    );
    setTimeout(() => {
      if (!this.#isStopping) this.#worker = this.#startWorker();
    }, RESTART_MS).unref();
  }
}
