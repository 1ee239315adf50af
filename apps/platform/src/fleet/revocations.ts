import type { Platform } from '../platform.ts';
import type { DirectoryStreams } from './directory-streams.ts';
import { listRecentlyRevoked } from './tunnel-store.ts';

/**
 * Sends revoked credentials to brokers at once; if a message is lost, the next session report has the same effect.
 * Returns a function that stops it.
 */
export function pushRevocations({ changes, db, log }: Platform, streams: DirectoryStreams): () => void {
  let state: 'idle' | 'reading' | 'stale' = 'idle';
  const read = async () => {
    do {
      state = 'reading';
      for (const id of await listRecentlyRevoked(db)) streams.revoke(id);
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
