import { serveRelay } from '../fleet/relay.ts';
import type { CreateCapability } from '../platform.ts';
import { AgentConnections } from './api/agent-connections.ts';
import { endRevokedConnections } from './api/end-revoked.ts';
import { createStates } from './desired-state/create-states.ts';
import { AgentCredentials } from './link/credentials.ts';
import { mountAgentRoutes } from './routes.ts';

/** Calls of agents, and the desired states they follow. */
export const agents: CreateCapability = (platform) => {
  const states = createStates(platform);
  const credentials = new AgentCredentials(platform);
  const connections = new AgentConnections(platform, credentials);
  const revoking = endRevokedConnections(platform);
  let relay: { close(): void } | null = null;
  return {
    routes(api) {
      mountAgentRoutes(api, { credentials, states });
      connections.serve(api.app);
    },
    start(server) {
      relay = serveRelay(server, platform, (connection) => connections.accept(connection));
    },
    jobs: [{ name: 'agents.end-revoked', everyMs: 30_000, run: () => platform.agentSockets.endInvalid() }],
    close() {
      revoking.close();
      relay?.close();
      connections.close();
      states.close();
    },
  };
};
