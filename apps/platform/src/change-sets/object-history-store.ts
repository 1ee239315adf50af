import { and, asc, desc, eq, getTableColumns, gt, inArray, lte, sql } from 'drizzle-orm';
import type { Queries, Transaction } from '../db/database.ts';
import { changeSetObjects, changeSets } from './schema.ts';

export type NewChangeSet = typeof changeSets.$inferInsert;
export type NewChangeSetObject = typeof changeSetObjects.$inferInsert;

// PostgreSQL counts at most 65,535 parameters in a statement.
const ROWS_PER_INSERT = 1000;

/** Inserts a change set with its objects. */
export async function insertChangeSet(
  tx: Transaction,
  head: NewChangeSet,
  objects: readonly NewChangeSetObject[],
): Promise<void> {
  await tx.insert(changeSets).values(head);
  for (let start = 0; start < objects.length; start += ROWS_PER_INSERT)
    await tx.insert(changeSetObjects).values(objects.slice(start, start + ROWS_PER_INSERT));
}

/** Returns the changes of objects of a cluster after revision `seen`, newest first. */
export function listChangesSince(
  db: Queries,
  { clusterId, keys }: { readonly clusterId: string; readonly keys: readonly string[] },
  seen: number,
): Promise<{ readonly key: string; readonly revision: number; readonly by: string }[]> {
  return db
    .select({ key: changeSetObjects.key, revision: changeSets.revision, by: changeSets.actorName })
    .from(changeSetObjects)
    .innerJoin(
      changeSets,
      and(
        eq(changeSets.workspaceId, changeSetObjects.workspaceId),
        eq(changeSets.revision, changeSetObjects.revision),
      ),
    )
    .where(
      and(
        eq(changeSetObjects.clusterId, clusterId),
        inArray(changeSetObjects.key, [...keys]),
        gt(changeSetObjects.revision, seen),
      ),
    )
    .orderBy(desc(changeSets.revision));
}

/** Returns an object as of a revision, without secrets; null if it was not there. */
export async function findObjectAsOf(
  db: Queries,
  { clusterId, key }: { readonly clusterId: string; readonly key: string },
  revision: number,
): Promise<Record<string, unknown> | null> {
  const [row] = await db
    .select({ after: changeSetObjects.after })
    .from(changeSetObjects)
    .where(
      and(
        eq(changeSetObjects.clusterId, clusterId),
        eq(changeSetObjects.key, key),
        lte(changeSetObjects.revision, revision),
      ),
    )
    .orderBy(desc(changeSetObjects.revision))
    .limit(1);
  return row?.after ?? null;
}

/** Returns the changes of objects of the newest change sets of a cluster, oldest first, without secrets. */
export async function listObjectChanges(db: Queries, clusterId: string, changeSetsMax: number) {
  const newest = db
    .select({ revision: changeSets.revision })
    .from(changeSets)
    .where(eq(changeSets.clusterId, clusterId))
    .orderBy(desc(changeSets.revision))
    .limit(changeSetsMax);
  return db
    .select({
      key: changeSetObjects.key,
      revision: changeSetObjects.revision,
      before: changeSetObjects.before,
      after: changeSetObjects.after,
    })
    .from(changeSetObjects)
    .where(and(eq(changeSetObjects.clusterId, clusterId), inArray(changeSetObjects.revision, newest)))
    .orderBy(asc(changeSetObjects.revision), asc(changeSetObjects.key));
}

interface FormerObject {
  readonly key: string;
  /** The whole object as it was, sealed; null if it was not there. */
  readonly sealed: string | null;
  /** The revision that changed it last. */
  readonly newest: number;
}

/**
 * Returns the objects of a cluster that changed after a revision, as they were at it (`to` revision); the same for the
 * revision before it (`before`); or the objects changed by the revision alone, as they were before it (`without`).
 */
export async function listFormerObjects(
  db: Queries,
  clusterId: string,
  { revision, to }: { readonly revision: number; readonly to: 'revision' | 'before' | 'without' },
): Promise<FormerObject[]> {
  const asOf = to === 'revision' ? revision : revision - 1;
  const { clusterId: cluster, revision: at } = getTableColumns(changeSetObjects);
  const touched = to === 'without' ? eq(at, revision) : gt(at, asOf);
  const { rows } = await db.execute<{ key: string; sealed: string | null; newest: string }>(sql`
    select distinct on (t.key) t.key, o.sealed, (
      select max(n.revision) from change_set_objects n where n.cluster_id = ${clusterId} and n.key = t.key
    ) as newest
    from (
      select distinct ${changeSetObjects.key} as key from ${changeSetObjects}
      where ${and(eq(cluster, clusterId), touched)}
    ) t
    left join change_set_objects o on o.cluster_id = ${clusterId} and o.key = t.key and o.revision <= ${asOf}
    order by t.key, o.revision desc`);
  return rows.map(({ newest, ...row }) => ({ ...row, newest: Number(newest) }));
}
