import { startInterval, type IntervalJob } from '@portolan/process/interval';
import { VERSION } from '@portolan/process/version';
import type { FinishedExchange, RequestRecorder } from '../gateway/exchange/finished-exchange.ts';
import { GATEWAY_RESOURCE } from '../otlp/attributes.ts';
import { OtlpRefusal, type OtlpSender } from '../otlp/otlp-sender.ts';
import { spansOf, type Span } from './spans.ts';

const EXPORT_EACH_MS = 1_000;
/** Exchanges of one request: about half a megabyte. */
const BATCH_MAX = 500;
/** Exchanges that wait; while the collector is away, newer ones are dropped and counted. */
const WAITING_MAX = 5_000;
/** Exchanges slower than this are exported although their trace is not sampled. */
const SLOW_MS = 5_000;

export interface SpanExporterOptions {
  readonly sender: Pick<OtlpSender, 'send'>;
  /** Called when exports begin to fail; null when they work again. */
  readonly onTrouble: (reason: string | null) => void;
  readonly everyMs?: number;
}

/** Exports the spans of sampled, failed and slow exchanges, many at a time. */
export class SpanExporter implements RequestRecorder {
  readonly #options: SpanExporterOptions;
  readonly #job: IntervalJob;
  #waiting: FinishedExchange[] = [];
  #dropped = 0;
  #isFailing = false;

  constructor(options: SpanExporterOptions) {
    this.#options = options;
    this.#job = startInterval({
      everyMs: options.everyMs ?? EXPORT_EACH_MS,
      run: () => this.#export(),
      onError: (error) => this.#fail(error),
    });
  }

  /** Exchanges whose spans were lost since the start. */
  get dropped(): number {
    return this.#dropped;
  }

  record(exchange: FinishedExchange): void {
    const { trace, status, durationMs, isUpgraded, isEventStream } = exchange;
    if (trace === null) return;
    const isSlow = durationMs > SLOW_MS && !isUpgraded && !isEventStream;
    if (!trace.isSampled && status < 500 && !isSlow) return;
    if (this.#waiting.length >= WAITING_MAX) this.#dropped += 1;
    else this.#waiting.push(exchange);
    if (this.#waiting.length === BATCH_MAX && !this.#isFailing) this.#job.trigger();
  }

  /** Exports what is waiting, once, and stops. */
  async close(): Promise<void> {
    await this.#job.close();
    await this.#export().catch((error: unknown) => this.#fail(error));
  }

  async #export(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, BATCH_MAX);
      try {
        await this.#options.sender.send('traces', exportRequest(batch));
      } catch (error) {
        // What the collector will never take must not keep the rest from it.
        if (!(error instanceof OtlpRefusal)) throw error;
        this.#dropped += batch.length;
        this.#fail(error);
        this.#waiting = this.#waiting.slice(batch.length);
        continue;
      }
      this.#waiting = this.#waiting.slice(batch.length);
      if (this.#isFailing) this.#options.onTrouble(null);
      this.#isFailing = false;
    }
  }

  #fail(error: unknown): void {
    if (!this.#isFailing) this.#options.onTrouble(error instanceof Error ? error.message : String(error));
    this.#isFailing = true;
  }
}

/** An `ExportTraceServiceRequest` in JSON. */
function exportRequest(exchanges: readonly FinishedExchange[]): string {
  const spans = exchanges.flatMap((exchange): readonly Span[] =>
    exchange.trace === null ? [] : spansOf(exchange, exchange.trace),
  );
  return JSON.stringify({
    resourceSpans: [
      { resource: GATEWAY_RESOURCE, scopeSpans: [{ scope: { name: 'portolan', version: VERSION }, spans }] },
    ],
  });
}
