import { and, count, eq, inArray } from 'drizzle-orm';
import type { TunnelEndpoint } from '@portolan/contract/agent';
import type { Database } from '../db/database.ts';
import { tunnels } from './schema.ts';
import { assignTunnels } from './assignments.ts';

/** What other parts of the platform ask about brokers and tunnels. */
export interface Fleet {
  /** The tunnels a cluster's agent is to keep, as things are now. */
  assignTunnels(clusterId: string): Promise<readonly TunnelEndpoint[]>;
  /** How many tunnels of each cluster carry traffic now. */
  liveTunnels(clusterIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
}

/** The fleet as other parts see it. */
export function openFleet(db: Database): Fleet {
  return {
    assignTunnels: (clusterId) => assignTunnels(db, clusterId),
    async liveTunnels(clusterIds) {
      if (clusterIds.length === 0) return new Map();
      const rows = await db
        .select({ clusterId: tunnels.clusterId, live: count() })
        .from(tunnels)
        .where(and(inArray(tunnels.clusterId, [...clusterIds]), eq(tunnels.state, 'live')))
        .groupBy(tunnels.clusterId);
      return new Map(rows.map(({ clusterId, live }) => [clusterId, live]));
    },
  };
}
