import { and, eq, gt, sql } from 'drizzle-orm';
import type { Topic } from '@portolan/contract/events';
import type { Transaction } from '../db/database.ts';
import { changes } from '../db/schema.ts';
import { workspaces } from '../workspaces/schema.ts';

const KEPT = 2000;

/** Scope of a cached count: it is valid until a change of one of the topics is published in the workspace. */
export interface CountScope {
  readonly workspace: string;
  readonly list: string;
  readonly topics: readonly Topic[];
}

interface Counted {
  readonly sequence: number;
  readonly count: number;
}

const counts = new Map<string, Counted>();

/**
 * Returns an exact count, cached while nothing it depends on has changed. Every mutation increments the workspace's change
 * sequence in its transaction, so the count is never older than what this transaction sees.
 */
export async function countOnce(
  tx: Transaction,
  scope: CountScope,
  filter: string,
  count: () => Promise<number>,
): Promise<number> {
  const [row] = await tx
    .select({ sequence: workspaces.changeSequence, database: sql<string>`current_database()` })
    .from(workspaces)
    .where(eq(workspaces.id, scope.workspace));
  const sequence = row?.sequence ?? 0;
  const key = JSON.stringify([row?.database, scope.workspace, scope.list, filter]);
  const known = counts.get(key);
  counts.delete(key);
  const isValid =
    known !== undefined && (await isUntouched(tx, scope, { from: known.sequence, to: sequence }));
  const fresh = { sequence, count: isValid ? known.count : await count() };
  counts.set(key, fresh);
  const oldest = counts.keys().next().value;
  if (counts.size > KEPT && oldest !== undefined) counts.delete(oldest);
  return fresh.count;
}

/** Returns whether all changes since are known and none is of the scope's topics. */
async function isUntouched(
  tx: Transaction,
  { workspace, topics }: CountScope,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<boolean> {
  if (from === to) return true;
  const list = sql.join(
    topics.map((topic) => sql`${topic}`),
    sql`, `,
  );
  const [news] = await tx
    .select({
      seen: sql<number>`count(*)::int`,
      touching: sql<boolean>`coalesce(bool_or(${changes.change}->>'topic' in (${list})), false)`,
    })
    .from(changes)
    .where(and(eq(changes.workspaceId, workspace), gt(changes.sequence, from)));
  return news?.seen === to - from && !news.touching;
}
