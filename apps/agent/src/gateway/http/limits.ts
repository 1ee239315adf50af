import { MESSAGE_BOUNDS } from '@portolan/contract/message-bounds';

/** Bounds on messages and waits. Durations are milliseconds, sizes bytes. */
export interface GatewayLimits {
  /** Of the request target; beyond it 414. */
  readonly targetBytesMax: number;
  /** Of the fields of a request, names and values. */
  readonly headerBytesMax: number;
  readonly headerCountMax: number;
  /** Of the head of a response. */
  readonly responseHeadBytesMax: number;
  /** Largest request body; 0 = no limit. */
  readonly bodyBytesMax: number;
  /** From connection or previous response to the last header byte. */
  readonly headersTimeoutMs: number;
  /** How long a request body, or a client that does not read its response, may make no progress. */
  readonly stallTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
  /** Wait for an upstream's response head unless a ServersTransport sets another. */
  readonly upstreamTimeoutMs: number;
  readonly connectTimeoutMs: number;
  /** Open connections to one endpoint. */
  readonly upstreamConnectionsMax: number;
}

export const DEFAULT_LIMITS: GatewayLimits = {
  ...MESSAGE_BOUNDS,
  bodyBytesMax: 0,
  headersTimeoutMs: 10_000,
  stallTimeoutMs: 60_000,
  keepAliveTimeoutMs: 75_000,
  upstreamTimeoutMs: 300_000,
  connectTimeoutMs: 10_000,
  upstreamConnectionsMax: 1024,
};
