import { and, asc, eq, gt, sql } from 'drizzle-orm';
import type { Database } from '../db/database.ts';
import type { Listed } from './listing-store.ts';
import { syncItems } from './schema.ts';

type Kind = 'user' | 'group' | 'member';

/** Rows in one statement: PostgreSQL takes 65535 parameters. */
const BATCH = 1000;

/** One item that a provider listed, under the provider's id. */
export interface ListedItem {
  readonly id: string;
  readonly data: Record<string, unknown>;
}

/** Saves the items of a page; of what a provider lists twice the last is kept. */
export async function saveListedItems(
  db: Database,
  { workspace, provider, run }: Listed,
  kind: Kind,
  found: readonly ListedItem[],
): Promise<void> {
  const unique = new Map(found.map((item) => [item.id, item]));
  if (unique.size === 0) return;
  const rows = [...unique.values()].map((item) => ({ workspaceId: workspace, provider, run, kind, ...item }));
  for (let at = 0; at < rows.length; at += BATCH)
    await db
      .insert(syncItems)
      .values(rows.slice(at, at + BATCH))
      .onConflictDoUpdate({
        target: [syncItems.workspaceId, syncItems.provider, syncItems.run, syncItems.kind, syncItems.id],
        set: { data: sql`excluded.data` },
      });
}

/** Returns how many items of a kind a listing has so far. */
export function countListedItems(db: Database, listed: Listed, kind: Kind): Promise<number> {
  return db.$count(syncItems, isOf(listed, kind));
}

/** Returns the id of the listed group after `group`, or of the first; null after the last. */
export async function findNextListedGroup(
  db: Database,
  listed: Listed,
  group: string | null,
): Promise<string | null> {
  const [next] = await db
    .select({ id: syncItems.id })
    .from(syncItems)
    .where(and(isOf(listed, 'group'), group === null ? undefined : gt(syncItems.id, group)))
    .orderBy(asc(syncItems.id))
    .limit(1);
  return next?.id ?? null;
}

function isOf({ workspace, provider, run }: Listed, kind: Kind) {
  return and(
    eq(syncItems.workspaceId, workspace),
    eq(syncItems.provider, provider),
    eq(syncItems.run, run),
    eq(syncItems.kind, kind),
  );
}
