import type { Platform } from '../platform.ts';
import { coalesced } from './coalesced.ts';
import type { DirectoryStreams } from './directory-streams.ts';
import { listRecentlyRevoked } from './tunnel-store.ts';

/**
 * Sends revoked credentials to brokers at once; if a message is lost, the next session report has the same effect.
 * Returns a function that stops it.
 */
export function pushRevocations({ changes, db, log }: Platform, streams: DirectoryStreams): () => void {
  const read = coalesced(
    async () => {
      for (const id of await listRecentlyRevoked(db)) streams.revoke(id);
    },
    (error) => log.error({ event: 'fleet.revocation-not-read', error: String(error) }),
  );
  return changes.onChange('*', ({ change }) => {
    if (change.topic === 'clusters') read();
  });
}
