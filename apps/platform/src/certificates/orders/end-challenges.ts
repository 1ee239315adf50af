import type { Database } from '../../db/database.ts';
import { deleteChallenges } from './challenge-store.ts';
import type { CertificateRow } from './order-store.ts';
import type { Responders } from './validate.ts';

/** Ends all challenges of a host, and removes the answers that do not end with them. */
export async function endChallenges(
  { db, responders }: { readonly db: Database; readonly responders: Responders },
  row: Pick<CertificateRow, 'host' | 'clusterId' | 'workspaceId'>,
  signal: AbortSignal,
): Promise<void> {
  for (const challenge of await deleteChallenges(db, row)) {
    // An answer that stays does no harm; it is replaced when the host is next validated.
    await responders[challenge.type]?.withdraw?.(challenge, signal).catch(() => undefined);
  }
}
