import type { AuxiliarySender } from '../gateway/http/auxiliary-client.ts';
import type { HeaderList } from '../gateway/http/header-list.ts';

const TIMEOUT_MS = 10_000;
const RESPONSE_BYTES_MAX = 256 * 1024;

export type OtlpSignal = 'traces' | 'metrics' | 'logs';

export interface OtlpSenderOptions {
  readonly client: AuxiliarySender;
  /** Base URL of the collector; `/v1/traces` and so on are appended (OTLP 1.9, "OTLP/HTTP Request"). */
  readonly endpoint: string;
  /** Fields for each request, such as credentials. */
  readonly headers: HeaderList;
}

/** The collector refuses this data; sending it again is of no use. */
export class OtlpRefusal extends Error {
  override readonly name = 'OtlpRefusal';
}

/** Statuses after which the same data may be sent again (OTLP 1.9, "Retryable Response Codes"). */
const RETRYABLE = new Set([429, 502, 503, 504]);

/** Sends telemetry to an OpenTelemetry collector by OTLP over HTTP. */
export class OtlpSender {
  readonly #options: OtlpSenderOptions;
  readonly #base: string;

  constructor(options: OtlpSenderOptions) {
    this.#options = options;
    this.#base = options.endpoint.replace(/\/+$/, '');
  }

  /** Sends a request in OTLP's JSON encoding. @throws OtlpRefusal for data that the collector will not take, Error when it cannot be reached. */
  async send(signal: OtlpSignal, body: string): Promise<void> {
    const { client, headers } = this.#options;
    const { status } = await client.send({
      method: 'POST',
      url: `${this.#base}/v1/${signal}`,
      headers: ['content-type', 'application/json', ...headers],
      body,
      timeoutMs: TIMEOUT_MS,
      bytesMax: RESPONSE_BYTES_MAX,
    });
    if (status >= 200 && status < 300) return;
    const message = `the collector at ${this.#base} responds with ${status}`;
    throw RETRYABLE.has(status) ? new Error(message) : new OtlpRefusal(message);
  }
}
