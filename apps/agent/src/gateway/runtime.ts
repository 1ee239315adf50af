import type { StageServices } from './exchange/exchange.ts';
import type { Authenticators } from './auth/authenticator.ts';
import type { GatewayLimits } from './http/limits.ts';
import type { RequestRecorder } from './options.ts';
import type { PortalServer } from './portal-server.ts';
import type { Upstreams } from './upstreams/upstreams.ts';

/** What outlives models: connections, credentials, counters. */
export interface GatewayRuntime extends StageServices {
  readonly limits: GatewayLimits;
  readonly metrics: RequestRecorder;
  readonly upstreams: Upstreams;
  readonly authenticators: Authenticators;
  readonly portals: PortalServer | null;
  /** Stopping: connections close after the response they are sending. */
  isDraining: boolean;
}
