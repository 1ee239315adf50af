import { readFile } from 'node:fs/promises';
import { Closers } from '@portolan/process/closers';
import { StartupError } from '@portolan/process/startup-error';
import { AccessLog } from './access-log/access-log.ts';
import type { FinishedExchange, RequestRecorder } from './gateway/exchange/finished-exchange.ts';
import { AuxiliaryClient } from './gateway/http/auxiliary-client.ts';
import type { HeaderList } from './gateway/http/header-list.ts';
import type { TraceSettings } from './gateway/trace/trace-context.ts';
import type { AgentLogger } from './logger.ts';
import type { AgentOptions } from './options.ts';
import { MetricsExporter } from './metrics/metrics-exporter.ts';
import { RequestTotals } from './metrics/request-totals.ts';
import { OtlpSender } from './otlp/otlp-sender.ts';
import { RequestLog } from './requests/request-log.ts';
import { SpanExporter } from './traces/span-exporter.ts';

/** What looks at each exchange beside the metrics: the requests kept in memory, the access log, and the export of spans and totals. */
export class Observers implements RequestRecorder {
  readonly requests = new RequestLog();
  readonly totals = new RequestTotals();
  readonly #tracing: TraceSettings;
  readonly #closers = new Closers();
  #accessLog: AccessLog | null = null;
  #spans: SpanExporter | null = null;

  /** @throws StartupError for a target or file that cannot be used. */
  static async open(options: AgentOptions, log: AgentLogger): Promise<Observers> {
    const observers = new Observers(options);
    await observers.#openAccessLog(options, log);
    await observers.#openExports(options, log);
    return observers;
  }

  private constructor({ otlpEndpoint, otlpSignals, traceContext, traceSample }: AgentOptions) {
    const isExported = otlpEndpoint !== undefined && otlpSignals.includes('traces');
    this.#tracing = { mode: traceContext, sampleRatio: isExported ? traceSample : null };
  }

  /** What the gateway makes of trace contexts. */
  get tracing(): TraceSettings {
    return this.#tracing;
  }

  /** Lines and exchanges lost since the start. */
  get dropped(): { readonly accessLog: number; readonly spans: number } {
    return { accessLog: this.#accessLog?.dropped ?? 0, spans: this.#spans?.dropped ?? 0 };
  }

  record(exchange: FinishedExchange): void {
    this.requests.record(exchange);
    this.#accessLog?.record(exchange);
    this.#spans?.record(exchange);
  }

  /** Writes and exports what is waiting. */
  async close(): Promise<void> {
    await this.#closers.close(() => undefined);
  }

  async #openAccessLog(options: AgentOptions, log: AgentLogger): Promise<void> {
    const { accessLog: target, accessLogFormat: format, accessLogQuery, accessLogAddress } = options;
    if (target === undefined) return;
    this.#accessLog = await AccessLog.open({
      target,
      format,
      withQuery: accessLogQuery,
      withAddress: accessLogAddress === 'full',
      onTrouble: (reason) =>
        log.warn({ event: 'access-log.lost', reason }, `Lines of the access log are lost: ${reason}.`),
    }).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      throw new StartupError(
        `Cannot write the access log ${target}: ${why}.`,
        'Choose another file with --access-log, or stdout.',
      );
    });
    this.#closers.add(() => this.#accessLog?.close());
  }

  async #openExports(
    { otlpEndpoint, otlpHeadersFile, otlpSignals }: AgentOptions,
    log: AgentLogger,
  ): Promise<void> {
    if (otlpEndpoint === undefined) return;
    const client = new AuxiliaryClient();
    this.#closers.add(() => client.close());
    const headers = otlpHeadersFile === undefined ? [] : await readHeaders(otlpHeadersFile);
    const sender = new OtlpSender({ client, endpoint: otlpEndpoint, headers });
    const onTrouble = (what: 'spans' | 'metrics') => (reason: string | null) =>
      reason === null
        ? log.info({ event: `${what}.exported` }, `${what} reach the collector again`)
        : log.warn({ event: `${what}.not-exported`, reason }, `Not exported: ${what}, since ${reason}.`);
    if (otlpSignals.includes('traces')) {
      const spans = new SpanExporter({ sender, onTrouble: onTrouble('spans') });
      this.#spans = spans;
      this.#closers.add(() => spans.close());
    }
    if (otlpSignals.includes('metrics')) {
      const metrics = new MetricsExporter({ sender, totals: this.totals, onTrouble: onTrouble('metrics') });
      this.#closers.add(() => metrics.close());
    }
  }
}

/** Reads `Name: value` lines; those that are empty or begin with `#` are left out. */
async function readHeaders(path: string): Promise<HeaderList> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new StartupError(
      `Cannot read the header fields in ${path}: ${error.code ?? error.message}.`,
      'Check the path of --otlp-headers-file.',
    );
  });
  return text.split('\n').flatMap((line) => {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) return [];
    const colon = trimmed.indexOf(':');
    if (colon > 0) return [trimmed.slice(0, colon).trim(), trimmed.slice(colon + 1).trim()];
    throw new StartupError(
      `A line of ${path} is no header field.`,
      'Write a field on each line, as "Authorization: Bearer TOKEN".',
    );
  });
}
