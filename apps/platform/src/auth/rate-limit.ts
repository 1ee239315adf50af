import { networkOf } from '@portolan/contract/address-class';
import type { Database } from '../db/database.ts';
import { AppError } from '../app-error.ts';
import { ConcurrencyLimit } from './concurrency-limit.ts';
import { takeFromBucket, type Limit } from './rate-limit-store.ts';

/** Limit for the statements: attempts on one account wait for the same row, and must not occupy all database connections. */
const taking = new ConcurrencyLimit({ atOnce: 2, perClient: 1, waitingPerClient: 20 });

/** Returns the rate-limit key of an address: its network, because one client may use any address of it. */
export function clientOf(remoteAddress: string | null): string {
  return remoteAddress === null ? 'unknown' : networkOf(remoteAddress);
}

/**
 * Takes one attempt from each bucket (GCRA, one statement each, shared by all replicas). Clients are served in turn.
 * @throws AppError `too-many-requests` with the seconds to wait.
 */
export function enforceRateLimit(db: Database, client: string, limits: readonly Limit[]): Promise<void> {
  return taking.run(client, () => takeEach(db, limits));
}

async function takeEach(db: Database, limits: readonly Limit[]): Promise<void> {
  for (const limit of limits) {
    const retryAfterSeconds = await takeFromBucket(db, limit);
    if (retryAfterSeconds === 0) continue;
    throw new AppError('too-many-requests', 'Too many attempts.', {
      fix: `Wait ${retryAfterSeconds} s and try again.`,
      retryAfterSeconds,
    });
  }
}
