import { openFleet } from '../fleet/fleet-view.ts';
import { serveRelay } from '../fleet/relay.ts';
import type { CreateCapability } from '../platform.ts';
import { AgentConnections } from './api/agent-connections.ts';
import { createStates } from './desired-state/create-states.ts';
import { mountAgentRoutes } from './routes.ts';

/** Calls of agents, and the desired states they follow. */
export const agents: CreateCapability = (platform) => {
  const fleet = openFleet(platform.db);
  const states = createStates(platform, fleet);
  const connections = new AgentConnections(platform.agentSockets);
  let relay: { close(): void } | null = null;
  return {
    routes(api) {
      mountAgentRoutes(api, { fleet, states });
      connections.serve(api.app);
    },
    start(server) {
      relay = serveRelay(server, platform, (connection, agent) => connections.accept(connection, agent));
    },
    close() {
      relay?.close();
      connections.close();
      states.close();
    },
  };
};
