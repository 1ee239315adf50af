import { startInterval, type IntervalJob } from '@portolan/process/interval';
import type { OtlpSender } from '../otlp/otlp-sender.ts';
import { metricsRequest } from './metrics-request.ts';
import type { RequestTotals } from './request-totals.ts';

/** The interval of OpenTelemetry's periodic reader. */
const EXPORT_EACH_MS = 60_000;

interface MetricsExporterOptions {
  readonly sender: Pick<OtlpSender, 'send'>;
  readonly totals: Pick<RequestTotals, 'collect'>;
  /** Called when exports begin to fail; null when they work again. */
  readonly onTrouble: (reason: string | null) => void;
  readonly everyMs?: number;
}

/** Exports the totals of requests since the start of the process. A failed export needs no repetition: the next one has all of it. */
export class MetricsExporter {
  readonly #options: MetricsExporterOptions;
  readonly #startedAt = Date.now();
  readonly #job: IntervalJob;
  #isFailing = false;

  constructor(options: MetricsExporterOptions) {
    this.#options = options;
    this.#job = startInterval({
      everyMs: options.everyMs ?? EXPORT_EACH_MS,
      run: () => this.#export(),
      onError: (error) => this.#fail(error),
    });
  }

  /** Exports once more and stops. */
  async close(): Promise<void> {
    await this.#job.close();
    await this.#export().catch((error: unknown) => this.#fail(error));
  }

  async #export(): Promise<void> {
    const { sender, totals, onTrouble } = this.#options;
    const series = totals.collect();
    if (series.length === 0) return;
    await sender.send('metrics', metricsRequest(series, { startedAt: this.#startedAt, now: Date.now() }));
    if (this.#isFailing) onTrouble(null);
    this.#isFailing = false;
  }

  #fail(error: unknown): void {
    if (!this.#isFailing) this.#options.onTrouble(error instanceof Error ? error.message : String(error));
    this.#isFailing = true;
  }
}
