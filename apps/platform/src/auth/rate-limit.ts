import { networkOf } from '@portolan/contract/address-class';
import { eq, lt, sql } from 'drizzle-orm';
import type { Database, Queries } from '../db/database.ts';
import { rateLimits } from './schema.ts';
import { AppError } from '../app-error.ts';
import { ConcurrencyLimit } from './concurrency-limit.ts';

/** `burst` at once, then one per `everySeconds`. */
export interface Limit {
  readonly key: string;
  readonly burst: number;
  readonly everySeconds: number;
}

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
  for (const { key, burst, everySeconds } of limits) {
    const step = sql`make_interval(secs => ${everySeconds})`;
    const room = sql`make_interval(secs => ${everySeconds * burst})`;
    const next = sql`greatest(${rateLimits.arrival}, now()) + ${step}`;
    const taken = await db
      .insert(rateLimits)
      .values({ key, arrival: sql`now() + ${step}` })
      .onConflictDoUpdate({
        target: rateLimits.key,
        set: { arrival: next },
        setWhere: sql`${next} <= now() + ${room}`,
      })
      .returning({ key: rateLimits.key });
    if (taken.length > 0) continue;
    const [row] = await db
      .select({ wait: sql<number>`extract(epoch from ${next} - now() - ${room})::float8` })
      .from(rateLimits)
      .where(eq(rateLimits.key, key));
    const retryAfterSeconds = Math.max(1, Math.ceil(row?.wait ?? 1));
    throw new AppError('too-many-requests', 'There were too many attempts.', {
      fix: `Wait ${retryAfterSeconds} s and try again.`,
      retryAfterSeconds,
    });
  }
}

/** Forgets a bucket: what it counted turned out well. */
export async function clearLimit(db: Queries, key: string): Promise<void> {
  await db.delete(rateLimits).where(eq(rateLimits.key, key));
}

/** Forgets full buckets. */
export async function sweepLimits(db: Queries): Promise<void> {
  await db.delete(rateLimits).where(lt(rateLimits.arrival, sql`now()`));
}
