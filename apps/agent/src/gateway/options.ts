import type { Route, StoreFailureMode } from '@portolan/resources/model/model';
import type { Logger } from 'pino';

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Counts requests; called once for each, after its last byte. */
export interface RequestRecorder {
  record(request: RecordedRequest): void;
}

export interface RecordedRequest {
  /** Null when nothing matched. */
  readonly route: Route | null;
  readonly status: number;
  readonly durationMs: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly method: string;
  readonly path: string;
  readonly host: string;
  /** `namespace/name` of the Service that answered; null when none was asked. */
  readonly service: string | null;
  readonly userId: string | null;
  /** Id of the API key the caller showed. */
  readonly keyId: string | null;
}

export interface GatewayLimits {
  readonly headerBytesMax: number;
  readonly headerCountMax: number;
  /** Largest request body; 0 = no limit. */
  readonly bodyBytesMax: number;
  /** From connection or previous answer to the last header byte. */
  readonly headersTimeoutMs: number;
  /** How long a request body, or a client that does not read its answer, may stand still. */
  readonly stallTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
  /** Wait for an upstream's response headers unless a ServersTransport says otherwise. */
  readonly upstreamTimeoutMs: number;
  readonly connectTimeoutMs: number;
  /** Open connections to one endpoint. */
  readonly upstreamConnectionsMax: number;
}

export const DEFAULT_LIMITS: GatewayLimits = {
  headerBytesMax: 32 * 1024,
  headerCountMax: 200,
  bodyBytesMax: 0,
  headersTimeoutMs: 10_000,
  stallTimeoutMs: 60_000,
  keepAliveTimeoutMs: 75_000,
  upstreamTimeoutMs: 300_000,
  connectTimeoutMs: 10_000,
  upstreamConnectionsMax: 1024,
};

export interface RedisOptions {
  readonly url: string;
  /** What `distributed` limits that do not say it themselves do while Redis does not answer. */
  readonly onFailure?: StoreFailureMode;
}

export interface GatewayOptions {
  readonly listen: { readonly http?: ListenAddress; readonly https?: ListenAddress };
  /** Peers whose X-Forwarded-* are believed: addresses and networks. */
  readonly trustedProxies?: readonly string[];
  readonly logger: Logger;
  readonly metrics: RequestRecorder;
  readonly redis?: RedisOptions;
  readonly limits?: Partial<GatewayLimits>;
}
