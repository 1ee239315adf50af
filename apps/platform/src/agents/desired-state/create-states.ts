import { listSentCommands } from '../../clusters/commands/store.ts';
import { assignTunnels } from '../../fleet/assignments.ts';
import type { Platform } from '../../platform.ts';
import { openApiAuth } from '../../workspaces/settings/api-auth-store.ts';
import { localAuthority } from '../../certificates/local-authority.ts';
import { publicCertificatesOf } from '../../certificates/public-certificates.ts';
import { certificatesFor } from '../../certificates/store.ts';
import { DesiredStates } from './desired-states.ts';
import { listDesiredObjects, revisionFor } from './desired-store.ts';
import { keySource } from './key-record-store.ts';
import { portalSignInOf } from '../../portals/sign-in-settings.ts';
import { listObjectHosts } from '../../domains/store.ts';

/** Returns the desired states of all clusters, computed from what the platform's parts want of them. */
export function createStates(platform: Platform): DesiredStates {
  const { db, changes, log, sealer } = platform;
  const openAuthority = localAuthority(platform);
  return new DesiredStates({
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
        tunnels: await assignTunnels(db, clusterId),
        publicCertificates:
          platform.config.issuers.length === 0 ? null : await publicCertificatesOf(db, clusterId),
        portals: await portalSignInOf(platform, place),
        commands: await listSentCommands(db, clusterId),
      };
    },
  });
}
