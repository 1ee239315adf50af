import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import type { ObjectOwner } from '@portolan/contract/resources';
import { clusters } from '../../clusters/schema.ts';
import type { Queries } from '../../db/database.ts';
import { resources } from './schema.ts';

/** Returns the objects that a cluster reported, with their keys and owners. */
export function listReportedObjects(db: Queries, clusterId: string) {
  return db
    .select({ key: resources.key, object: resources.object, owner: resources.owner })
    .from(resources)
    .where(eq(resources.clusterId, clusterId));
}

/** Returns the owners of those objects that have another than the platform, by key. */
export async function foreignOwners(
  db: Queries,
  clusterId: string,
  keys: readonly string[],
): Promise<ReadonlyMap<string, ObjectOwner>> {
  const foreign = await db
    .select({ key: resources.key, owner: resources.owner })
    .from(resources)
    .where(
      and(
        eq(resources.clusterId, clusterId),
        inArray(resources.key, [...keys]),
        sql`${resources.owner} ->> 'kind' <> 'platform'`,
      ),
    );
  return new Map(foreign.map(({ key, owner }) => [key, owner]));
}

/** Returns up to `limit` reported objects of a workspace that name a group in `spec.groups`. */
export function listObjectsNaming(
  db: Queries,
  { workspace, group }: { readonly workspace: string; readonly group: string },
  limit: number,
) {
  return db
    .select({
      clusterId: resources.clusterId,
      cluster: clusters.name,
      kind: resources.kind,
      namespace: resources.namespace,
      name: resources.name,
    })
    .from(resources)
    .innerJoin(clusters, eq(clusters.id, resources.clusterId))
    .where(
      and(
        eq(resources.workspaceId, workspace),
        sql`${resources.object} -> 'spec' -> 'groups' @> ${JSON.stringify([group])}::jsonb`,
      ),
    )
    .orderBy(asc(clusters.name), asc(resources.kind), asc(resources.namespace), asc(resources.name))
    .limit(limit);
}
