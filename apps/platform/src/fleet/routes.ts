import { and, gt, sql } from 'drizzle-orm';
import { agentCredentials } from '../clusters/schema.ts';
import type { CreateCapability, Platform } from '../platform.ts';
import { mountFleetAdministration } from './administration.ts';
import { mountBrokerRoutes } from './broker-routes.ts';
import { FleetReconciler } from './reconciler.ts';
import { DirectoryStreams } from './directory-streams.ts';
import { mountFleetLists } from './list-store.ts';

/** Brokers, tunnels, and who is placed where. */
export const fleet: CreateCapability = (platform) => {
  const streams = new DirectoryStreams(platform);
  const stopRevoking = revokeOnChange(platform, streams);
  let reconciler: FleetReconciler | null = null;
  return {
    routes(api) {
      mountBrokerRoutes(api, streams);
      mountFleetLists(api);
      mountFleetAdministration(api);
    },
    start() {
      reconciler = new FleetReconciler(platform, streams);
    },
    async close() {
      stopRevoking();
      await reconciler?.close();
      await streams.close();
    },
  };
};

/** Notifies brokers of revoked credentials at once; should a message be lost, the next session report has the same effect. */
function revokeOnChange({ changes, db, log }: Platform, streams: DirectoryStreams): () => void {
  let state: 'idle' | 'reading' | 'stale' = 'idle';
  const read = async () => {
    do {
      state = 'reading';
      const rows = await db
        .select({ id: agentCredentials.id })
        .from(agentCredentials)
        .where(and(gt(agentCredentials.revokedAt, sql`now() - interval '10 seconds'`)));
      for (const { id } of rows) streams.revoke(id);
    } while (isStale());
  };
  const isStale = () => state === 'stale';
  return changes.onChange('*', ({ change }) => {
    if (change.topic !== 'clusters') return;
    if (state !== 'idle') {
      state = 'stale';
      return;
    }
    read()
      .catch((error: unknown) => log.error({ event: 'fleet.revocation-not-read', error: String(error) }))
      .finally(() => {
        state = 'idle';
      });
  });
}
