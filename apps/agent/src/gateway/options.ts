import type { Logger } from 'pino';
import type { FindOperation, RequestRecorder } from './exchange/finished-exchange.ts';
import type { GatewayLimits } from './http/limits.ts';
import type { RedisOptions } from './limits/limiter.ts';
import type { OwnCredentials } from './auth/own-credentials.ts';
import type { PortalServer } from './portal-server.ts';
import type { TlsRelay } from './tls/tls-relay.ts';
import type { TraceSettings } from './trace/trace-context.ts';
import type { AccessPolicy } from '@portolan/resources/model/policy';

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Returns a policy by name; null when it does not exist or did not load. */
export type FindPolicy = (name: string) => AccessPolicy | null;

export interface GatewayOptions {
  readonly listen: {
    readonly http?: ListenAddress;
    readonly https?: ListenAddress;
    /** Plain HTTP, for portals alone. */
    readonly portal?: ListenAddress;
    /** Plain HTTP, for proxies that ask whether a request may pass. */
    readonly auth?: ListenAddress;
  };
  /** Policies that such proxies may ask for. */
  readonly findPolicy?: FindPolicy;
  /** Peers whose X-Forwarded-* fields are used: addresses and networks such as `10.0.0.0/8`. */
  readonly trustedProxies?: readonly string[];
  readonly logger: Logger;
  readonly metrics: RequestRecorder;
  /** Names the operations of exchanges; without it they have none. */
  readonly findOperation?: FindOperation;
  /** What becomes of trace contexts; without it callers' contexts are passed on, and no traces begun. */
  readonly tracing?: TraceSettings;
  readonly redis?: RedisOptions;
  readonly limits?: Partial<GatewayLimits>;
  /** Without it, portals respond with 503. */
  readonly portals?: PortalServer;
  /** Identities that credentials of the gateway's own prove, before those of APIs are read. */
  readonly ownCredentials?: OwnCredentials;
  /** Serves some of the hosts whose TLS connections come through tunnels. */
  readonly relay?: TlsRelay;
}
