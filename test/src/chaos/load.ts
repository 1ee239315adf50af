import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

export interface LoadOptions {
  readonly edges: readonly string[];
  readonly host: string;
  readonly workers: number;
  /** Tries the next edge address when one fails, as a client of a name with several addresses does. */
  readonly isRoaming: boolean;
  readonly prefix: string;
  /** Between an answer and the next request of one client. */
  readonly pauseMs: number;
}

export interface LoadReport {
  asked: number;
  answered: number;
  /** Asked again at another address. */
  retried: number;
  failed: number;
  /** The longest time without an answer, over all workers. */
  longestGapMs: number;
  /** Slowest answer. */
  slowestMs: number;
  readonly failures: Record<string, number>;
  /** What came to nothing, by the edge that was asked last. */
  readonly failedAt: Record<string, number>;
  /** Requests sent once and answered; those the service saw more than once were duplicated on the way. */
  readonly once: string[];
}

const REQUEST_MS = 30_000;

/** Clients that ask without pause until they are stopped. */
export class Load {
  readonly #options: LoadOptions;
  readonly #report: LoadReport = {
    asked: 0,
    answered: 0,
    retried: 0,
    failed: 0,
    longestGapMs: 0,
    slowestMs: 0,
    failures: {},
    failedAt: {},
    once: [],
  };
  readonly #workers: Promise<void>[];
  #isOver = false;
  #answeredAt = performance.now();

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#workers = Array.from({ length: options.workers }, (_, worker) => this.#work(worker));
  }

  get answered(): number {
    return this.#report.answered;
  }

  async stop(): Promise<LoadReport> {
    this.#isOver = true;
    await Promise.all(this.#workers);
    return this.#report;
  }

  async #work(worker: number): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const { edges, isRoaming, prefix } = this.#options;
    for (let number = 0; !this.#isOver; number += 1) {
      const id = `/r/${prefix}-${worker}-${number}`;
      this.#report.asked += 1;
      let attempts = 0;
      let isAnswered = false;
      let edge = '';
      while (!isAnswered && attempts < (isRoaming ? edges.length * 2 : 1)) {
        edge = edges[(worker + (isRoaming ? attempts : 0)) % edges.length] ?? '';
        attempts += 1;
        isAnswered = await this.#ask(agent, edge, id);
        if (!isAnswered && isRoaming) this.#report.retried += 1;
      }
      if (isAnswered) this.#count(id, attempts);
      else {
        this.#report.failed += 1;
        this.#report.failedAt[edge] = (this.#report.failedAt[edge] ?? 0) + 1;
        await delay(50);
      }
      await delay(this.#options.pauseMs);
    }
    agent.destroy();
  }

  #count(id: string, attempts: number): void {
    const now = performance.now();
    this.#report.answered += 1;
    this.#report.longestGapMs = Math.max(this.#report.longestGapMs, now - this.#answeredAt);
    this.#answeredAt = now;
    if (attempts === 1) this.#report.once.push(id);
  }

  async #ask(agent: Agent, edge: string, path: string): Promise<boolean> {
    const startedAt = performance.now();
    const outcome = await ask(agent, edge, { host: this.#options.host, path });
    this.#report.slowestMs = Math.max(this.#report.slowestMs, performance.now() - startedAt);
    if (outcome === 'ok') return true;
    this.#report.failures[outcome] = (this.#report.failures[outcome] ?? 0) + 1;
    return false;
  }
}

function ask(agent: Agent, edge: string, { host, path }: { host: string; path: string }): Promise<string> {
  return new Promise((resolve) => {
    const outgoing = request(edge + path, { agent, headers: { host }, timeout: REQUEST_MS }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('error', () => resolve('cut'));
      response.on('end', () =>
        resolve(response.statusCode === 200 && text === path ? 'ok' : `status ${response.statusCode}`),
      );
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error('timeout')));
    outgoing.on('error', (error: Error & { code?: string }) => resolve(error.code ?? error.message));
    outgoing.end();
  });
}
