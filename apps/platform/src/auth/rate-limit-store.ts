import { eq, lt, sql } from 'drizzle-orm';
import type { Database, Queries } from '../db/database.ts';
import { rateLimits } from './schema.ts';

/** Allows `burst` attempts at once, then one per `everySeconds`. */
export interface Limit {
  readonly key: string;
  readonly burst: number;
  readonly everySeconds: number;
}

/**
 * Takes one from a bucket (GCRA; one statement, so replicas agree). Returns 0, or the seconds to wait if the bucket is empty.
 */
export async function takeFromBucket(db: Database, { key, burst, everySeconds }: Limit): Promise<number> {
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
  if (taken.length > 0) return 0;
  const [row] = await db
    .select({ wait: sql<number>`extract(epoch from ${next} - now() - ${room})::float8` })
    .from(rateLimits)
    .where(eq(rateLimits.key, key));
  return Math.max(1, Math.ceil(row?.wait ?? 1));
}

/** Deletes a bucket: what it counted turned out well. */
export async function clearLimit(db: Queries, key: string): Promise<void> {
  await db.delete(rateLimits).where(eq(rateLimits.key, key));
}

/** Deletes full buckets. */
export async function sweepLimits(db: Queries): Promise<void> {
  await db.delete(rateLimits).where(lt(rateLimits.arrival, sql`now()`));
}
