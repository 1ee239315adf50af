import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import type { DesiredState } from '@portolan/contract/desired-state';
import { kubernetesObject } from '@portolan/contract/resources';
import type { Database, Queries } from '../../db/database.ts';
import { agentReports, desiredRevisions } from '../../resources/reports/schema.ts';
import { desiredObjects } from './schema.ts';
import type { Sealer } from '../../secrets/seal.ts';

/** Returns the revision of a cluster's desired state with this hash; a new one when it is not what it was last. */
export function revisionFor(db: Database, clusterId: string, hash: string): Promise<number> {
  return db.transaction(async (tx) => {
    const [row] = await tx
      .select({ revision: agentReports.desiredRevision, hash: agentReports.desiredHash })
      .from(agentReports)
      .where(eq(agentReports.clusterId, clusterId))
      .for('update');
    if (!row) throw new Error(`cluster ${clusterId} never linked`);
    if (row.hash === hash) return row.revision;
    const [updated] = await tx
      .update(agentReports)
      .set({ desiredHash: hash, desiredRevision: sql`nextval(${desiredRevisions.seqName})` })
      .where(eq(agentReports.clusterId, clusterId))
      .returning({ revision: agentReports.desiredRevision });
    if (!updated) throw new Error(`cluster ${clusterId} is gone`);
    return updated.revision;
  });
}

/** Notes that the agent works with a revision; an older one that arrives late changes nothing. */
export async function setApplied(db: Queries, clusterId: string, revision: number): Promise<boolean> {
  const rows = await db
    .update(agentReports)
    .set({ appliedRevision: revision, appliedAt: sql`now()`, lastSeenAt: sql`now()` })
    .where(
      and(
        eq(agentReports.clusterId, clusterId),
        sql`coalesce(${agentReports.appliedRevision}, -1) < ${revision}`,
        sql`${revision} <= ${agentReports.desiredRevision}`,
      ),
    )
    .returning({ clusterId: agentReports.clusterId });
  return rows.length > 0;
}

/** Objects made on the platform for a cluster, whole. */
export async function listDesiredObjects(
  db: Queries,
  clusterId: string,
  sealer: Sealer,
): Promise<DesiredState['objects']> {
  const rows = await db
    .select({ key: desiredObjects.key, sealed: desiredObjects.sealed })
    .from(desiredObjects)
    .where(eq(desiredObjects.clusterId, clusterId))
    .orderBy(asc(desiredObjects.key));
  return rows.map(({ key, sealed }) => openObject(sealer, { clusterId, key }, sealed));
}

// PostgreSQL counts at most 65,535 parameters in a statement.
const ROWS_PER_INSERT = 1000;

/** Inserts objects made on the platform, or replaces those of the same cluster and key. */
export async function upsertDesiredObjects(
  db: Queries,
  rows: readonly (typeof desiredObjects.$inferInsert)[],
): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS_PER_INSERT) {
    await db
      .insert(desiredObjects)
      .values(rows.slice(start, start + ROWS_PER_INSERT))
      .onConflictDoUpdate({
        target: [desiredObjects.clusterId, desiredObjects.key],
        set: {
          object: sql`excluded.object`,
          sealed: sql`excluded.sealed`,
          revision: sql`excluded.revision`,
          updatedAt: sql`now()`,
        },
      });
  }
}

/** Deletes objects made on the platform for a cluster. */
export async function deleteDesiredObjects(
  db: Queries,
  clusterId: string,
  keys: readonly string[],
): Promise<void> {
  if (keys.length === 0) return;
  await db
    .delete(desiredObjects)
    .where(and(eq(desiredObjects.clusterId, clusterId), inArray(desiredObjects.key, [...keys])));
}

/** Returns those objects made on the platform for a cluster that have one of the keys, whole, by key. */
export async function findDesiredObjects(
  db: Queries,
  { clusterId, keys }: { readonly clusterId: string; readonly keys: readonly string[] },
  sealer: Sealer,
): Promise<ReadonlyMap<string, DesiredState['objects'][number]>> {
  const rows = await db
    .select({ key: desiredObjects.key, sealed: desiredObjects.sealed })
    .from(desiredObjects)
    .where(and(eq(desiredObjects.clusterId, clusterId), inArray(desiredObjects.key, [...keys])));
  return new Map(rows.map(({ key, sealed }) => [key, openObject(sealer, { clusterId, key }, sealed)]));
}

/** Returns the objects made on the platform for a cluster as people may see them, in order of key. */
export function listShownObjects(db: Queries, clusterId: string) {
  return db
    .select({ key: desiredObjects.key, object: desiredObjects.object })
    .from(desiredObjects)
    .where(eq(desiredObjects.clusterId, clusterId))
    .orderBy(asc(desiredObjects.key));
}

/** Returns the keys of the objects made on the platform for a cluster. */
export async function listDesiredKeys(db: Queries, clusterId: string): Promise<ReadonlySet<string>> {
  const rows = await db
    .select({ key: desiredObjects.key })
    .from(desiredObjects)
    .where(eq(desiredObjects.clusterId, clusterId));
  return new Set(rows.map(({ key }) => key));
}

/** Where an object stands; its sealed text is good for no other place. */
export interface ObjectPlace {
  readonly clusterId: string;
  readonly key: string;
}

export function sealObject(
  sealer: Sealer,
  place: ObjectPlace,
  object: DesiredState['objects'][number],
): string {
  return sealer.seal(JSON.stringify(object), contextOf(place));
}

export function openObject(
  sealer: Sealer,
  place: ObjectPlace,
  sealed: string,
): DesiredState['objects'][number] {
  return kubernetesObject.parse(JSON.parse(sealer.open(sealed, contextOf(place))));
}

function contextOf({ clusterId, key }: ObjectPlace): string {
  return `object ${clusterId} ${key}`;
}
