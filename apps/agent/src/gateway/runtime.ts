import type { ApiAuth } from '@portolan/resources/model/model';
import type { Logger } from 'pino';
import type { Authenticator } from './auth/authenticator.ts';
import type { KeyStore } from './auth/key-store.ts';
import type { AuxiliaryClient } from './http/auxiliary-client.ts';
import type { Limiter } from './limits/limiter.ts';
import type { GatewayLimits, RequestRecorder } from './options.ts';
import type { Upstreams } from './upstreams/upstreams.ts';

/** What outlives route tables: connections, credentials, counters. */
export interface GatewayRuntime {
  readonly limits: GatewayLimits;
  readonly logger: Logger;
  readonly metrics: RequestRecorder;
  readonly upstreams: Upstreams;
  readonly keys: KeyStore;
  readonly authenticators: WeakMap<ApiAuth, Authenticator>;
  readonly limiter: Limiter;
  /** For requests of the gateway's own: authentication servers, key sets, introspection. */
  readonly auxiliary: AuxiliaryClient;
  /** Stopping: connections close after the answer they are giving. */
  isDraining: boolean;
}
