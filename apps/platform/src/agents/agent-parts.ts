import { join } from 'node:path';
import type { Fleet } from '../fleet/fleet-view.ts';
import type { Platform } from '../platform.ts';
import { openApiAuth } from '../workspaces/settings/api-auth-store.ts';
import { AgentConnections } from './api/agent-connections.ts';
import { lazyAuthority } from '../certificates/authority.ts';
import { certificatesFor } from '../certificates/store.ts';
import { DesiredStates } from './desired-state/desired-states.ts';
import { listDesiredObjects, revisionFor } from './desired-state/desired-store.ts';
import { keySource } from './desired-state/key-records.ts';
import { listObjectHosts } from '../domains/store.ts';

/** What lives as long as the platform: states that agents follow, and the connections they follow them on. */
export interface ClusterParts {
  readonly states: DesiredStates;
  readonly connections: AgentConnections;
}

/** Puts together what serves agents. */
export function createClusterParts(platform: Platform, fleet: Fleet): ClusterParts {
  const { db, changes, log, sealer, config } = platform;
  const openAuthority = lazyAuthority(join(config.dataDir, 'ca'));
  const states = new DesiredStates({
    changes,
    log,
    keys: keySource(db),
    revisionFor: (clusterId, hash) => revisionFor(db, clusterId, hash),
    compute: async (workspace, clusterId) => {
      const authority = await openAuthority();
      const hosts = await listObjectHosts(db, clusterId);
      const place = { workspace, clusterId };
      return {
        apiAuth: await openApiAuth(db, workspace, sealer),
        domains: hosts.map((object) => ({ ...object, custom: [...object.custom] })),
        certificates: await certificatesFor({ db, authority, sealer }, place, hosts),
        objects: await listDesiredObjects(db, clusterId, sealer),
        tunnels: [...(await fleet.assignTunnels(clusterId))],
      };
    },
  });
  return { states, connections: new AgentConnections(platform, states) };
}
