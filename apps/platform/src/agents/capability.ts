import { LINK_PATH, linkRequest } from '@portolan/contract/agent';
import { openFleet } from '../fleet/fleet-view.ts';
import { serveRelay } from '../fleet/relay.ts';
import type { CreateCapability } from '../platform.ts';
import { pruneTelemetry } from '../telemetry/jobs.ts';
import { mountClusterRoutes } from '../clusters/routes.ts';
import { createClusterParts } from './agent-parts.ts';
import { readAgentBody } from './api/request-body.ts';
import { authenticateToken, linkCluster } from './link/link.ts';

const LINK_BYTES_MAX = { sent: 64 * 1024, unpacked: 64 * 1024 };

/** Clusters, what they report, and what is wanted of them. */
export const agents: CreateCapability = (platform) => {
  const fleet = openFleet(platform.db);
  const { states, connections } = createClusterParts(platform, fleet);
  let relay: { close(): void } | null = null;
  return {
    routes(api) {
      mountClusterRoutes(api);
      api.app.post(LINK_PATH, async (c) => {
        const cluster = await authenticateToken(api.db, c.req.header('authorization'));
        const linked = await linkCluster(
          api.db,
          cluster,
          await readAgentBody(c, linkRequest, LINK_BYTES_MAX),
        );
        return c.json({ ...linked, tunnels: await fleet.assignTunnels(linked.clusterId) });
      });
    },
    start(server) {
      relay = serveRelay(server, platform, (connection, agent) => connections.accept(connection, agent));
    },
    jobs: pruneTelemetry(platform.db),
    close() {
      relay?.close();
      connections.close();
      states.close();
    },
  };
};
