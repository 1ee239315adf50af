import { and, asc, eq, sql } from 'drizzle-orm';
import type { DesiredState } from '@portolan/contract/desired-state';
import { kubernetesObject } from '@portolan/contract/resources';
import type { Database, Queries } from '../../db/database.ts';
import { agentReports, desiredRevisions } from '../../resources/reports/schema.ts';
import { desiredObjects } from './schema.ts';
import type { Sealer } from '../../secrets/seal.ts';

/** The revision of a cluster's desired state with this hash; a new one when it is not what it was last. */
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
