import type { GatewayPart, TailMessage } from '@portolan/contract/requests';
import type { Platform } from '../platform.ts';
import { notices, removeCommand, renewCommand, takeResults } from './command-store.ts';
import { GatewayParts } from './gateway-parts.ts';
import { requestsOf, type IsWanted } from './requests-of.ts';

/** How long a gateway has to reply before it is called silent. */
export const REPLY_MS = 3_000;
const IDLE_MS = 5_000;
const RENEW_MS = 5_000;
/** Read at least this often, should a notice be lost. */
const READ_MS = 1_000;
/** Sent ahead of a viewer that reads slowly; beyond it nothing is read for it, and its command runs out. */
const AHEAD_BYTES_MAX = 64 * 1024;

export interface TailOptions {
  readonly parts: Pick<Platform, 'changes' | 'db' | 'log'>;
  readonly workspace: string;
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly endsAt: number;
  /** Names of the expected clusters by id. */
  readonly clusters: ReadonlyMap<string, string>;
  readonly isWanted: IsWanted;
}

/** Returns what gateways report for one viewer as newline-delimited JSON. Everything is done when the viewer reads, and not otherwise. */
export function tailStream(options: TailOptions): ReadableStream<Uint8Array> {
  const tail = new Tail(options);
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const message = await tail.next();
        controller.enqueue(message);
        if (tail.isOver) controller.close();
      },
      cancel: () => tail.end(),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: AHEAD_BYTES_MAX }),
  );
}

class Tail {
  readonly #options: TailOptions;
  readonly #gateways: GatewayParts;
  readonly #offNotice: () => void;
  readonly #overdue: NodeJS.Timeout;
  readonly #encoder = new TextEncoder();
  #wake: () => void = () => {};
  #isWoken = true;
  #renewedAt = Date.now();
  #sentAt = Date.now();
  isOver = false;

  constructor(options: TailOptions) {
    this.#options = options;
    const { parts, id, clusters } = options;
    this.#gateways = new GatewayParts(clusters);
    this.#offNotice = parts.changes.onNotice(notices.resultsOf(id), () => this.#wakeUp());
    this.#overdue = setTimeout(() => {
      this.#gateways.setOverdue();
      this.#wakeUp();
    }, REPLY_MS);
  }

  /** Returns the next lines, as soon as there are any. */
  async next(): Promise<Uint8Array> {
    try {
      for (;;) {
        const messages = await this.#read();
        if (Date.now() >= this.#options.endsAt)
          messages.push({ type: 'end', reason: 'A tail goes on for ten minutes. Start it again to go on.' });
        else if (messages.length === 0 && Date.now() - this.#sentAt >= IDLE_MS)
          messages.push({ type: 'idle' });
        if (messages.length > 0) return this.#lines(messages);
        await this.#untilWoken();
        if (this.isOver) return new Uint8Array();
      }
    } catch (error) {
      const { log } = this.#options.parts;
      log.warn({ event: 'tail.failed', error: String(error) });
      return this.#lines([
        { type: 'end', reason: 'The platform cannot read what gateways report. Try again.' },
      ]);
    }
  }

  /** Ends the command; gateways stop at once. */
  async end(): Promise<void> {
    if (this.isOver) return;
    this.isOver = true;
    this.#offNotice();
    clearTimeout(this.#overdue);
    this.#wakeUp();
    const { parts, workspace, id } = this.#options;
    // Where that fails, the command runs out by itself.
    await removeCommand(parts.db, workspace, id).catch((error: unknown) =>
      parts.log.warn({ event: 'tail.not-ended', error: String(error) }),
    );
  }

  async #read(): Promise<TailMessage[]> {
    const { parts, id, isWanted } = this.#options;
    if (Date.now() - this.#renewedAt >= RENEW_MS) {
      this.#renewedAt = Date.now();
      await renewCommand(parts.db, id);
    }
    const results = await takeResults(parts.db, id);
    for (const result of results) this.#gateways.add(result);
    const gateways: GatewayPart[] | null = this.#gateways.takeChange();
    const dropped = results.reduce((sum, { result }) => sum + result.dropped, 0);
    return [
      ...(gateways === null ? [] : [{ type: 'gateways' as const, gateways }]),
      ...results.flatMap((result) =>
        requestsOf(result, this.#gateways, isWanted).map((request) => ({
          type: 'request' as const,
          request,
        })),
      ),
      ...(dropped === 0 ? [] : [{ type: 'dropped' as const, count: dropped }]),
    ];
  }

  #lines(messages: readonly TailMessage[]): Uint8Array {
    this.#sentAt = Date.now();
    if (messages.some(({ type }) => type === 'end')) void this.end();
    return this.#encoder.encode(messages.map((message) => `${JSON.stringify(message)}\n`).join(''));
  }

  #wakeUp(): void {
    this.#isWoken = true;
    this.#wake();
  }

  async #untilWoken(): Promise<void> {
    if (!this.#isWoken) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      const timer = setTimeout(resolve, READ_MS);
      await promise;
      clearTimeout(timer);
    }
    this.#isWoken = false;
  }
}
