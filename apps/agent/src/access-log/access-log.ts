import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pino } from 'pino';
import type { FinishedExchange, RequestRecorder } from '../gateway/exchange/finished-exchange.ts';
import { accessLogFormat, type FormatOptions } from './format.ts';

/** Exchanges that wait to be written. */
const WAITING_MAX = 10_000;
/** Text that waits to be written to the disk or the pipe. */
const UNWRITTEN_BYTES_MAX = 8 * 1024 * 1024;
const WRITE_EACH_MS = 50;

type Destination = ReturnType<typeof pino.destination>;

export interface AccessLogOptions extends FormatOptions {
  /** `stdout`, or the path of a file that is appended to. */
  readonly target: string;
  /** Called when lines begin to be lost, and when the target cannot be written. */
  readonly onTrouble: (reason: string) => void;
}

/**
 * Writes a line for each exchange, a little later and many at a time: neither a slow disk nor a full pipe makes a request wait. What does
 * not fit is dropped and counted.
 */
export class AccessLog implements RequestRecorder {
  readonly #options: AccessLogOptions;
  readonly #format: (exchange: FinishedExchange) => string;
  readonly #destination: Destination;
  #waiting: FinishedExchange[] = [];
  #timer: NodeJS.Timeout | null = null;
  #unwrittenBytes = 0;
  #dropped = 0;
  #isTroubled = false;

  /** Opens the target. Rejects if it cannot be written. */
  static async open(options: AccessLogOptions): Promise<AccessLog> {
    const { target } = options;
    if (target !== 'stdout') {
      await mkdir(dirname(target), { recursive: true });
      await (await open(target, 'a')).close();
    }
    const destination = pino.destination({
      dest: target === 'stdout' ? 1 : target,
      sync: false,
      append: true,
    });
    return new AccessLog(options, destination);
  }

  private constructor(options: AccessLogOptions, destination: Destination) {
    this.#options = options;
    this.#format = accessLogFormat(options);
    this.#destination = destination;
    destination.on('write', (bytes: number) => {
      this.#unwrittenBytes = Math.max(0, this.#unwrittenBytes - bytes);
      this.#isTroubled = false;
    });
    destination.on('error', (error: Error) => this.#trouble(error.message));
  }

  /** Lines lost since the start. */
  get dropped(): number {
    return this.#dropped;
  }

  record(exchange: FinishedExchange): void {
    if (this.#waiting.length >= WAITING_MAX) {
      this.#drop(1);
      return;
    }
    this.#waiting.push(exchange);
    this.#timer ??= setTimeout(() => this.#write(), WRITE_EACH_MS).unref();
  }

  /** Writes what is waiting. */
  async close(): Promise<void> {
    this.#write();
    await new Promise<void>((resolve) => {
      this.#destination.flush(() => resolve());
    });
    if (this.#options.target !== 'stdout') this.#destination.end();
  }

  #write(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const exchanges = this.#waiting;
    this.#waiting = [];
    if (exchanges.length === 0) return;
    if (this.#unwrittenBytes > UNWRITTEN_BYTES_MAX) {
      this.#drop(exchanges.length);
      return;
    }
    let text = '';
    for (const exchange of exchanges) text += `${this.#format(exchange)}\n`;
    this.#unwrittenBytes += Buffer.byteLength(text);
    this.#destination.write(text);
  }

  #drop(count: number): void {
    this.#dropped += count;
    this.#trouble('it is written more slowly than requests come');
  }

  /** Once, until something is written again. */
  #trouble(reason: string): void {
    if (this.#isTroubled) return;
    this.#isTroubled = true;
    this.#options.onTrouble(reason);
  }
}
