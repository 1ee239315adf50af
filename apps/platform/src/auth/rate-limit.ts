import { networkOf } from '@portolan/contract/address-class';
import type { Database } from '../db/database.ts';
import { AppError } from '../app-error.ts';
import { ConcurrencyLimit } from './concurrency-limit.ts';
import { takeFromBucket, type Limit } from './rate-limit-store.ts';

/** Attempts on one account wait for each other's row: few may, lest they hold every connection to the database. */
const taking = new ConcurrencyLimit({ atOnce: 2, perClient: 1, waitingPerClient: 20 });

/** Returns what attempts from an address count as: one client may choose from all addresses of its network. */
export function clientOf(remoteAddress: string | null): string {
  return remoteAddress === null ? 'unknown' : networkOf(remoteAddress);
}

/**
 * Takes one from each bucket (GCRA; one statement each, so replicas agree). Clients take turns.
 * @throws AppError `too-many-requests` saying how long to wait.
 */
export function enforceRateLimit(db: Database, client: string, limits: readonly Limit[]): Promise<void> {
  return taking.run(client, () => takeEach(db, limits));
}

async function takeEach(db: Database, limits: readonly Limit[]): Promise<void> {
  for (const limit of limits) {
    const retryAfterSeconds = await takeFromBucket(db, limit);
    if (retryAfterSeconds === 0) continue;
    throw new AppError('too-many-requests', 'There were too many attempts.', {
      fix: `Wait ${retryAfterSeconds} s and try again.`,
      retryAfterSeconds,
    });
  }
}
