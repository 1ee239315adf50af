import type { Exchange, StageServices } from './exchange/exchange.ts';
import type { Authenticators } from './auth/authenticator.ts';
import type { GatewayLimits } from './http/limits.ts';
import type { PortalServer } from './portal-server.ts';
import type { SharedStages } from './shared-stages.ts';
import type { TraceSettings } from './trace/trace-context.ts';
import type { TlsChallenges } from './tls/tls-challenges.ts';
import type { Upstreams } from './upstreams/upstreams.ts';

export type OnDone = (exchange: Exchange, status: number) => void;

/** What outlives models: connections, credentials, counters. */
export interface GatewayRuntime extends StageServices {
  readonly limits: GatewayLimits;
  /** Called once for each exchange that is counted, after its last byte. */
  readonly onDone: OnDone;
  readonly upstreams: Upstreams;
  readonly authenticators: Authenticators;
  readonly portals: PortalServer | null;
  readonly tracing: TraceSettings;
  readonly challenges: TlsChallenges;
  readonly shared: SharedStages;
  /** Stopping: connections close after the response they are sending. */
  isDraining: boolean;
}
